// The journey map: scope, goal, finding, totals, personas, the map itself, and what is read off it. The view stands in
// the address. Panels below the map come as chunks of their own.
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { History as HistoryIcon, MessageSquare, Pencil } from "lucide-react";
import { Suspense, lazy, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { openOnes } from "../../api/pains";
import type { MapAsk } from "../../api/queries";
import { journeyQuery, journeysQuery, mapQuery, painsQuery, workspacesQuery } from "../../api/queries";
import type { WorkspaceInfo } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { Button } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { useRead } from "../../ui/read";
import { useStores } from "../../ui/rights";
import { SampleBadge } from "../../ui/SampleBadge";
import { CopyLink } from "../../ui/scope/CopyLink";
import { groupScope } from "../../ui/scope/group";
import { chosenDays } from "../../ui/scope/period";
import { Empty, Failure, Progress } from "../../ui/States";
import { usePageTitle } from "../../ui/title";
import { SavedViews } from "../../ui/views/SavedViews";
import { ChannelMatrix } from "./ChannelMatrix";
import { CompareLegend } from "./CompareLegend";
import { EmptyMap } from "./EmptyMap";
import { ExportMenu } from "./ExportMenu";
import { Finding } from "./Finding";
import { comparable } from "./finding";
import type { Frame } from "./frame";
import { FrameProvider } from "./frame";
import { GoalCard } from "./GoalCard";
import { Crumbs } from "./Hierarchy";
import { MapTable } from "./MapTable";
import { askOf, useOtherSide } from "./otherSide";
import { PainFinding } from "./PainRow";
import { painOnTop } from "./pains";
import { ScopeBar } from "./ScopeBar";
import { Totals } from "./Totals";
import type { MapView } from "./view";
import { addressForm, defaultView, isBeside, readAddress, storedForm } from "./view";
import "../../charts/charts.css";
import "./journeys.css";

const Beside = lazy(() => import("./Beside"));
const Personas = lazy(() => import("./Personas"));
const KeyTouchpoints = lazy(() => import("./KeyTouchpoints"));
const Planned = lazy(() => import("./Planned"));
const Comments = lazy(() => import("./Comments"));
const Versions = lazy(() => import("./Versions"));

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

  const definition = useQuery(journeyQuery(workspace.id, view.journey, view.version));
  const other = useOtherSide(workspace, view, definition.data);
  const { comparing } = other;
  // Who a persona is stands in the definition. A group nobody can be asked for has no map.
  const of = groupScope(view.of, definition.data?.journey);
  const unknown = definition.isSuccess && (of === null || other.unknown);
  const ask = askOf(workspace, view, chosenDays(view.period, workspace), of ?? {});
  const now = mapQuery(ask);
  const then = mapQuery(other.ask);
  const asked = useQuery({ ...now, enabled: of !== null });
  const limited = useStores(workspace.id) !== null;
  const known = useQuery({ ...painsQuery(workspace.id, view.journey), enabled: !limited }).data?.pains;
  const compared = useQuery({ ...then, enabled: comparing });
  const [showsVersions, setShowsVersions] = useState(false);
  /** The stage whose comments are shown; none: those on the whole map. */
  const [comments, setComments] = useState<{ stage?: string } | null>(null);
  // What still stands from another journey would mix its stages with these.
  const map = asked.data?.journey.id === view.journey && of !== null ? asked.data : undefined;
  const before = comparing && !compared.isPlaceholderData ? (compared.data ?? null) : null;
  const name = localized(map?.journey.definition.name ?? definition.data?.journey.name) || view.journey;
  usePageTitle(name);

  const frame: Frame | null = map
    ? {
        map,
        before,
        versus: before === null ? null : other.versus,
        of: view.of,
        comparable: before === null || comparable(map, before),
        both: view.values === "both",
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
          <Crumbs workspace={workspace.id} journey={view.journey} />
          <h1>{name}</h1>
          {workspace.sample && <SampleBadge sample={workspace.sample} />}
          {definition.data?.journey.description && <p className="page-note">{localized(definition.data.journey.description)}</p>}
        </div>
        {!asked.error && (
          <div className="page-actions">
            <Allowed to="change_journeys">
              <Link className="button" to="/w/$workspace/journeys/$journey/edit" params={{ workspace: workspace.id, journey: view.journey }}>
                <Pencil size={14} aria-hidden />
                {t("editor.open")}
              </Link>
            </Allowed>
            <Button onPress={() => setShowsVersions(true)}>
              <HistoryIcon size={14} aria-hidden />
              {t("versions.open")}
            </Button>
            <Button onPress={() => setComments({})}>
              <MessageSquare size={14} aria-hidden />
              {t("comments.title")}
            </Button>
            <Allowed to="export">
              <ExportMenu workspace={workspace.id} journey={view.journey} version={view.version} map={map} />
            </Allowed>
            <SavedViews workspace={workspace.id} stored={() => storedForm(view)} />
            <CopyLink workspace={workspace} period={view.period} stored={(period) => storedForm({ ...view, period })} />
          </div>
        )}
      </header>
      <ScopeBar
        workspace={workspace}
        view={view}
        map={map}
        definition={definition.data?.journey}
        onChange={(change) => go({ ...view, ...change }, true)}
        onJourney={(journey) => go({ ...defaultView(journey), unit: view.unit }, false)}
      />
      {asked.isFetching && <Progress key={JSON.stringify(now.queryKey)} queryKey={now.queryKey} />}
      {asked.error && <Failure error={asked.error} retry={() => void asked.refetch()} />}
      {other.error !== null && other.error !== undefined && view.compare.kind !== "none" && <Failure error={other.error} retry={other.retry} />}
      {compared.error && comparing && <Failure error={compared.error} retry={() => void compared.refetch()} />}
      <p role="status" className="visually-hidden">
        {asked.isFetching ? t("map.loading") : map ? t("map.loaded", { name }) : ""}
      </p>
      {frame && !asked.error && (
        <FrameProvider value={frame}>
          <div className={asked.isPlaceholderData || (compared.isFetching && comparing) ? "map-body stale" : "map-body"} aria-busy={asked.isPlaceholderData}>
            <Body workspace={workspace} view={view} ask={ask} onChange={(change) => go({ ...view, ...change }, true)} onComments={(stage) => setComments({ stage })} frame={frame} beside={isBeside(view) && comparing && !compared.error} />
          </div>
        </FrameProvider>
      )}
      {unknown && (
        <Empty title={t("group.unknown")}>
          <p>{t("group.unknownHow")}</p>
          <Button onPress={() => go({ ...view, of: defaultView(view.journey).of, compare: { kind: "none" } }, true)}>{t("map.reset")}</Button>
        </Empty>
      )}
      {!frame && !unknown && asked.isPending && (asked.fetchStatus === "fetching" || of === null) && <Skeleton />}
      {!frame && of !== null && asked.fetchStatus === "idle" && !asked.error && (
        <Empty title={t("map.cancelled")}>
          <button type="button" className="button" onClick={() => void asked.refetch()}>
            {t("common.retry")}
          </button>
        </Empty>
      )}
      {comments && definition.data && (
        <Suspense>
          <Comments workspace={workspace.id} zone={workspace.zone} journey={definition.data.journey} stage={comments.stage} onClose={() => setComments(null)} />
        </Suspense>
      )}
      {showsVersions && (
        <Suspense>
          <Versions
            workspace={workspace}
            journey={view.journey}
            onOpen={(version) => {
              setShowsVersions(false);
              go({ ...view, version }, false);
            }}
            onClose={() => setShowsVersions(false)}
          />
        </Suspense>
      )}
    </div>
  );
}

interface BodyProps {
  workspace: WorkspaceInfo;
  view: MapView;
  ask: MapAsk;
  onChange: (change: Partial<MapView>) => void;
  onComments: (stage: string) => void;
  frame: Frame;
  /** Whether the map compared with stands beside this one. */
  beside: boolean;
}

function Body({ workspace, view, ask, onChange, onComments, frame, beside }: BodyProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const read = useRead();
  const { map } = frame;
  const personas = (map.journey.definition.personas ?? []).length > 0 && (
    <Suspense fallback={<div className="skeleton" />}>
      <Personas ask={ask} view={view} onChange={onChange} />
    </Suspense>
  );
  if (map.totals.started.instances === 0) {
    return (
      <>
        <EmptyMap workspace={workspace} view={view} onChange={onChange} />
        {view.of.by !== "everyone" && personas}
      </>
    );
  }
  if (beside) {
    return (
      <>
        <CompareLegend view={view} onChange={onChange} />
        <Suspense fallback={<div className="skeleton" />}>{frame.before ? <Beside zone={workspace.zone} /> : <div className="skeleton" />}</Suspense>
      </>
    );
  }
  return (
    <>
      <GoalCard />
      {painOnTop(view, frame.pains ?? []) ? <PainFinding /> : <Finding />}
      <Totals />
      {personas}
      <CompareLegend view={view} onChange={onChange} />
      <MapTable view={view} onChange={onChange} onComments={onComments} />
      <Suspense fallback={<div className="skeleton" />}>
        <KeyTouchpoints />
        <Planned />
      </Suspense>
      <ChannelMatrix />
      <p className="provenance">
        {t("map.provenance", {
          read: read(map.meta),
          asOf: format.dateTime(map.meta.as_of_us, map.meta.zone),
          zone: workspace.zone,
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
