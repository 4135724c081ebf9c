// What trips are like: the types they fall into, which stops go with which, and who sees what should be seen.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import { placeQuery } from "../../api/places";
import type { PlaceTrips } from "../../api/types";
import { AnswerTables } from "../../ui/answer/AnswerTables";
import type { AnswerTable } from "../../ui/answer/table";
import { named, numeric } from "../../ui/answer/table";
import { useInterval } from "../../ui/estimate";
import { NOTHING, useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { useZoneName } from "./names";
import { ViewFrame } from "./ViewFrame";
import type { ViewProps } from "./viewProps";

const NO_TABLES: AnswerTable[] = [];

export function Trips(props: ViewProps) {
  const { t } = useTranslation();
  const query = placeQuery(props.workspace, props.site.id, "trips", props.question);
  const asked = useQuery(query);
  const tablesOf = useTripTables(useZoneName(props.plan?.floors ?? []));
  const trips = asked.data;
  const tables = useMemo(
    () => (trips ? tablesOf(trips) : NO_TABLES),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the tables' words follow from the language, which `t` changes with
    [trips, props.plan, t],
  );
  return (
    <ViewFrame show="trips" queryKey={query.queryKey} asked={asked} tables={tables} drawn={false} onAnswer={props.onAnswer}>
      {(answer) => <TripsOf answer={answer} tables={tables} />}
    </ViewFrame>
  );
}

function TripsOf({ answer, tables }: { answer: PlaceTrips; tables: AnswerTable[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <>
      <p className="sub">{t("place.trips.note", { count: answer.looks, n: format.whole(answer.looks) })}</p>
      {answer.withheld.types > 0 && <p className="sub">{t("place.trips.withheld", { count: answer.withheld.types, n: format.whole(answer.withheld.types), visits: format.whole(answer.withheld.visits) })}</p>}
      <AnswerTables tables={tables} />
      {answer.spillovers.length === 0 && <p className="sub">{t("place.trips.noSpillover")}</p>}
      {answer.exposures.length === 0 && <p className="sub">{t("place.trips.noExposure")}</p>}
    </>
  );
}

function useTripTables(zoneName: (zone: string | null | undefined) => string): (trips: PlaceTrips) => AnswerTable[] {
  const { t } = useTranslation();
  const format = useFormat();
  const interval = useInterval();
  const localized = useLocalized();
  const whole = (value: number | null | undefined) => ({ value: value ?? null, text: value == null ? NOTHING : format.whole(value) });
  const share = (value: number | null | undefined) => ({ value: value ?? null, text: format.percent(value) });
  const percent = (value: number) => format.percent(value);
  const types = ({ types: all }: PlaceTrips): AnswerTable => ({
    id: "path-types",
    title: t("place.trips.types"),
    note: t("place.trips.typesNote"),
    columns: [{ name: t("place.trips.type") }, numeric(t("place.total.visits")), numeric(t("place.trips.share")), numeric(t("place.total.stay")), numeric(t("place.trips.bought")), { name: t("place.trips.way") }],
    rows: all.map((type, index) => [
      named(t("place.trips.typeN", { n: format.whole(index + 1) })),
      whole(type.visits),
      share(type.share),
      { value: type.median_seconds ?? null, text: format.duration(type.median_seconds) },
      share(type.bought == null ? null : type.bought / type.visits),
      named(type.zones.length === 0 ? NOTHING : type.zones.map((zone) => t("place.trips.zone", { zone: zoneName(zone.zone), share: format.percent(zone.share) })).join(" → ")),
    ]),
  });
  const spillovers = ({ spillovers: all }: PlaceTrips): AnswerTable => ({
    id: "spillover",
    title: t("place.trips.spillover"),
    note: t("place.trips.spilloverNote"),
    columns: [{ name: t("place.trips.from") }, { name: t("place.trips.to") }, ...(["visits", "then", "otherwise", "difference", "q"] as const).map((id) => numeric(t(`place.trips.column.${id}`)))],
    rows: all.map((pair) => [
      named(zoneName(pair.from)),
      named(zoneName(pair.to)),
      whole(pair.visits),
      share(pair.then),
      share(pair.otherwise),
      { value: pair.difference.value, text: `${format.percent(pair.difference.value)} ${interval(pair.difference, percent)}` },
      share(pair.q_value),
    ]),
  });
  const exposures = ({ exposures: all, others }: PlaceTrips): AnswerTable => ({
    id: "exposure",
    title: t("place.trips.exposure"),
    note: others ? t("place.trips.exposureNote", { reach: format.percent(others.reach), stop: format.percent(others.stop_rate) }) : t("place.trips.exposureAlone"),
    columns: [{ name: t("place.zone") }, { name: t("place.kind") }, ...(["came", "reach", "stop", "than", "area"] as const).map((id) => numeric(t(`place.trips.column.${id}`)))],
    rows: all.map((zone) => [
      named(localized(zone.name)),
      named(zone.high_margin ? t("place.trips.highMargin", { kind: t(`place.zoneKind.${zone.kind}`) }) : t(`place.zoneKind.${zone.kind}`)),
      whole(zone.visits),
      share(zone.reach),
      share(zone.stop_rate),
      { value: zone.than_others?.value ?? null, text: zone.than_others == null ? NOTHING : `${format.percent(zone.than_others.value)} ${interval(zone.than_others, percent)}` },
      { value: zone.time_by_area ?? null, text: zone.time_by_area == null ? NOTHING : format.decimal(Math.round(zone.time_by_area * 100) / 100) },
    ]),
  });
  return (trips) => [types(trips), ...(trips.spillovers.length > 0 ? [spillovers(trips)] : []), ...(trips.exposures.length > 0 ? [exposures(trips)] : [])];
}
