// A site being edited. Every step makes a new definition and touches nothing but what it is about: what the editor does not
// show, or does not know yet, stays as it was.
import type { Floor, PlaceRules, Plan, ShapeText, Site, Zone } from "../../../api/types";
import type { Patch } from "../../../ui/draft/same";
import { patched } from "../../../ui/draft/same";
import { merged } from "../../../ui/draft/merge";
import type { Point, Ring } from "../geometry";
import { areasOf, boxOf } from "../geometry";

/** The floor of a plan that is looked at. */
export interface At {
  plan: number;
  floor: number;
}

/** Corners are set to the centimetre. */
const PER_M = 100;
const rounded = (metres: number) => Math.round(metres * PER_M) / PER_M;
/** Half the side of a zone that is made without being drawn. */
const HALF_M = 1;
const CORNERS_LEAST = 3;

export function floorAt(site: Site, { plan, floor }: At): Floor | undefined {
  return site.plans[plan]?.floors[floor];
}

function changeFloor(site: Site, { plan, floor }: At, change: (floor: Floor) => Floor): Site {
  const plans = site.plans.map((each, at) => (at === plan ? { ...each, floors: each.floors.map((own, index) => (index === floor ? change(own) : own)) } : each));
  return { ...site, plans };
}

export function changeZone(site: Site, at: At, id: string, patch: Patch<Zone>): Site {
  return changeFloor(site, at, (floor) => ({ ...floor, zones: (floor.zones ?? []).map((zone) => (zone.id === id ? patched(zone, patch) : zone)) }));
}

/** A new zone of these corners; without any, a square in the middle of the floor. Its id is one that no zone of any plan has. */
export function addZone(site: Site, at: At, name: string, ring?: Ring): { site: Site; id: string } {
  const floor = floorAt(site, at);
  const box = boxOf(floor ? areasOf(floor.outline).flatMap(({ outer }) => outer) : []);
  const [x, y] = [(box.left + box.right) / 2, (box.bottom + box.top) / 2];
  const shape = ring ?? [[x - HALF_M, y - HALF_M], [x + HALF_M, y - HALF_M], [x + HALF_M, y + HALF_M], [x - HALF_M, y + HALF_M]];
  const taken = new Set(site.plans.flatMap((plan) => plan.floors).flatMap(({ zones = [] }) => zones.map(({ id }) => id)));
  let count = 1;
  while (taken.has(`zone-${count}`)) count += 1;
  const id = `zone-${count}`;
  const zone: Zone = { id, name, kind: "display", shape: shape.map(([px, py]) => [rounded(px ?? 0), rounded(py ?? 0)]) };
  return { site: changeFloor(site, at, (own) => ({ ...own, zones: [...(own.zones ?? []), zone] })), id };
}

/** Without a zone; what lay in it, or belonged to it, stands by itself. */
export function removeZone(site: Site, at: At, id: string): Site {
  return changeFloor(site, at, (floor) => ({
    ...floor,
    zones: (floor.zones ?? []).filter((zone) => zone.id !== id).map((zone) => (zone.parent === id ? patched(zone, { parent: undefined }) : zone)),
    ...(floor.fixtures ? { fixtures: floor.fixtures.map((fixture) => (fixture.zone === id ? patched(fixture, { zone: undefined }) : fixture)) } : {}),
  }));
}

/** The corners of a shape that is one ring; null where it has parts or holes, which are moved as a whole and not corner by corner. */
export function ringOf(shape: ShapeText): Ring | null {
  const [only, ...more] = areasOf(shape);
  return only && more.length === 0 && only.holes.length === 0 ? only.outer : null;
}

export function moved(shape: ShapeText, dx: number, dy: number): ShapeText {
  const shift = (ring: Ring) => ring.map(([x, y]) => [rounded(x + dx), rounded(y + dy)]);
  const areas = areasOf(shape).map(({ outer, holes }) => (holes.length === 0 ? shift(outer) : { outer: shift(outer), holes: holes.map(shift) }));
  return Array.isArray(shape) && areas.length !== 1 ? areas : (areas[0] ?? shape);
}

export function setCorner(ring: Ring, index: number, [x, y]: Point): number[][] {
  return ring.map((corner, at) => (at === index ? [rounded(x), rounded(y)] : [...corner]));
}

/** A corner halfway to the next one. */
export function splitEdge(ring: Ring, index: number): number[][] {
  const [here, next] = [ring[index] ?? [0, 0], ring[(index + 1) % ring.length] ?? [0, 0]];
  return ring.map((corner) => [...corner]).toSpliced(index + 1, 0, [rounded((here[0] + next[0]) / 2), rounded((here[1] + next[1]) / 2)]);
}

/** Null where it would be no shape any more. */
export function withoutCorner(ring: Ring, index: number): number[][] | null {
  return ring.length <= CORNERS_LEAST ? null : ring.filter((_, at) => at !== index).map((corner) => [...corner]);
}

/** Another plan that holds from a day on: a copy of the last one before it. Null where one begins on that day already. */
export function addPlan(site: Site, from: string): Site | null {
  if (site.plans.some((plan) => plan.from === from)) return null;
  const ordered = site.plans.toSorted((a, b) => (a.from < b.from ? -1 : 1));
  const source: Plan | undefined = ordered.findLast((plan) => plan.from < from) ?? ordered[0];
  if (!source) return null;
  return { ...site, plans: [...site.plans, { ...patched(source, { note: undefined }), from }].toSorted((a, b) => (a.from < b.from ? -1 : 1)) };
}

/** The last plan is never taken away: a site without one is none. */
export function removePlan(site: Site, plan: number): Site {
  return site.plans.length <= 1 ? site : { ...site, plans: site.plans.filter((_, at) => at !== plan) };
}

export function changeRules(site: Site, patch: Patch<PlaceRules>): Site {
  return { ...site, rules: patched(site.rules ?? ({} as PlaceRules), patch) };
}

/** Plans under their days, so that they are known by them as zones are by their ids. */
function keyed(site: Site): Site & { plans: (Plan & { id?: string })[] } {
  return { ...site, plans: site.plans.map((plan) => ({ id: plan.from, ...plan })) };
}

/** Two people's changes put together. */
export function mergedSites(base: Site, mine: Site, theirs: Site): Site {
  const both = merged(keyed(base), keyed(mine), keyed(theirs));
  const plans = both.plans.map((plan) => patched<Plan & { id?: string }>(plan, { id: undefined }));
  return { ...both, plans: plans.toSorted((a, b) => (a.from < b.from ? -1 : 1)) };
}

/** The zone under another id, with what refers to it; null where the id is taken. */
export function renameZone(site: Site, at: At, id: string, next: string): Site | null {
  const floor = floorAt(site, at);
  const taken = site.plans[at.plan]?.floors.some(({ zones = [] }) => zones.some((zone) => zone.id === next)) ?? true;
  if (!floor || taken) return null;
  const refer = <Item extends { [Key in Field]?: string | null }, Field extends "parent" | "zone">(item: Item, field: Field): Item => (item[field] === id ? { ...item, [field]: next } : item);
  return changeFloor(site, at, (own) => ({
    ...own,
    zones: (own.zones ?? []).map((zone) => refer(zone.id === id ? { ...zone, id: next } : zone, "parent")),
    ...(own.fixtures ? { fixtures: own.fixtures.map((fixture) => refer(fixture, "zone")) } : {}),
  }));
}
