// What an analysis is of: when, whom, which channels, counted as what, and by what its numbers are shown apart.
import { useQuery } from "@tanstack/react-query";
import { lazy } from "react";
import { useTranslation } from "react-i18next";

import { journeysQuery } from "../../api/queries";
import type { WorkspaceInfo } from "../../api/types";
import { useChannelName } from "../../ui/channel";
import { Chooser } from "../../ui/Chooser";
import { MultiPicker, Picker } from "../../ui/Controls";
import { useFacetWords } from "../../ui/facet";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { GroupPicker, PeriodPicker } from "../../ui/scope/pickers";
import { RulesButton, TimeoutPicker } from "./SessionRulesEditor";
import { givenRules, wholeRules } from "./sessionRules";
import { AT, BY_TOPS } from "./view";
import type { AskedView, By, Unit } from "./view";
import { VersusPicker } from "./VersusPicker";

const DimensionChooser = lazy(() => import("./DimensionChooser"));

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

function ByPicker({ workspace, by, steps, onChange }: { workspace: string; by: By | null; steps: number; onChange: (by: By | null) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useFacetWords();
  const name = by ? words.title(by.dimension) : t("by.none");
  // A trait is the same for all events of a customer.
  const isTrait = by?.dimension.startsWith("traits.") ?? false;
  return (
    <>
      <Chooser
        label={t("by.label")}
        closed={name}
        sections={[
          {
            options: [
              { label: t("by.none"), note: "", chosen: by === null, choose: () => onChange(null) },
              {
                label: t("by.choose"),
                chosen: by !== null,
                page: (done) => (
                  <DimensionChooser
                    workspace={workspace}
                    chosen={by?.dimension ?? null}
                    onChoose={(dimension) => {
                      onChange({ dimension, at: by?.at ?? "first", top: by?.top ?? 5 });
                      done();
                    }}
                  />
                ),
              },
            ],
          },
        ]}
      />
      {by && !isTrait && (
        <Picker
          label={t("by.at")}
          value={String(by.at)}
          choices={[
            ...AT.map((at) => ({ id: String(at), label: t(`by.at.${at}`) })),
            ...Array.from({ length: steps }, (_, index) => ({ id: String(index + 1), label: t("by.at.step", { n: index + 1 }) })),
          ]}
          onChange={(at) => onChange({ ...by, at: AT.find((each) => each === at) ?? Number(at) })}
        />
      )}
      {by && (
        <Picker
          label={t("by.top")}
          value={String(by.top)}
          choices={[...new Set([...BY_TOPS, by.top])].toSorted((a, b) => a - b).map((top) => ({ id: String(top), label: format.whole(top) }))}
          onChange={(top) => onChange({ ...by, top: Number(top) })}
        />
      )}
    </>
  );
}
