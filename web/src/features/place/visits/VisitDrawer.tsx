// One visit: what it came to, its way on the plan, and where it was when. A stay that is chosen is marked on the plan.
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { walkQuery } from "../../../api/places";
import type { Floor, PlaceTracks, PlaceVisit, Site } from "../../../api/types";
import { Drawer } from "../../../ui/Drawer";
import { Fact } from "../../../ui/Fact";
import { NOTHING, useFormat } from "../../../ui/format";
import { useLocalized } from "../../../ui/language";
import { Failure } from "../../../ui/States";
import { FloorPlan } from "../FloorPlan";
import type { Frame } from "../geometry";
import { planOn } from "../plans";
import { walkOf } from "../walks";
import { momentsOf, walkPath } from "./path";

interface Props {
  workspace: string;
  site: Site;
  /** null: the newest. */
  version: number | null;
  visit: PlaceVisit;
  zoneName: (zone: string | null | undefined) => string;
  onClose: () => void;
}

export function VisitDrawer({ workspace, site, version, visit, zoneName, onClose }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const zone = site.time_zone;
  const walk = useQuery(walkQuery(workspace, site.id, { ...(version === null ? {} : { version }), day: visit.day, visit: visit.visit }));
  const [picked, setPicked] = useState<string | null>(null);
  const moments = momentsOf(visit);
  const floors = planOn(site, visit.day)?.floors ?? [];
  const walked = floors.filter(({ id }) => walk.data?.tracks.some((track) => track.floor === id));
  const whole = Math.max(1, visit.leave_us - visit.enter_us);
  return (
    <Drawer title={t("place.visits.one", { when: `${format.date(visit.enter_us, zone)} ${format.time(visit.enter_us, zone)}` })} onClose={onClose}>
      <dl className="facts place-visit-facts">
        <Fact name={t("place.visits.stay")} value={t("place.visits.span", { time: format.duration((visit.leave_us - visit.enter_us) / 1e6), to: format.time(visit.leave_us, zone) })} />
        <Fact name={t("place.visits.walked")} value={format.whole(visit.walked_m)} />
        <Fact name={t("place.visits.stops")} value={format.whole(visit.stops)} />
        <Fact name={t("place.visits.waited")} value={format.duration(visit.waited_seconds)} />
        <Fact name={t("place.visits.detour")} value={format.decimal(visit.detour)} />
        <Fact name={t("place.visits.revisits")} value={format.percent(visit.revisits)} />
        <Fact
          name={t("place.visits.receipt")}
          value={visit.receipts.length === 0 ? NOTHING : visit.receipts.map(({ amount, probability }) => t("place.visits.receiptOf", { amount: format.decimal(amount), probability: format.percent(probability) })).join(t("common.comma"))}
        />
        <Fact name={t("place.visits.unit")} value={visit.unit === visit.visit ? t("place.visits.unit.own") : t("place.visits.unit.other")} />
      </dl>
      {walk.error && <Failure error={walk.error} retry={() => void walk.refetch()} />}
      {walk.isPending && <div className="skeleton place-skeleton" aria-hidden />}
      {walk.data && walked.map((floor) => <Way key={floor.id} floor={floor} walk={walk.data} visit={visit} picked={picked} several={walked.length > 1} />)}
      <section aria-labelledby="moments-title">
        <h3 id="moments-title">{t("place.visits.moments")}</h3>
        {moments.length === 0 && <p className="sub">{t("place.visits.noMoments")}</p>}
        <ol className="place-moments">
          {moments.map((moment) => {
            const key = `${moment.of} ${moment.zone} ${moment.from_us}`;
            return (
              <li key={key}>
                <button type="button" className="place-moment" aria-pressed={picked === moment.zone} onClick={() => setPicked(picked === moment.zone ? null : moment.zone)}>
                  <span className="moment">{format.time(moment.from_us, zone)}</span>
                  <span className="place-moment-name">{moment.of === "wait" ? t("place.visits.waitIn", { zone: zoneName(moment.zone) }) : zoneName(moment.zone)}</span>
                  <span className="sub">{format.duration(moment.seconds)}</span>
                  {moment.of === "stay" && moment.engaged && <span className="badge badge-accent">{t("place.figure.engaged")}</span>}
                  {moment.of === "wait" && <span className={moment.ended === "abandoned" ? "badge badge-bad" : "badge"}>{t(`place.visits.ended.${moment.ended}`)}</span>}
                  <span className="place-moment-bar" aria-hidden>
                    <span style={{ insetInlineStart: `${((moment.from_us - visit.enter_us) / whole) * 100}%`, width: `${Math.max(0.5, ((moment.to_us - moment.from_us) / whole) * 100)}%` }} />
                  </span>
                </button>
              </li>
            );
          })}
        </ol>
      </section>
    </Drawer>
  );
}

interface WayProps {
  floor: Floor;
  walk: PlaceTracks;
  visit: PlaceVisit;
  picked: string | null;
  /** Whether it is one of several, and needs its name. */
  several: boolean;
}

function Way({ floor, walk, visit, picked, several }: WayProps) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const walks = useMemo(() => walk.tracks.filter((track) => track.floor === floor.id).map(walkOf), [walk, floor]);
  const came = new Set(visit.zones);
  const engaged = new Set(visit.engaged);
  const line = (frame: Frame) =>
    walks.map((each) => {
      const last = each.t.length - 1;
      const [x, y] = [frame.x(each.x[last] ?? 0), frame.y(each.y[last] ?? 0)];
      return (
        <g key={`${each.t[0]}`} className="visit-way">
          <path d={walkPath(each, walk.gap_ms, frame)} />
          <circle className="visit-begin" cx={frame.x(each.x[0] ?? 0)} cy={frame.y(each.y[0] ?? 0)} r={5} />
          <rect className="visit-end" x={x - 4.5} y={y - 4.5} width={9} height={9} />
        </g>
      );
    });
  return (
    <figure className="place-way">
      {several && <figcaption>{localized(floor.name)}</figcaption>}
      <FloorPlan
        floor={floor}
        label={t("place.visits.way", { floor: localized(floor.name), zones: visit.zones.length })}
        highest={420}
        picked={picked}
        zoneLook={({ id }) => (engaged.has(id) ? "shade-3" : came.has(id) ? "shade-1" : "clear")}
      >
        {line}
      </FloorPlan>
      <p className="place-note">{t("place.visits.wayHow")}</p>
    </figure>
  );
}
