// What a change makes of a floor, for the picture of it, and what of it cannot be forecast. The server judges; this keeps what it
// would refuse from being asked, in the reader's language.
import type { Floor, Plan, ShapeText, Site, Zone, ZoneKind } from "../../../api/types";
import { moved } from "../editor/draft";
import { areasOf, boxOf, inside } from "../geometry";
import { planOn } from "../plans";
import type { Change } from "./change";
import { STEPS_MAX, countOf, stepsOf } from "./change";

const OFFERING: readonly ZoneKind[] = ["display", "promotion", "fitting_room", "service", "seating", "tenant"];

/** Whether something is offered there that people go to. */
export function offers({ category, kind }: Pick<Zone, "category" | "kind">): boolean {
  return category != null || OFFERING.includes(kind);
}

export function zonesOf(floor: Floor | undefined): readonly Zone[] {
  return floor?.zones ?? [];
}

/** Why two zones cannot exchange what they offer; null: they can. */
export function notSwapped(one: Zone, other: Zone): "itself" | "nothing" | "category" | "alike" | null {
  if (one.id === other.id) return "itself";
  if (!offers(one) || !offers(other)) return "nothing";
  if ((one.category == null) !== (other.category == null)) return "category";
  return one.category != null && one.category === other.category ? "alike" : null;
}

/** A zone of the floor after a change. */
export interface After {
  floor: Floor;
  /** By zone, the zone whose goods stand there now. */
  goods: ReadonlyMap<string, Zone>;
}

/** Swaps, then moves, as the API does them. Zones that are not on the floor change nothing. */
export function afterOf(floor: Floor, { swaps, moves }: Change): After {
  const zones = zonesOf(floor).map((zone) => ({ ...zone }));
  const of = (id: string) => zones.find((zone) => zone.id === id);
  const goods = new Map<string, Zone>();
  const before = new Map(zonesOf(floor).map((zone) => [zone.id, zone]));
  const from = (id: string) => goods.get(id) ?? before.get(id);
  for (const [a, b] of swaps) {
    const [one, other] = [of(a), of(b)];
    if (!one || !other) continue;
    if (one.category != null && other.category != null) {
      const [ofOne, ofOther] = [from(a), from(b)];
      [one.category, other.category] = [other.category, one.category];
      if (ofOther) goods.set(a, ofOther);
      if (ofOne) goods.set(b, ofOne);
    } else {
      [one.shape, other.shape] = [other.shape, one.shape];
    }
  }
  for (const { zone, by_m } of moves) {
    const own = of(zone);
    if (own) own.shape = moved(own.shape, by_m[0], by_m[1]);
  }
  for (const [id, zone] of goods) if (zone.id === id) goods.delete(id);
  return { floor: { ...floor, zones }, goods };
}

/** Zones that a change names. */
export function namedIn({ swaps, moves }: Change): ReadonlySet<string> {
  return new Set([...swaps.flat(), ...moves.map(({ zone }) => zone)]);
}

/** The days a forecast rests on, as far as they are held: those before another plan, and of them those of the last one's plan. */
export function daysOf(site: Site, change: Change, days: readonly string[]): string[] {
  const before = change.plan === null ? days : days.filter((day) => change.plan !== null && day < change.plan);
  const last = before.at(-1);
  return last === undefined ? [] : before.filter((day) => planOn(site, day) === planOn(site, last));
}

/** Plans a change can lead to: those with held days before them. */
export function plansAhead(site: Site, days: readonly string[]): Plan[] {
  const [first] = days;
  const later = site.plans.filter(({ from }) => first !== undefined && from > first);
  return later.toSorted((a, b) => (a.from < b.from ? -1 : 1));
}

const written = (value: unknown) => JSON.stringify(value ?? null);

/** What of a floor counts as its layout, to be compared. */
function layoutOf(floor: Floor | undefined): string {
  return written([zonesOf(floor), floor?.walkable, floor?.outline, floor?.fixtures ?? []]);
}

/** Floors of a plan that are another than they were. */
export function floorsChanged(old: Plan, next: Plan): string[] {
  return next.floors.filter((floor) => layoutOf(old.floors.find(({ id }) => id === floor.id)) !== layoutOf(floor)).map(({ id }) => id);
}

/** Where people come in, to be compared. */
function doorsOf(floor: Floor): string {
  const doors = zonesOf(floor).filter(({ kind }) => kind === "entrance" || kind === "street");
  return written([doors.map(({ shape }) => shape), (floor.gates ?? []).map(({ from, to }) => [from, to])]);
}

/** Samples a side, to see how much of a zone lies in its floor. */
const SAMPLES = 20;
/** The server takes a little more than this for outside; what lies between is left to it. */
const OUTSIDE = 0.9;

/** The share of a shape that lies in another. */
export function shareWithin(shape: ShapeText, outer: ShapeText): number {
  const box = boxOf(areasOf(shape).flatMap((area) => area.outer));
  const steps = Array.from({ length: SAMPLES }, (_, at) => (at + 0.5) / SAMPLES);
  const points = steps.flatMap((x) => steps.map((y) => [box.left + x * (box.right - box.left), box.bottom + y * (box.top - box.bottom)] as const));
  const own = points.filter((point) => inside(shape, point));
  return own.length === 0 ? 1 : own.filter((point) => inside(outer, point)).length / own.length;
}

/** Why a change cannot be forecast. */
export type Fault =
  | { is: "unknown" | "nothing" | "outside"; zone: string }
  | { is: "category" | "alike"; zone: string; other: string }
  | { is: "same" | "many" | "doors" | "floors" | "noDays" }
  | { is: "plans"; from: string; to: string }
  | { is: "noPlan"; plan: string };

interface Asked {
  site: Site;
  /** The floor that is drawn, of the plan before the change. */
  floor: Floor;
  /** The floor that is asked about; null: none is said. */
  asked: string | null;
  /** Days held that the page is of. */
  days: readonly string[];
  /** Whether the page says from when. */
  since: boolean;
}

/** The first thing that stands against a forecast; null: nothing that is known here. */
export function faultOf(all: Change, { site, floor, asked, days, since }: Asked): Fault | null {
  const change = stepsOf(all);
  if (countOf(change) > STEPS_MAX) return { is: "many" };
  const next = change.plan === null ? null : site.plans.find(({ from }) => from === change.plan);
  if (change.plan !== null && !next) return { is: "noPlan", plan: change.plan };
  const rested = daysOf(site, change, days);
  const [from, to] = [rested[0], rested.at(-1)];
  if (from === undefined || to === undefined) return { is: "noDays" };
  const before = change.plan === null ? days : days.filter((day) => change.plan !== null && day < change.plan);
  if (since && before.length !== rested.length) return { is: "plans", from, to };
  const old = planOn(site, to);
  if (next && old) return planFault(old, next, asked);
  return stepFault(change, floor);
}

function planFault(old: Plan, next: Plan, asked: string | null): Fault | null {
  const differ = floorsChanged(old, next);
  if (differ.length === 0) return { is: "same" };
  if (asked === null && differ.length > 1) return { is: "floors" };
  const id = asked ?? differ[0];
  const [one, other] = [old, next].map((plan) => plan.floors.find((each) => each.id === id));
  return one && other && doorsOf(one) !== doorsOf(other) ? { is: "doors" } : null;
}

function stepFault(change: Change, floor: Floor): Fault | null {
  const of = (id: string) => zonesOf(floor).find((zone) => zone.id === id);
  for (const id of namedIn(change)) {
    const zone = of(id);
    if (!zone) return { is: "unknown", zone: id };
    if (!offers(zone)) return { is: "nothing", zone: id };
  }
  for (const [a, b] of change.swaps) {
    const [one, other] = [of(a), of(b)];
    const why = one && other ? notSwapped(one, other) : null;
    if (why === "category" || why === "alike") return { is: why, zone: a, other: b };
  }
  const after = afterOf(floor, change).floor;
  const out = zonesOf(after).find(({ id, shape }) => change.moves.some(({ zone }) => zone === id) && shareWithin(shape, floor.outline) < OUTSIDE);
  if (out) return { is: "outside", zone: out.id };
  return written(zonesOf(after)) === written(zonesOf(floor)) && countOf(change) > 0 ? { is: "same" } : null;
}
