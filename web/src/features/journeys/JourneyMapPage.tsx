// The journey map: scope, finding, totals, the map itself, the channel matrix. The view stands in the address.
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Download } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import { path } from "../../api/client";
import { openOnes } from "../../api/pains";
import { PATHS } from "../../api/paths";
import type { MapAsk } from "../../api/queries";
import { journeysQuery, mapQuery, painsQuery, workspacesQuery } from "../../api/queries";
import type { WorkspaceInfo } from "../../api/types";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { SampleBadge } from "../../ui/SampleBadge";
import { Empty, Failure, Progress } from "../../ui/States";
import { usePageTitle } from "../../ui/title";
import { ChannelMatrix } from "./ChannelMatrix";
import { CopyLink } from "./CopyLink";
import { Finding } from "./Finding";
import { comparable } from "./finding";
import type { Frame } from "./frame";
import { FrameProvider } from "./frame";
import { MapTable } from "./MapTable";
import { PainFinding } from "./PainRow";
import { painOnTop } from "./pains";
import type { Days } from "./period";
import { chosenDays, comparedDays, periodOf } from "./period";
import { ScopeBar } from "./ScopeBar";
import { Totals } from "./Totals";
import type { MapView } from "./view";
import { addressForm, defaultView, readAddress } from "./view";
import "../../charts/charts.css";
import "./journeys.css";

function askOf(workspace: WorkspaceInfo, view: MapView, days: Days | null): MapAsk {
  return {
    workspace: workspace.id,
    journey: view.journey,
    version: view.version,
    scope: {
      entry: periodOf(days, workspace.zone),
      zone: workspace.zone,
      ...(view.channels.length > 0 ? { events: [{ channel: view.channels }] } : {}),
    },
  };
}

export function JourneyMapPage() {
  const { workspace: id, journey } = useParams({ from: "/w/$workspace/journeys/$journey" });
  const { view: address } = useSearch({ from: "/w/$workspace/journeys/$journey" });
  const workspace = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === id);
  const view = useMemo(() => readAddress(journey, address), [journey, address]);
  // Days are those of the journey's zone, as everywhere a journey is asked about.
  const journeys = useQuery(journeysQuery(id));
  const zone = journeys.data?.journeys.find((other) => other.id === journey)?.zone;
  if (!workspace || journeys.isPending) return null;
  return <MapOf workspace={zone === undefined ? workspace : { ...workspace, zone }} view={view} />;
}

function MapOf({ workspace, view }: { workspace: WorkspaceInfo; view: MapView }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const navigate = useNavigate();
  const go = (next: MapView, replace: boolean) => {
    const address = addressForm(next);
    void navigate({
      to: "/w/$workspace/journeys/$journey",
      params: { workspace: workspace.id, journey: next.journey },
      search: address === undefined ? {} : { view: address },
      replace,
      resetScroll: !replace,
    });
  };

  const days = chosenDays(view.period, workspace);
  const otherDays = comparedDays(view.compare, days);
  const now = mapQuery(askOf(workspace, view, days));
  const then = mapQuery(askOf(workspace, view, otherDays));
  const asked = useQuery(now);
  const known = useQuery(painsQuery(workspace.id, view.journey)).data?.pains;
  const compared = useQuery({ ...then, enabled: otherDays !== null });
  // What still stands from another journey would mix its stages with these.
  const map = asked.data?.journey.id === view.journey ? asked.data : undefined;
  const before = otherDays !== null && !compared.isPlaceholderData ? (compared.data ?? null) : null;
  const name = localized(map?.journey.definition.name) || view.journey;
  usePageTitle(name);

  const frame: Frame | null = map
    ? {
        map,
        before,
        comparable: before === null || comparable(map, before),
        unit: view.unit,
        metric: view.metric,
        currency: workspace.currency ?? null,
        workspace: workspace.id,
        pains: known ? openOnes(known) : null,
      }
    : null;
  return (
    <div className="page map-page">
      <header className="page-head">
        <div>
          <nav className="crumbs" aria-label={t("common.breadcrumb")}>
            <Link to="/w/$workspace/journeys" params={{ workspace: workspace.id }}>
              {t("nav.journeys")}
            </Link>
          </nav>
          <h1>{name}</h1>
          {workspace.sample && <SampleBadge sample={workspace.sample} />}
          {map?.journey.definition.description && <p className="page-note">{localized(map.journey.definition.description)}</p>}
        </div>
        {!asked.error && <div className="page-actions">
          <a
            className="button"
            href={`${path(PATHS.definition, { workspace: workspace.id, journey: view.journey })}${map ? `?version=${map.journey.version}` : ""}`}
            download
          >
            <Download size={14} aria-hidden />
            {t("map.download")}
          </a>
          <CopyLink workspace={workspace} view={view} />
        </div>}
      </header>
      <ScopeBar
        workspace={workspace}
        view={view}
        map={map}
        onChange={(change) => go({ ...view, ...change }, true)}
        onJourney={(journey) => go({ ...defaultView(journey), unit: view.unit }, false)}
      />
      {asked.isFetching && <Progress key={JSON.stringify(now.queryKey)} queryKey={now.queryKey} />}
      {asked.error && <Failure error={asked.error} retry={() => void asked.refetch()} />}
      {compared.error && otherDays !== null && <Failure error={compared.error} retry={() => void compared.refetch()} />}
      <p role="status" className="visually-hidden">
        {asked.isFetching ? t("map.loading") : map ? t("map.loaded", { name }) : ""}
      </p>
      {frame && !asked.error && (
        <FrameProvider value={frame}>
          <div className={asked.isPlaceholderData || (compared.isFetching && otherDays !== null) ? "map-body stale" : "map-body"} aria-busy={asked.isPlaceholderData}>
            <Body view={view} onChange={(change) => go({ ...view, ...change }, true)} frame={frame} zone={workspace.zone} />
          </div>
        </FrameProvider>
      )}
      {!frame && asked.isPending && asked.fetchStatus === "fetching" && <Skeleton />}
      {!frame && asked.fetchStatus === "idle" && !asked.error && (
        <Empty title={t("map.cancelled")}>
          <button type="button" className="button" onClick={() => void asked.refetch()}>
            {t("common.retry")}
          </button>
        </Empty>
      )}
    </div>
  );
}

function Body({ view, onChange, frame, zone }: { view: MapView; onChange: (change: Partial<MapView>) => void; frame: Frame; zone: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { map } = frame;
  if (map.totals.started.instances === 0) {
    return (
      <Empty title={t("map.empty")}>
        <p>{t(view.channels.length > 0 || view.period.kind !== "all" ? "map.emptyScope" : "map.emptyRules")}</p>
        <button type="button" className="button" onClick={() => onChange({ ...defaultView(view.journey), version: view.version })}>
          {t("map.reset")}
        </button>
      </Empty>
    );
  }
  return (
    <>
      {painOnTop(view, frame.pains ?? []) ? <PainFinding /> : <Finding />}
      <Totals />
      <MapTable view={view} onChange={onChange} />
      <ChannelMatrix />
      <p className="provenance">
        {t("map.provenance", {
          rows: format.whole(map.meta.rows_scanned),
          ms: format.whole(map.meta.elapsed_ms),
          asOf: format.dateTime(map.meta.as_of_us, map.meta.zone),
          zone,
          version: map.journey.version,
        })}
      </p>
    </>
  );
}

function Skeleton() {
  return (
    <div className="map-body" aria-hidden>
      <div className="skeleton" style={{ minHeight: 28 }} />
      <div className="skeleton" style={{ minHeight: 92 }} />
      <div className="skeleton" style={{ minHeight: 480 }} />
    </div>
  );
}
