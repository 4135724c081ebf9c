// Single visits, each with what it came to, and one of them opened: its way on the plan. Only for who may see customers.
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { X } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { visitListQuery } from "../../../api/places";
import type { VisitsWanted } from "../../../api/places";
import type { PlaceBehind, PlaceVisit } from "../../../api/types";
import type { AnswerTable } from "../../../ui/answer/table";
import { named, numeric } from "../../../ui/answer/table";
import { Button, Picker } from "../../../ui/Controls";
import { NOTHING, useFormat } from "../../../ui/format";
import { Empty, Failure, Progress } from "../../../ui/States";
import { TableScroll } from "../../../ui/TableScroll";
import { useZoneName } from "../names";
import type { ViewProps } from "../viewProps";
import { VisitDrawer } from "./VisitDrawer";
import { LOST_FROM } from "./wanted";
import "./visits.css";

const ANY = "";
/** Zones of a row that are named; there may be dozens. */
const NAMED = 5;
const NO_VISITS: PlaceVisit[] = [];

export function VisitsTab(props: ViewProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { workspace, site, question, view, onChange, onAnswer } = props;
  const { wanted } = view;
  const floors = useMemo(() => site.plans.flatMap((plan) => plan.floors), [site]);
  const zoneName = useZoneName(floors);
  const query = visitListQuery(workspace, site.id, question, wanted);
  const list = useInfiniteQuery(query);
  const visits = useMemo(() => list.data?.pages.flatMap((page) => page.visits) ?? NO_VISITS, [list.data]);
  const [opened, setOpened] = useState<PlaceVisit | null>(null);
  const [all, setAll] = useState(false);
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isError } = list;
  useEffect(() => {
    if (all && hasNextPage && !isFetchingNextPage && !isError) void fetchNextPage();
  }, [all, hasNextPage, isFetchingNextPage, fetchNextPage, isError]);
  const zone = site.time_zone;
  const zonesText = useZonesText(zoneName);
  const tableOf = useVisitsTable(zoneName, zone);
  const table = useMemo(
    () => tableOf(visits, hasNextPage),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- words follow from the language, which `t` changes with
    [visits, hasNextPage, t],
  );
  useEffect(() => onAnswer({ show: "visits", answer: visits, tables: visits.length > 0 ? [table] : [], drawn: false }), [visits, table, onAnswer]);
  const receipts = list.data?.pages[0]?.meta.rules.receipts != null || wanted.bought !== undefined;
  const change = (next: VisitsWanted) => {
    setAll(false);
    onChange({ wanted: next });
  };
  const zones = [...new Map(floors.flatMap(({ zones: own = [] }) => own).map(({ id }) => [id, zoneName(id)]))];
  return (
    <>
      <Wanted wanted={wanted} zones={zones} receipts={receipts} zoneName={zoneName} onChange={change} />
      <p className="sub">{t("place.visits.note")}</p>
      {list.isFetching && <Progress key={`${JSON.stringify(query.queryKey)} ${list.data?.pages.length ?? 0}`} queryKey={query.queryKey} />}
      {list.error && <Failure error={list.error} retry={() => void (list.data ? fetchNextPage() : list.refetch())} />}
      {list.isPending && <div className="skeleton place-skeleton" aria-hidden />}
      {list.data && visits.length === 0 && (
        <Empty title={t("place.visits.none")}>
          <p>{t("place.visits.noneHow")}</p>
        </Empty>
      )}
      {visits.length > 0 && (
        <section className="card" aria-labelledby="visits-title">
          <header className="section-head">
            <h2 id="visits-title">{t("place.visits.title")}</h2>
            <p className="section-note" role="status">
              {t(hasNextPage ? "place.visits.shownMore" : "place.visits.shown", { count: visits.length, n: format.whole(visits.length) })}
            </p>
          </header>
          <TableScroll labelledBy="visits-title">
            <table className="table place-visits">
              <thead>
                <tr>
                  {table.columns.map((column) => (
                    <th key={column.name} scope="col" {...(column.numeric ? { className: "numeric" } : {})}>
                      {column.name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {visits.map((visit) => (
                  <tr key={visit.visit}>
                    <th scope="row">
                      <button type="button" className="place-pick" aria-haspopup="dialog" onClick={() => setOpened(visit)}>
                        {format.date(visit.enter_us, zone)} {format.time(visit.enter_us, zone)}
                      </button>
                    </th>
                    <td className="numeric">{format.duration((visit.leave_us - visit.enter_us) / 1e6)}</td>
                    <td className="wrap">{zonesText(visit.zones)}</td>
                    <td className="numeric">{format.whole(visit.stops)}</td>
                    <td className="numeric">{format.whole(visit.engaged.length)}</td>
                    <td className="numeric">{format.duration(visit.waited_seconds)}</td>
                    <td className="numeric">{format.whole(visit.walked_m)}</td>
                    <td className={visit.detour != null && visit.detour >= LOST_FROM ? "numeric place-lost" : "numeric"}>{format.decimal(visit.detour)}</td>
                    <td className="numeric">{visit.receipts.length === 0 ? NOTHING : format.decimal(amountOf(visit))}</td>
                    <td>
                      {visit.customer == null ? (
                        NOTHING
                      ) : (
                        <Link to="/w/$workspace/customers/$customer" params={{ workspace, customer: visit.customer }} search={{}}>
                          {t("place.visits.customer", { probability: format.percent(visit.customer_probability) })}
                        </Link>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </TableScroll>
          {hasNextPage && (
            <p className="table-more">
              <Button isDisabled={isFetchingNextPage} onPress={() => void fetchNextPage()}>
                {t("place.visits.more")}
              </Button>
              <Button onPress={() => setAll(!all)}>{t(all ? "common.cancel" : "place.visits.all")}</Button>
            </p>
          )}
        </section>
      )}
      {opened && <VisitDrawer workspace={workspace} site={site} version={view.version} visit={opened} zoneName={zoneName} onClose={() => setOpened(null)} />}
    </>
  );
}

/** What was paid by the unit, of receipts as sure as the rules ask for. */
export function amountOf({ receipts }: PlaceVisit): number {
  return receipts.reduce((sum, { amount }) => sum + amount, 0);
}

type ZoneName = (zone: string | null | undefined) => string;

/** The zones a visit came into, in the order it did. */
function useZonesText(zoneName: ZoneName): (zones: readonly string[]) => string {
  const { t } = useTranslation();
  return (zones) => {
    const names = zones.slice(0, NAMED).map(zoneName).join(t("place.visits.then"));
    return zones.length > NAMED ? t("place.visits.andMore", { zones: names, n: zones.length - NAMED }) : names || NOTHING;
  };
}

interface WantedProps {
  wanted: VisitsWanted;
  zones: readonly (readonly [string, string])[];
  /** Whether receipts are looked at. */
  receipts: boolean;
  zoneName: ZoneName;
  onChange: (wanted: VisitsWanted) => void;
}

function Wanted({ wanted, zones, receipts, zoneName, onChange }: WantedProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useBehindWords(zoneName);
  const { zone, behind, pain, bought, detour_from: detour, ...none } = wanted;
  const set = (change: { [Key in keyof VisitsWanted]: VisitsWanted[Key] | undefined }) => {
    const kept = Object.entries({ ...wanted, ...change }).filter(([, value]) => value !== undefined);
    onChange({ ...none, ...(Object.fromEntries(kept) as VisitsWanted) });
  };
  return (
    <div className="place-bar" role="group" aria-label={t("place.visits.which")}>
      {behind && <Figure text={words(behind)} onRemove={() => set({ behind: undefined })} />}
      {pain !== undefined && <Figure text={t("place.visits.of.pain")} onRemove={() => set({ pain: undefined })} />}
      <Picker label={t("place.zone")} value={zone ?? ANY} choices={[{ id: ANY, label: t("place.visits.anyZone") }, ...zones.map(([id, label]) => ({ id, label }))]} onChange={(id) => set({ zone: id === ANY ? undefined : id })} />
      {receipts && (
        <Picker
          label={t("place.visits.receipt")}
          value={bought === undefined ? ANY : bought ? "yes" : "no"}
          choices={([ANY, "yes", "no"] as const).map((id) => ({ id, label: t(id === ANY ? "place.visits.bought.any" : `place.visits.bought.${id}`) }))}
          onChange={(id) => set({ bought: id === ANY ? undefined : id === "yes" })}
        />
      )}
      <Picker
        label={t("place.visits.lost")}
        value={detour === undefined ? ANY : "lost"}
        choices={[
          { id: ANY, label: t("place.visits.lost.any") },
          { id: "lost", label: t("place.visits.lost.from", { detour: format.decimal(detour ?? LOST_FROM) }) },
        ]}
        onChange={(id) => set({ detour_from: id === ANY ? undefined : LOST_FROM })}
      />
    </div>
  );
}

/** What the visits are behind, and the way back to all. */
function Figure({ text, onRemove }: { text: string; onRemove: () => void }) {
  const { t } = useTranslation();
  return (
    <span className="badge badge-accent place-behind">
      {text}
      <button type="button" aria-label={t("place.visits.anyFigure")} onClick={onRemove}>
        <X size={12} aria-hidden />
      </button>
    </span>
  );
}

/** The figure the visits are behind, in words. */
function useBehindWords(zoneName: ZoneName): (behind: PlaceBehind) => string {
  const { t } = useTranslation();
  return (behind) => {
    switch (behind.figure) {
      case "move":
        return t("place.visits.of.move", { from: zoneName(behind.from), to: zoneName(behind.to) });
      case "ends":
        return t("place.visits.of.ends", { from: zoneName(behind.from), to: zoneName(behind.to) });
      case "first_stop":
        return t("place.visits.of.first_stop", { to: behind.to == null ? t("place.flows.nowhere") : zoneName(behind.to) });
      case "queue":
        return t(behind.ended == null ? "place.visits.of.queue" : `place.visits.of.queue.${behind.ended}`, { queue: zoneName(behind.queue) });
      default:
        return t(`place.visits.of.${behind.figure}`, { zone: zoneName(behind.zone) });
    }
  };
}

function useVisitsTable(zoneName: ZoneName, zone: string): (visits: readonly PlaceVisit[], more: boolean) => AnswerTable {
  const { t } = useTranslation();
  const format = useFormat();
  return (visits, more) => ({
    id: "visits",
    title: t("place.visits.title"),
    columns: [
      { name: t("place.visits.entered") },
      numeric(t("place.visits.stay")),
      { name: t("place.zones") },
      numeric(t("place.visits.stops")),
      numeric(t("place.visits.engaged")),
      numeric(t("place.visits.waited")),
      numeric(t("place.visits.walked")),
      numeric(t("place.visits.detour")),
      numeric(t("place.visits.receipt")),
      { name: t("place.visits.who") },
    ],
    rows: visits.map((visit) => [
      { value: new Date(visit.enter_us / 1000).toISOString(), text: format.dateTime(visit.enter_us, zone) },
      { value: (visit.leave_us - visit.enter_us) / 1e6, text: format.duration((visit.leave_us - visit.enter_us) / 1e6) },
      named(visit.zones.map(zoneName).join(" > ")),
      { value: visit.stops, text: format.whole(visit.stops) },
      { value: visit.engaged.length, text: format.whole(visit.engaged.length) },
      { value: visit.waited_seconds ?? null, text: format.duration(visit.waited_seconds) },
      { value: visit.walked_m, text: format.whole(visit.walked_m) },
      { value: visit.detour ?? null, text: format.decimal(visit.detour) },
      { value: visit.receipts.length === 0 ? null : amountOf(visit), text: visit.receipts.length === 0 ? NOTHING : format.decimal(amountOf(visit)) },
      { value: visit.customer ?? null, text: visit.customer ?? NOTHING },
    ]),
    ...(more ? { note: t("place.visits.shownMore", { count: visits.length, n: format.whole(visits.length) }) } : {}),
  });
}
