// One touchpoint: its name, where it stands, which events are it.
import { Trash2 } from "lucide-react";
import { Checkbox } from "react-aria-components";
import { useTranslation } from "react-i18next";

import type { AskedRule } from "../../../api/queries";
import type { Journey, WorkspaceInfo } from "../../../api/types";
import { useChannelName } from "../../../ui/channel";
import { Button, Picker } from "../../../ui/Controls";
import { useFormat } from "../../../ui/format";
import { sentence, useLocalized } from "../../../ui/language";
import { RuleField } from "../../../ui/rule/RuleField";
import type { Rule, Stage, Touchpoint } from "./draft";
import { changeTouchpoint, moveTouchpoint, removeTouchpoint, setGoal, shiftTouchpoint, unknownNames, withoutNames } from "./draft";
import { samePart } from "./faults";
import { FaultList } from "./FaultList";
import { LocalizedField } from "../../../ui/draft/LocalizedField";
import { Shift } from "./Shift";
import type { Tried } from "./useTried";

/** Each event counts under its own channel. */
const OWN = "";

interface Props {
  workspace: WorkspaceInfo;
  draft: Journey;
  stage: Stage;
  touchpoint: Touchpoint;
  tried: Tried;
  onChange: (draft: Journey, about?: string) => void;
}

export function TouchpointForm({ workspace, draft, stage, touchpoint, tried, onChange }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const channelName = useChannelName();
  const { id, match, channel } = touchpoint;
  const found = tried.matches.get(id);
  const channels = [...new Set([...workspace.channels, ...(channel == null ? [] : [channel])])];
  const [up, down] = [shiftTouchpoint(draft, id, -1), shiftTouchpoint(draft, id, 1)];
  const unknown = unknownNames(match, workspace.event_names);
  const setRule = (rule: Rule) => onChange(changeTouchpoint(draft, id, { match: rule }));
  const nameOf = (other: string) => localized(draft.stages.flatMap(({ touchpoints }) => touchpoints).find((each) => each.id === other)?.name) || other;
  return (
    <div className="form editor-form" role="group" aria-label={t("thing.named", { thing: t("thing.touchpoint"), name: localized(touchpoint.name) })}>
      <FaultList faults={tried.faults.filter(({ part }) => samePart(part, { of: "touchpoint", id }))} />
      <LocalizedField label={sentence(t("field.name"))} text={touchpoint.name} required onChange={(name) => onChange(changeTouchpoint(draft, id, { name }), `touchpoint ${id} name`)} />
      <Picker
        label={sentence(t("thing.stage"))}
        value={stage.id}
        choices={draft.stages.map((each) => ({ id: each.id, label: localized(each.name) }))}
        onChange={(to) => to !== stage.id && onChange(moveTouchpoint(draft, id, to, draft.stages.find((each) => each.id === to)?.touchpoints.length ?? 0))}
      />
      <div className="form-actions">
        <Shift up={up} down={down} onChange={onChange} />
      </div>
      <RuleField workspace={workspace} label={t("editor.match")} rule={match as AskedRule} onChange={(rule) => setRule(rule as Rule)} />
      <p className="sub">{t("editor.firstWins")}</p>
      {unknown.length > 0 && workspace.event_names.length > 0 && (
        <div className="editor-hint">
          <p className="sub">{t("editor.unknown", { names: unknown.join(t("common.comma")) })}</p>
          <Button onPress={() => setRule(withoutNames(match, unknown))}>{t("editor.dropUnknown")}</Button>
        </div>
      )}
      {found && (
        <div className="editor-hint">
          <p>
            <strong>{t("editor.found", { events: format.whole(found.matched.events), customers: format.whole(found.matched.customers) })}</strong>
          </p>
          {found.in_cases && <p className="sub">{t("editor.inCases", { events: format.whole(found.in_cases.events), customers: format.whole(found.in_cases.customers) })}</p>}
          {found.taken.map((by) => (
            <p key={by.touchpoint} className="sub">
              {t("editor.takenBy", { events: format.whole(by.events), touchpoint: nameOf(by.touchpoint) })}
            </p>
          ))}
        </div>
      )}
      <Picker
        label={sentence(t("field.channel"))}
        value={channel ?? OWN}
        choices={[{ id: OWN, label: t("editor.ownChannel") }, ...channels.map((each) => ({ id: each, label: channelName(each) }))]}
        onChange={(to) => onChange(changeTouchpoint(draft, id, { channel: to === OWN ? undefined : to }))}
      />
      <Checkbox className="editor-check" isSelected={draft.goal.touchpoints.includes(id)} onChange={(isGoal) => onChange(setGoal(draft, id, isGoal))}>
        {({ isSelected }) => (
          <>
            <span className="editor-box" aria-hidden>
              {isSelected ? "✓" : ""}
            </span>
            {t("editor.isGoal")}
          </>
        )}
      </Checkbox>
      <div className="form-actions">
        <Button look="quiet" onPress={() => onChange(removeTouchpoint(draft, id))}>
          <Trash2 size={14} aria-hidden />
          {t("editor.removeTouchpoint")}
        </Button>
      </div>
    </div>
  );
}
