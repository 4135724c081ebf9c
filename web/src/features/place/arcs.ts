// Links between zones as arcs over a plan: where they run, and how thick they are.
import type { Floor, PlaceMove } from "../../api/types";
import type { Point } from "./geometry";
import { areasOf, boxOf, middleOf } from "./geometry";

export interface Arc {
  /** Of the links as they were given. */
  index: number;
  from: Point;
  /** The point the arc is drawn towards before it turns to its end. */
  bend: Point;
  to: Point;
  /** From 0 to 1, by how often it was gone. */
  weight: number;
  /** Whether it ends where it began. */
  loop: boolean;
}

/** How far an arc bends aside, as a part of its length: the way there and the way back lie beside each other. */
const BEND = 0.18;
/** Half the width of a loop, in metres. */
const LOOP_M = 0.9;
/** And in pixels at least. */
const LOOP_PX = 20;

/** Where who comes from outside begins and who leaves ends: at the gates, else at the entrance zones, else below the plan. */
export function outsideOf(floor: Floor): Point {
  const gates = (floor.gates ?? []).map(({ from, to }) => [((from[0] ?? 0) + (to[0] ?? 0)) / 2, ((from[1] ?? 0) + (to[1] ?? 0)) / 2] as const);
  const doors = (floor.zones ?? []).filter(({ kind }) => kind === "entrance").map(({ shape }) => middleOf(shape));
  const box = boxOf(areasOf(floor.outline).flatMap(({ outer }) => outer));
  const at = (gates.length > 0 ? gates : doors)[0] ?? [(box.left + box.right) / 2, box.bottom];
  // The nearest edge of the outline leads out.
  const ways: [number, Point][] = [
    [at[1] - box.bottom, [at[0], box.bottom]],
    [box.top - at[1], [at[0], box.top]],
    [at[0] - box.left, [box.left, at[1]]],
    [box.right - at[0], [box.right, at[1]]],
  ];
  return ways.toSorted(([a], [b]) => a - b)[0]?.[1] ?? at;
}

/** The arcs of the `top` links gone most often that have both ends on the floor. */
export function arcsOf(links: readonly PlaceMove[], floor: Floor, top: number): Arc[] {
  const places = new Map((floor.zones ?? []).map((zone) => [zone.id, middleOf(zone.shape)]));
  const outside = outsideOf(floor);
  const at = (zone: string | null | undefined) => (zone == null ? outside : places.get(zone));
  const drawn = links.flatMap((link, index) => {
    const [from, to] = [at(link.from), at(link.to)];
    return from && to ? [{ index, from, to, times: link.times, loop: (link.from ?? null) === (link.to ?? null) }] : [];
  });
  const kept = drawn.toSorted((a, b) => b.times - a.times).slice(0, top);
  const most = kept[0]?.times ?? 1;
  return kept.map(({ index, from, to, times, loop }) => {
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const bend: Point = [(from[0] + to[0]) / 2 - dy * BEND, (from[1] + to[1]) / 2 + dx * BEND];
    return { index, from, to, bend, weight: Math.sqrt(times / most), loop };
  });
}

/** The path of an arc in the picture, and the way its head points, in radians. It stops `short` pixels before its end. */
export function arcPath(arc: Arc, x: (metres: number) => number, y: (metres: number) => number, scale: number, short: number): { path: string; tip: Point; angle: number } {
  const [ax, ay, bx, by] = [x(arc.from[0]), y(arc.from[1]), x(arc.to[0]), y(arc.to[1])];
  if (arc.loop) {
    const half = Math.max(LOOP_M * scale, LOOP_PX);
    const [left, right, top] = [ax - half * 1.6, ax + half * 1.6, ay - half * 2.2];
    const [endX, endY] = [ax + half * 0.35, ay - short];
    return { path: `M${ax - half * 0.35},${ay}C${left},${top} ${right},${top} ${endX},${endY}`, tip: [endX, endY], angle: Math.atan2(endY - top, endX - right) };
  }
  const [cx, cy] = [x(arc.bend[0]), y(arc.bend[1])];
  const angle = Math.atan2(by - cy, bx - cx);
  const tip: Point = [bx - Math.cos(angle) * short, by - Math.sin(angle) * short];
  return { path: `M${ax.toFixed(1)},${ay.toFixed(1)}Q${cx.toFixed(1)},${cy.toFixed(1)} ${tip[0].toFixed(1)},${tip[1].toFixed(1)}`, tip, angle };
}
