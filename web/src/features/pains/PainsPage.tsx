// The known pains of a journey: looked for on request, filtered by what the address says.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { useTranslation } from "react-i18next";

import { sitesQuery } from "../../api/places";
import { findPainsQuery, journeyQuery, journeysQuery, painsQuery, workspacesQuery } from "../../api/queries";
import type { Recorded, TrackedPain, WorkspaceInfo } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { Button, Picker } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { MeetingMenu } from "../../ui/MeetingMenu";
import { usePlaces } from "../../ui/places";
import { Empty, Failure, Progress } from "../../ui/States";
import { usePageTitle } from "../../ui/title";
import { SavedViews } from "../../ui/views/SavedViews";
import { usePainsDocument } from "./document";
import { KINDS, STATUS_CHOICES, countWith, readFilter, shown, writeFilter } from "./list";
import type { Filter } from "./list";
import { FloorPains } from "./FloorPains";
import { PainTable } from "./PainTable";
import { storedForm } from "./stored";
import "./pains.css";

/** Stands for every kind or stage. */
const ALL = "*";

export function PainsPage() {
  const { t } = useTranslation();
  const { workspace: id } = useParams({ from: "/w/$workspace/pains" });
  const search = useSearch({ from: "/w/$workspace/pains" });
  const workspace = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === id);
  const journeys = useQuery(journeysQuery(id));
  const sites = useQuery(sitesQuery(id));
  const journey = search.journey ?? journeys.data?.journeys[0]?.id;
  usePageTitle(t("nav.pains"));
  if (workspace && journey !== undefined) {
    return <PainsOf key={`${id}/${journey}`} workspace={workspace} journey={journey} filter={readFilter(search)} />;
  }
  return (
    <div className="page">
      <h1>{t("nav.pains")}</h1>
      {journeys.error && <Failure error={journeys.error} retry={() => void journeys.refetch()} />}
      {journeys.data && !sites.isPending && (sites.data?.sites.length ?? 0) === 0 && (
        <Empty title={t("journeys.empty")}>
          <p>{t("journeys.emptyHow")}</p>
          <Allowed to="change_journeys" said>
            <Link className="button button-primary" to="/w/$workspace/journeys" params={{ workspace: id }} search={{ new: "journey" }}>
              {t("newJourney.title")}
            </Link>
          </Allowed>
        </Empty>
      )}
      {journeys.data && workspace && <FloorPains workspace={workspace} />}
    </div>
  );
}

function PainsOf({ workspace, journey, filter }: { workspace: WorkspaceInfo; journey: string; filter: Filter }) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const navigate = useNavigate();
  const list = useQuery(painsQuery(workspace.id, journey));
  const look = findPainsQuery(workspace.id, journey, workspace.zone);
  const found = useQuery(look);
  const definition = useQuery(journeyQuery(workspace.id, journey, null));
  const pains = list.data?.pains;
  const rows = pains ? shown(pains, filter) : [];
  const document = usePainsDocument(workspace, definition.data?.journey);

  const go = (next: Filter, of = journey) =>
    void navigate({
      to: "/w/$workspace/pains",
      params: { workspace: workspace.id },
      search: { journey: of, ...writeFilter(next) },
      replace: of === journey,
    });
  const find = async () => {
    await found.refetch();
    await Promise.all([
      client.invalidateQueries({ queryKey: ["pains", workspace.id] }),
      client.invalidateQueries({ queryKey: ["pain", workspace.id] }),
    ]);
  };
  const looked = pains?.reduce((last, each) => Math.max(last, each.last_looked_at_us), 0) ?? 0;

  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t("nav.pains")}</h1>
          <p className="page-note">{t("pains.note")}</p>
        </div>
        <div className="page-actions">
          <SavedViews workspace={workspace.id} stored={() => storedForm(journey, filter)} />
          {rows.length > 0 && (
            <Allowed to="export">
              <MeetingMenu workspace={workspace.id} name={`${workspace.id}-pains`} document={() => document(rows)} />
            </Allowed>
          )}
          <Allowed to="handle_pains">
            <Button look="primary" onPress={() => void find()} isDisabled={found.isFetching}>
              <Search size={14} aria-hidden />
              {t(pains?.length ? "pains.findAgain" : "pains.find")}
            </Button>
          </Allowed>
        </div>
      </header>
      <Filters workspace={workspace} journey={journey} filter={filter} pains={pains ?? []} onChange={go} onJourney={(id) => go({ ...filter, stage: null }, id)} />
      {found.isFetching && <Progress queryKey={look.queryKey} />}
      {found.error && !found.isFetching && <Failure error={found.error} retry={() => void find()} />}
      {list.error && <Failure error={list.error} retry={() => void list.refetch()} />}
      <p role="status" className="results-line">
        {found.isFetching ? (
          <span className="visually-hidden">{t("pains.looking")}</span>
        ) : found.data?.recorded ? (
          <Outcome recorded={found.data.recorded} found={found.data.pains.length} looks={found.data.looks} />
        ) : looked > 0 ? (
          t("pains.lookedAt", { when: format.dateTime(looked, workspace.zone) })
        ) : null}
      </p>
      {pains && rows.length > 0 && <PainTable workspace={workspace} rows={rows} definition={definition.data?.journey} />}
      {pains && pains.length > 0 && rows.length === 0 && (
        <Empty title={t("pains.filteredOut")}>
          <p>{t("pains.filteredOutHow", { n: format.whole(pains.length) })}</p>
          <Button onPress={() => go({ status: "all", kind: null, stage: null })}>{t("pains.showAll")}</Button>
        </Empty>
      )}
      {pains?.length === 0 && !found.isFetching && <Teaching journey={journey} looks={found.data?.looks ?? null} signals={definition.data?.journey.signals?.length ?? null} />}
      <FloorPains workspace={workspace} />
    </div>
  );
}

function Outcome({ recorded, found, looks }: { recorded: Recorded; found: number; looks: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const parts = [
    t("pains.outcome", { looks: format.whole(looks), found: format.whole(found), n: format.whole(recorded.new.length) }),
    ...(recorded.came_back.length > 0 ? [t("pains.outcomeBack", { n: format.whole(recorded.came_back.length) })] : []),
    ...(recorded.not_seen.length > 0 ? [t("pains.outcomeNotSeen", { n: format.whole(recorded.not_seen.length) })] : []),
  ];
  return <>{parts.join(t("pains.outcomeJoin"))}</>;
}

/** Nothing found, or not looked yet (`looks` is null): what a look needs. */
function Teaching({ journey, looks, signals }: { journey: string; looks: number | null; signals: number | null }) {
  const { t } = useTranslation();
  const { workspace } = useParams({ from: "/w/$workspace/pains" });
  // That nothing hurts can only be said of what was looked at.
  if (looks === 0) {
    return (
      <Empty title={t("pains.nothingCompared")}>
        <p>{t("pains.nothingComparedWhy")}</p>
        <Link className="button" to="/w/$workspace/journeys/$journey" params={{ workspace, journey }} search={{}}>
          {t("pains.toMap")}
        </Link>
      </Empty>
    );
  }
  const looked = looks !== null;
  return (
    <Empty title={t(looked ? "pains.none" : "pains.empty")}>
      <p>{t(looked ? "pains.noneWhy" : "pains.emptyHow")}</p>
      <p>{signals === 0 ? t("pains.noSignals") : t("pains.signalsHelp")}</p>
      <Allowed to="change_journeys" said>
        <Link className="button" to="/w/$workspace/journeys/$journey/edit" params={{ workspace, journey }}>
          {t("editor.open")}
        </Link>
      </Allowed>
    </Empty>
  );
}

function Filters({
  workspace,
  journey,
  filter,
  pains,
  onChange,
  onJourney,
}: {
  workspace: WorkspaceInfo;
  journey: string;
  filter: Filter;
  pains: readonly TrackedPain[];
  onChange: (filter: Filter) => void;
  onJourney: (journey: string) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const journeys = useQuery(journeysQuery(workspace.id)).data?.journeys ?? [];
  const definition = useQuery(journeyQuery(workspace.id, journey, null)).data?.journey;
  const places = usePlaces(definition);
  const stages = [...new Set([...(definition?.stages.map((stage) => stage.id) ?? []), ...pains.map(({ pain }) => pain.stage)])];
  const count = (change: Partial<Filter>) => format.whole(countWith(pains, filter, change));
  /** Kinds there are, and the one that is chosen. */
  const kinds = KINDS.filter((kind) => kind === filter.kind || pains.some(({ pain }) => pain.kind === kind));
  return (
    <div className="scope" role="group" aria-label={t("pains.filter")}>
      <Picker
        label={t("scope.journey")}
        value={journey}
        choices={journeys.map((each) => ({ id: each.id, label: localized(each.name) }))}
        onChange={onJourney}
      />
      <Picker
        label={t("pain.status")}
        value={filter.status}
        choices={STATUS_CHOICES.map((status) => ({ id: status, label: t(`pain.status.${status}`), note: count({ status }) }))}
        onChange={(status) => onChange({ ...filter, status })}
      />
      <Picker
        label={t("pain.kind")}
        value={filter.kind ?? ALL}
        choices={[
          { id: ALL, label: t("pains.allKinds"), note: count({ kind: null }) },
          ...kinds.map((kind) => ({ id: kind, label: t(`pain.kind.${kind}`), note: count({ kind }) })),
        ]}
        onChange={(id) => onChange({ ...filter, kind: KINDS.find((kind) => kind === id) ?? null })}
      />
      <Picker
        label={t("map.stage")}
        value={filter.stage ?? ALL}
        choices={[
          { id: ALL, label: t("pains.allStages"), note: count({ stage: null }) },
          ...stages.map((stage) => ({ id: stage, label: places.stage(stage), note: count({ stage }) })),
        ]}
        onChange={(id) => onChange({ ...filter, stage: id === ALL ? null : id })}
      />
      <Link className="button" to="/w/$workspace/journeys/$journey" params={{ workspace: workspace.id, journey }} search={{}}>
        {t("pains.toMap")}
      </Link>
    </div>
  );
}
