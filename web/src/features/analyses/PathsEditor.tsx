// The settings of paths: where they begin and end, and how far they are told. What is asked less often stands behind “more”.
import { useQuery } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";

import { dimensionsQuery } from "../../api/queries";
import type { WorkspaceInfo } from "../../api/types";
import { Button, Picker, Segmented } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { sentence } from "../../ui/language";
import { DraftField } from "../../ui/rule/DraftField";
import { EventPicker } from "../../ui/rule/EventPicker";
import { ANCHORS, EXPANSIONS_MAX, EXPAND_TOPS, furtherSettings, hasFrom, hasTo } from "./pathsView";
import type { Expansion } from "./pathsView";
import { RuleField } from "../../ui/rule/RuleField";
import { SpanPicker } from "./SpanPicker";
import { WINDOWS } from "./funnelView";
import { DEPTHS, TOPS } from "./view";
import type { PathsView } from "./view";

interface Props {
  workspace: WorkspaceInfo;
  view: PathsView;
  onChange: (change: Partial<PathsView>) => void;
}

const EVENTS_LISTED = 200;
/** What events can be told apart by beside the workspace's own dimensions. */
const COLUMNS = ["channel", "source", "page", "product", "category", "campaign", "site"];

export function PathsEditor(props: Props) {
  const { view, onChange } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const more = furtherSettings(view);
  const [open, setOpen] = useState(more > 0);
  const id = useId();
  const numbers = (offered: readonly number[], own: number) => [...new Set([...offered, own])].toSorted((a, b) => a - b).map((each) => ({ id: String(each), label: format.whole(each) }));
  return (
    <section className="card editor" aria-label={t("paths.edit")}>
      <div className="scope">
        <Segmented label={t("paths.anchors")} value={view.anchors} choices={ANCHORS.map((each) => ({ id: each, label: t(`paths.anchors.${each}`) }))} onChange={(anchors) => onChange({ anchors })} />
        <Picker label={t("paths.depth")} value={String(view.depth)} choices={numbers(DEPTHS, view.depth)} onChange={(depth) => onChange({ depth: Number(depth) })} />
        <Picker label={t("paths.top")} value={String(view.top)} choices={numbers(TOPS, view.top)} onChange={(top) => onChange({ top: Number(top) })} />
        <Segmented
          label={t("paths.repeats")}
          value={view.collapse ? "collapse" : "keep"}
          choices={(["collapse", "keep"] as const).map((each) => ({ id: each, label: t(`paths.repeats.${each}`) }))}
          onChange={(each) => onChange({ collapse: each === "collapse" })}
        />
        <Button look="quiet" aria-expanded={open} aria-controls={id} onPress={() => setOpen(!open)}>
          {more > 0 ? t("paths.moreN", { n: more }) : t("paths.more")}
        </Button>
      </div>
      {view.anchors !== "none" && <AnchorFields {...props} />}
      <div id={id} className="editor-more" hidden={!open}>
        {open && <Further {...props} />}
      </div>
    </section>
  );
}

function AnchorFields({ workspace, view, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <div className="anchors">
      {hasFrom(view) && (
        <div className="anchor">
          <RuleField workspace={workspace} label={t("paths.start")} rule={view.from} unchosen={t("rule.chooseEvents")} onChange={(from) => onChange({ from })} />
          <Segmented
            label={t("paths.startOf")}
            value={view.each ? "each" : "first"}
            choices={(["first", "each"] as const).map((each) => ({ id: each, label: t(`paths.from.${each}`) }))}
            onChange={(each) => onChange({ each: each === "each" })}
          />
        </div>
      )}
      {hasTo(view) && (
        <div className="anchor">
          <RuleField workspace={workspace} label={t("paths.end")} rule={view.to} unchosen={t("rule.chooseEvents")} onChange={(to) => onChange({ to })} />
          <Segmented
            label={t("paths.endOf")}
            value={view.last ? "last" : "first"}
            choices={(["first", "last"] as const).map((each) => ({ id: each, label: t(`paths.to.${each}`) }))}
            onChange={(each) => onChange({ last: each === "last" })}
          />
          <Segmented
            label={t("paths.arriving")}
            value={view.orNot ? "all" : "only"}
            choices={(["only", "all"] as const).map((each) => ({ id: each, label: t(`paths.arriving.${each}`) }))}
            onChange={(each) => onChange({ orNot: each === "all" })}
          />
        </div>
      )}
      <div className="scope">
        <WindowPicker view={view} onChange={onChange} />
      </div>
    </div>
  );
}

function WindowPicker({ view, onChange }: Omit<Props, "workspace">) {
  const { t } = useTranslation();
  return <SpanPicker label={t(view.anchors === "to" ? "paths.windowBefore" : "paths.window")} value={view.window} offered={WINDOWS} none={t("funnel.noWindow")} onChange={(window) => onChange({ window })} />;
}

function Further({ workspace, view, onChange }: Props) {
  const { t } = useTranslation();
  const names = (label: string, chosen: readonly string[], unchosen: string, put: (names: string[]) => void) => (
    <div className="rule-field">
      <span className="field-label" aria-hidden>
        {label}
      </span>
      <EventPicker label={label} names={workspace.event_names} chosen={chosen} unchosen={unchosen} onChange={put} />
    </div>
  );
  return (
    <>
      <RuleField workspace={workspace} label={t("paths.goal")} rule={view.goal} unchosen={sentence(t(hasTo(view) ? "paths.goalIsEnd" : view.unit.of === "journey" ? "paths.journeyGoal" : "paths.noGoal"))} onChange={(goal) => onChange({ goal })} />
      {view.anchors === "none" && (
        <div className="scope">
          <WindowPicker view={view} onChange={onChange} />
        </div>
      )}
      <RuleField workspace={workspace} label={t("paths.split")} rule={view.split} unchosen={t("paths.noSplit")} onChange={(split) => onChange({ split })} />
      {view.split.length === 0 && (
        <div className="anchor">
          <RuleField workspace={workspace} label={t("paths.having")} rule={view.having} unchosen={t("paths.everyone")} onChange={(having) => onChange({ having })} />
          {view.having.length > 0 && (
            <Segmented
              label={t("paths.havingOf")}
              value={view.without ? "without" : "with"}
              choices={(["with", "without"] as const).map((each) => ({ id: each, label: t(`paths.having.${each}`) }))}
              onChange={(each) => onChange({ without: each === "without" })}
            />
          )}
        </div>
      )}
      {names(t("paths.hide"), view.hide, t("paths.hideNone"), (hide) => onChange({ hide }))}
      {names(t("paths.keep"), view.keep, t("paths.keepAll"), (keep) => onChange({ keep }))}
      {view.unit.of === "journey" ? <p className="editor-note">{t("paths.ofJourney")}</p> : <Expansions workspace={workspace} view={view} onChange={onChange} />}
    </>
  );
}

function Expansions({ workspace, view, onChange }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const dimensions = useQuery(dimensionsQuery(workspace.id)).data?.dimensions ?? [];
  const [events, columns] = [useId(), useId()];
  const put = (expand: Expansion[]) => onChange({ expand });
  const known = [...new Set([...COLUMNS, ...dimensions.filter(({ of }) => of !== "customer").map(({ name }) => name)])];
  return (
    <div className="rule-field" role="group" aria-label={t("paths.expand")}>
      <span className="field-label" aria-hidden>
        {t("paths.expand")}
      </span>
      <div className="expansions">
        <datalist id={events}>
          {workspace.event_names.slice(0, EVENTS_LISTED).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </datalist>
        <datalist id={columns}>
          {known.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </datalist>
        {view.expand.map((each, at) => (
          <span key={at} className="rule-test">
            <DraftField label={t("paths.expandEvent")} list={events} value={each.event} onCommit={(event) => put(view.expand.with(at, { ...each, event: event.trim() }))} />
            <DraftField label={t("paths.expandBy")} list={columns} value={each.by} onCommit={(by) => put(view.expand.with(at, { ...each, by: by.trim() }))} />
            <Picker
              label={t("paths.expandTop")}
              value={String(each.top)}
              choices={[...new Set([...EXPAND_TOPS, each.top])].toSorted((a, b) => a - b).map((top) => ({ id: String(top), label: format.whole(top) }))}
              onChange={(top) => put(view.expand.with(at, { ...each, top: Number(top) }))}
            />
            <Button look="quiet" icon aria-label={t("paths.expandRemove", { event: each.event })} onPress={() => put(view.expand.toSpliced(at, 1))}>
              <X size={14} aria-hidden />
            </Button>
          </span>
        ))}
        <Button look="quiet" isDisabled={view.expand.length >= EXPANSIONS_MAX} onPress={() => put([...view.expand, { event: "", by: "", top: 10 }])}>
          <Plus size={14} aria-hidden />
          {t("paths.expandAdd")}
        </Button>
      </div>
    </div>
  );
}
