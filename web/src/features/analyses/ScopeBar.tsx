// What an analysis is of: when, whom, which channels, counted as what, and by what its numbers are shown apart.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { journeysQuery } from "../../api/queries";
import type { WorkspaceInfo } from "../../api/types";
import { useChannelName } from "../../ui/channel";
import { MultiPicker, Picker } from "../../ui/Controls";
import { useLocalized } from "../../ui/language";
import { GroupPicker, PeriodPicker } from "../../ui/scope/pickers";
import { ByPicker } from "./ByPicker";
import { RulesButton, TimeoutPicker } from "./SessionRulesEditor";
import { givenRules, wholeRules } from "./sessionRules";
import type { AskedView, Unit } from "./view";
import { VersusPicker } from "./VersusPicker";

/** What all analyses with a scope have in common. */
export type ScopeChange = Partial<Pick<AskedView, "period" | "of" | "channels" | "by" | "versus" | "show">> & { unit?: Unit };

interface Props {
  workspace: WorkspaceInfo;
  view: AskedView;
  onChange: (change: ScopeChange) => void;
}

/** What the period is one of, where it is not that of starts. */
const PERIODS: Partial<Record<AskedView["kind"], "scope.over" | "scope.converted">> = { lifecycle: "scope.over", stickiness: "scope.over", attribution: "scope.converted" };

export function ScopeBar({ workspace, view, onChange }: Props) {
  const { t } = useTranslation();
  const channelName = useChannelName();
  // Of whole customers it is what they did in the period, not when they began.
  const inPeriod = "unit" in view && view.unit.of === "customer" ? "scope.over" : "scope.period";
  return (
    <div className="scope" role="group" aria-label={t("scope.label")}>
      <PeriodPicker workspace={workspace} period={view.period} label={t(PERIODS[view.kind] ?? inPeriod)} onChange={(period) => onChange({ period })} />
      <GroupPicker workspace={workspace.id} definition={undefined} group={view.of} onChange={(of) => onChange({ of })} />
      <MultiPicker
        label={t("scope.channels")}
        summary={view.channels.length === 0 ? t("scope.allChannels") : view.channels.map(channelName).join(t("common.comma"))}
        values={view.channels}
        choices={workspace.channels.map((channel) => ({ id: channel, label: channelName(channel) }))}
        onChange={(channels) => onChange({ channels })}
      />
      {"unit" in view && <UnitPicker workspace={workspace} unit={view.unit} journeys={view.kind !== "attribution"} onChange={(unit) => onChange({ unit })} />}
      <ByPicker workspace={workspace.id} by={view.by} steps={view.kind === "funnel" && view.unit.of !== "journey" ? view.steps.length : 0} onChange={(by) => onChange({ by })} />
      <VersusPicker workspace={workspace} view={view} onChange={(versus) => onChange({ versus })} />
    </div>
  );
}

const JOURNEY = "journey:";
const SESSION_TIMEOUT = "30m";

/** `journeys`: whether a journey's instances can be counted. */
function UnitPicker({ workspace, unit, journeys: offered, onChange }: { workspace: WorkspaceInfo; unit: Unit; journeys: boolean; onChange: (unit: Unit) => void }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const known = useQuery(journeysQuery(workspace.id)).data?.journeys ?? [];
  const journeys = offered ? known : [];
  return (
    <>
      <Picker
        label={t("unit.label")}
        value={unit.of === "journey" ? `${JOURNEY}${unit.journey}` : unit.of}
        choices={[
          { id: "customer", label: t("unit.customer") },
          { id: "session", label: t("unit.session") },
          ...journeys.map(({ id, name }) => ({ id: `${JOURNEY}${id}`, label: t("unit.journey", { name: localized(name) }) })),
        ]}
        onChange={(id) => {
          if (id.startsWith(JOURNEY)) return onChange({ of: "journey", journey: id.slice(JOURNEY.length) });
          onChange(id === "session" ? { of: "session", timeout: SESSION_TIMEOUT } : { of: "customer" });
        }}
      />
      {unit.of === "session" && (
        <>
          <TimeoutPicker timeout={unit.timeout} onChange={(timeout) => onChange({ ...unit, timeout })} />
          <RulesButton workspace={workspace} rules={wholeRules(unit)} onChange={(rules) => onChange({ of: "session", ...givenRules(rules) })} />
        </>
      )}
    </>
  );
}
