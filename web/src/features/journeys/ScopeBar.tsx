// What the map is of: journey, version, period, people, comparison, channels, unit, metric.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { journeysQuery, versionsQuery } from "../../api/queries";
import type { Journey, JourneyMap, WorkspaceInfo } from "../../api/types";
import { useChannelName } from "../../ui/channel";
import { MultiPicker, Picker, Segmented } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { GroupPicker, PeriodPicker } from "../../ui/scope/pickers";
import { ComparePicker } from "./ComparePicker";
import { offeredMetrics } from "./metric";
import { METRICS, UNITS, isByPeriod } from "./view";
import type { MapView } from "./view";

/** Stands for "the newest version". */
const NEWEST = "newest";

export function ScopeBar({
  workspace,
  view,
  map,
  definition,
  onChange,
  onJourney,
}: {
  workspace: WorkspaceInfo;
  view: MapView;
  map: JourneyMap | undefined;
  definition: Journey | undefined;
  onChange: (change: Partial<MapView>) => void;
  onJourney: (journey: string) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const channelName = useChannelName();
  const journeys = useQuery(journeysQuery(workspace.id)).data?.journeys ?? [];
  const versions = useQuery(versionsQuery(workspace.id, view.journey)).data?.versions ?? [];
  const metrics = map ? offeredMetrics(map, METRICS) : METRICS;
  return (
    <div className="scope" role="group" aria-label={t("scope.label")}>
      <Picker
        label={t("scope.journey")}
        labelHidden
        value={view.journey}
        choices={journeys.map((journey) => ({ id: journey.id, label: localized(journey.name) }))}
        onChange={onJourney}
      />
      <Picker
        label={t("scope.version")}
        labelHidden
        value={view.version === null ? NEWEST : String(view.version)}
        choices={[
          { id: NEWEST, label: t("scope.newest") },
          ...versions.map((version) => ({
            id: String(version.version),
            label: t("scope.versionN", { n: version.version }),
            note: format.date(version.saved_at_us, workspace.zone),
          })),
        ]}
        onChange={(id) => onChange({ version: id === NEWEST ? null : Number(id) })}
      />
      <PeriodPicker
        workspace={workspace}
        period={view.period}
        // All of time has no period before it; another group or map can still be compared with.
        onChange={(period) => onChange({ period, ...(period.kind === "all" && isByPeriod(view.compare) ? { compare: { kind: "none" } } : {}) })}
      />
      <GroupPicker workspace={workspace.id} definition={definition} group={view.of} onChange={(of) => onChange({ of })} />
      <ComparePicker workspace={workspace} definition={definition} view={view} onChange={onChange} />
      <MultiPicker
        label={t("scope.channels")}
        summary={view.channels.length === 0 ? t("scope.allChannels") : view.channels.map(channelName).join(t("common.comma"))}
        values={view.channels}
        choices={workspace.channels.map((channel) => ({ id: channel, label: channelName(channel) }))}
        onChange={(channels) => onChange({ channels })}
      />
      <Picker
        label={t("scope.metric")}
        value={view.metric}
        choices={metrics.map((metric) => ({ id: metric, label: t(`metric.${metric}`) }))}
        onChange={(metric) => onChange({ metric })}
      />
      <Segmented
        label={t("scope.unit")}
        value={view.unit}
        choices={UNITS.map((unit) => ({ id: unit, label: t(`unit.${unit}`) }))}
        onChange={(unit) => onChange({ unit })}
      />
    </div>
  );
}
