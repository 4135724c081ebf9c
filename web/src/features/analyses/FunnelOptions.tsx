// How a funnel is counted beyond its steps, window and order: what is behind 「更多设置」.
import { useQuery } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { useTranslation } from "react-i18next";

import { dimensionsQuery } from "../../api/queries";
import type { WorkspaceInfo } from "../../api/types";
import { Button, MultiPicker, Picker } from "../../ui/Controls";
import { useFacetWords } from "../../ui/facet";
import { COUNTS, EFFECTS, ENTRIES, EXCLUSIONS_MAX, HOLD_MAX, TOLERANCES, countOf, rearranged, takesOptions, takesTolerance } from "./funnelView";
import type { Exclusion, FunnelView } from "./funnelView";
import { EVENT_COLUMNS, stepName } from "../../ui/rule/rules";
import { RuleField } from "../../ui/rule/RuleField";
import { useSpan } from "./span";

interface Props {
  workspace: WorkspaceInfo;
  view: FunnelView;
  onChange: (change: Partial<FunnelView>) => void;
}

/** Whether anything behind the press is set. */
export function isTuned({ count, entry, reuse, tolerance, hold, exclusions, steps }: FunnelView): boolean {
  return count !== "uniques" || entry !== "best" || reuse || tolerance > 0 || hold.length > 0 || exclusions.length > 0 || steps.some(({ optional }) => optional);
}

export function FunnelOptions({ workspace, view, onChange }: Props) {
  const { t } = useTranslation();
  if (!takesOptions(view)) return <p className="editor-note">{t("funnel.noOptions")}</p>;
  const { entry, reuse, mode, unit } = view;
  const count = countOf(view);
  // Where sessions are what is counted anyway, there are no others.
  const counts = COUNTS.filter((id) => id !== "sessions" || unit.of === "customer");
  return (
    <>
      <div className="scope">
        <Picker
          label={t("funnel.count")}
          value={count}
          choices={counts.map((id) => ({ id, label: t(id === "uniques" && unit.of === "session" ? "funnel.count.sessions" : `funnel.count.${id}`), note: t(`funnel.count.${id}.note`) }))}
          onChange={(next) => onChange({ count: next })}
        />
        {count !== "totals" && (
          <Picker label={t("funnel.entry")} value={entry} choices={ENTRIES.map((id) => ({ id, label: t(`funnel.entry.${id}`), note: t(`funnel.entry.${id}.note`) }))} onChange={(next) => onChange({ entry: next })} />
        )}
        <Picker
          label={t("funnel.reuse")}
          value={reuse ? "several" : "one"}
          choices={(["one", "several"] as const).map((id) => ({ id, label: t(`funnel.reuse.${id}`) }))}
          onChange={(id) => onChange({ reuse: id === "several" })}
        />
        {takesTolerance(view) && <Tolerance tolerance={view.tolerance} onChange={(tolerance) => onChange({ tolerance })} />}
        {mode !== "unordered" && <OptionalSteps view={view} onChange={onChange} />}
        <Held workspace={workspace.id} hold={view.hold} onChange={(hold) => onChange({ hold })} />
      </div>
      <Exclusions workspace={workspace} view={view} onChange={onChange} />
    </>
  );
}

/** Events so near each other are one moment, in any order. */
function Tolerance({ tolerance, onChange }: { tolerance: number; onChange: (tolerance: number) => void }) {
  const { t } = useTranslation();
  const span = useSpan();
  const offered = TOLERANCES.some((each) => each === tolerance) ? TOLERANCES : [tolerance, ...TOLERANCES];
  const name = (ms: number) => (ms % 1_000 === 0 ? span(`${ms / 1_000}s`) : span(`${ms}ms`));
  return (
    <Picker
      label={t("funnel.tolerance")}
      value={String(tolerance)}
      choices={offered.map((ms) => ({ id: String(ms), label: ms === 0 ? t("funnel.toleranceNone") : name(ms), note: ms === 0 ? t("funnel.toleranceNone.note") : t("funnel.tolerance.note") }))}
      onChange={(id) => onChange(Number(id))}
    />
  );
}

function OptionalSteps({ view, onChange }: Omit<Props, "workspace">) {
  const { t } = useTranslation();
  const { steps } = view;
  const name = (index: number) => t("funnel.stepN", { n: index + 1, name: steps[index] ? stepName(steps[index]) : "" });
  const between = steps.flatMap((_, index) => (index > 0 && index < steps.length - 1 ? [index] : []));
  const chosen = between.filter((index) => steps[index]?.optional);
  return (
    <MultiPicker
      label={t("funnel.optional")}
      summary={chosen.length === 0 ? t(between.length === 0 ? "funnel.optionalNone" : "funnel.optionalNo") : chosen.map(name).join(t("common.comma"))}
      values={chosen.map(String)}
      choices={between.map((index) => ({ id: String(index), label: name(index) }))}
      onChange={(ids) => {
        const marked = steps.map(({ name: called, match }, index) => ({ name: called, match, ...(ids.includes(String(index)) ? { optional: true as const } : {}) }));
        // An exclusion lies between steps that everyone takes.
        onChange(rearranged({ ...view, steps: marked }, steps.map((_, index) => index)));
      }}
    />
  );
}

function Held({ workspace, hold, onChange }: { workspace: string; hold: readonly string[]; onChange: (hold: string[]) => void }) {
  const { t } = useTranslation();
  const words = useFacetWords();
  const dimensions = useQuery(dimensionsQuery(workspace)).data?.dimensions ?? [];
  // Traits are the same for all events of a customer anyway.
  const columns = dimensions.flatMap(({ name, of }) => (of === "event" ? [name] : []));
  const names = [...new Set(["channel", ...columns, ...EVENT_COLUMNS, ...hold])];
  const name = (column: string) => words.title(column);
  const full = hold.length >= HOLD_MAX;
  return (
    <MultiPicker
      label={t("funnel.hold", { most: HOLD_MAX })}
      summary={hold.length === 0 ? t("funnel.holdNone") : hold.map(name).join(t("common.comma"))}
      values={hold}
      choices={names.map((id) => ({ id, label: name(id), disabled: full && !hold.includes(id) }))}
      onChange={(next) => onChange(next.slice(0, HOLD_MAX))}
    />
  );
}

function Exclusions({ workspace, view, onChange }: Props) {
  const { t } = useTranslation();
  const { exclusions, steps } = view;
  const put = (next: Exclusion[]) => onChange({ exclusions: next });
  return (
    <div className="rule-field" role="group" aria-label={t("funnel.exclusions")}>
      <span className="field-label" aria-hidden>
        {t("funnel.exclusions")}
      </span>
      <div className="exclusions">
        {exclusions.map((exclusion, index) => (
          <div key={`${index} ${exclusions.length}`} className="exclusion" role="group" aria-label={t("funnel.exclusionN", { n: index + 1 })}>
            <RuleField workspace={workspace} label={t("funnel.exclusionN", { n: index + 1 })} labelHidden rule={exclusion.match} onChange={(match) => put(exclusions.with(index, { ...exclusion, match }))} />
            {view.mode !== "unordered" && steps.length > 2 && <Between view={view} exclusion={exclusion} onChange={(next) => put(exclusions.with(index, next))} />}
            <Picker
              label={t("funnel.effect")}
              value={exclusion.effect}
              choices={EFFECTS.map((id) => ({ id, label: t(`funnel.effect.${id}`), note: t(`funnel.effect.${id}.note`) }))}
              onChange={(effect) => put(exclusions.with(index, { ...exclusion, effect }))}
            />
            <Button look="quiet" icon aria-label={t("funnel.exclusionRemove", { n: index + 1 })} onPress={() => put(exclusions.toSpliced(index, 1))}>
              <X size={14} aria-hidden />
            </Button>
          </div>
        ))}
        <span className="rule-test">
          <Button look="quiet" isDisabled={exclusions.length >= EXCLUSIONS_MAX || steps.length < 2} onPress={() => put([...exclusions, { match: [], after: null, before: null, effect: "remove" }])}>
            <Plus size={14} aria-hidden />
            {t("funnel.exclusionAdd")}
          </Button>
          {exclusions.length === 0 && <span className="sub">{t("funnel.exclusionsNote")}</span>}
        </span>
      </div>
    </div>
  );
}

/** Between which steps: two that everyone takes, the later one after the other. */
function Between({ view: { steps }, exclusion, onChange }: { view: FunnelView; exclusion: Exclusion; onChange: (exclusion: Exclusion) => void }) {
  const { t } = useTranslation();
  const last = steps.length;
  const [after, before] = [exclusion.after ?? 1, exclusion.before ?? last];
  const taken = steps.flatMap((step, index) => (step.optional ? [] : [index + 1]));
  const choice = (n: number) => ({ id: String(n), label: t("funnel.stepN", { n, name: steps[n - 1] ? stepName(steps[n - 1] ?? { name: "", match: [] }) : "" }) });
  // The ends of the funnel stay its ends when steps are added.
  return (
    <>
      <Picker label={t("funnel.after")} value={String(after)} choices={taken.filter((n) => n < before).map(choice)} onChange={(id) => onChange({ ...exclusion, after: id === "1" ? null : Number(id) })} />
      <Picker label={t("funnel.before")} value={String(before)} choices={taken.filter((n) => n > after).map(choice)} onChange={(id) => onChange({ ...exclusion, before: Number(id) === last ? null : Number(id) })} />
    </>
  );
}
