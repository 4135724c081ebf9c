// Both sides of a comparison, put beside each other zone by zone.
import type { PlaceZone, PlaceZones } from "../../../api/types";
import type { ZoneFigure } from "../view";
import { figureOf } from "../zoneTable";
import type { Difference } from "./interval";
import { shareDifference } from "./interval";

/** Figures that grow with the days there are: a side with more days is told by the day. */
const COUNTS: readonly ZoneFigure[] = ["visits", "entries", "stopped", "engaged", "dwell_seconds", "first", "last", "bought"];

export interface Row {
  zone: string;
  name: PlaceZone["name"];
  one: number | null;
  other: number | null;
  /** Too few came on a side to tell. */
  withheld: boolean;
  /** First less second; null where a side has none. */
  difference: number | null;
  /** Of shares. */
  interval: Difference | null;
}

/** Whether counts of both are told by the day: they have different numbers of days. */
export function byDay(figure: ZoneFigure, one: PlaceZones, other: PlaceZones): boolean {
  return COUNTS.includes(figure) && one.meta.days.length !== other.meta.days.length;
}

/** Zones of either side; those of the first come first, in its order. */
export function rowsOf(figure: ZoneFigure, one: PlaceZones, other: PlaceZones): Row[] {
  const daily = byDay(figure, one, other);
  const of = (side: PlaceZones, zone: PlaceZone | undefined): number | null => {
    const value = zone ? figureOf(figure, zone) : null;
    return value === null || !daily ? value : value / Math.max(1, side.meta.days.length);
  };
  const [left, right] = [one, other].map(({ zones }) => new Map(zones.map((zone) => [zone.zone, zone]))) as [Map<string, PlaceZone>, Map<string, PlaceZone>];
  const few = new Set([...one.withheld, ...other.withheld].map(({ zone }) => zone));
  const names = new Map([...other.zones, ...other.withheld, ...one.zones, ...one.withheld].map(({ zone, name }) => [zone, name]));
  const ids = new Set([...one.zones, ...one.withheld, ...other.zones, ...other.withheld].map(({ zone }) => zone));
  return [...ids].map((zone) => {
    const [a, b] = [left.get(zone), right.get(zone)];
    const [first, second] = [of(one, a), of(other, b)];
    return {
      zone,
      name: names.get(zone) ?? zone,
      one: first,
      other: second,
      withheld: few.has(zone),
      difference: first === null || second === null ? null : first - second,
      interval: figure === "reach" && a && b ? shareDifference(a.visits, one.visits, b.visits, other.visits) : null,
    };
  });
}
