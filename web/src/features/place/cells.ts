// Cells of a heat map: where they lie, and how strong they are drawn.
import type { PlaceHeatFloor, Zone } from "../../api/types";
import type { Point } from "./geometry";
import { inside, squareMetres } from "./geometry";

export const HEAT_BY = ["seconds", "visits"] as const;
export type HeatBy = (typeof HEAT_BY)[number];

/** Of each cell shown, what is drawn of it; as long as `cells`. */
export function valuesOf(heat: PlaceHeatFloor, by: HeatBy): readonly number[] {
  return by === "seconds" ? heat.cell_seconds : heat.cell_visits;
}

/** The lower left corner of a cell, in metres. */
export function cornerOf({ origin, columns, cell_m }: PlaceHeatFloor, cell: number): Point {
  const [left = 0, bottom = 0] = origin;
  return [left + (cell % columns) * cell_m, bottom + Math.floor(cell / columns) * cell_m];
}

/** The cell a point lies in; null beside the grid. */
export function cellAt({ origin, columns, rows, cell_m }: PlaceHeatFloor, [x, y]: Point): number | null {
  const [left = 0, bottom = 0] = origin;
  const [column, row] = [Math.floor((x - left) / cell_m), Math.floor((y - bottom) / cell_m)];
  return column >= 0 && row >= 0 && column < columns && row < rows ? row * columns + column : null;
}

/** One in a hundred cells is hotter than this: a till's would make all others pale. */
const HOTTEST = 0.99;

/** The value drawn strongest; from there on all look alike, and the legend says so. */
export function hottest(values: readonly number[]): number {
  const ordered = values.toSorted((a, b) => a - b);
  return ordered[Math.max(0, Math.ceil(ordered.length * HOTTEST) - 1)] ?? 0;
}

/** From 0 to 1. Time gathers in few cells, so the root of it is drawn, and the legend is marked in values. */
export function strength(value: number, most: number): number {
  return most > 0 ? Math.sqrt(Math.min(1, Math.max(0, value) / most)) : 0;
}

/** The value that has a strength. */
export function valueAt(drawn: number, most: number): number {
  return drawn * drawn * most;
}

export type Colour = readonly [number, number, number];

/** The colour of a strength on a ramp from its weakest to its strongest. */
export function mixed(ramp: readonly Colour[], drawn: number): Colour {
  const place = Math.min(1, Math.max(0, drawn)) * (ramp.length - 1);
  const [low, high] = [ramp[Math.floor(place)] ?? [0, 0, 0], ramp[Math.ceil(place)] ?? [0, 0, 0]];
  const part = place - Math.floor(place);
  return [0, 1, 2].map((channel) => Math.round((low[channel] ?? 0) * (1 - part) + (high[channel] ?? 0) * part)) as unknown as Colour;
}

/** The innermost zone a point lies in. */
export function zoneAt(zones: readonly Zone[], point: Point): Zone | undefined {
  const held = zones.filter(({ shape }) => inside(shape, point));
  return held.toSorted((a, b) => squareMetres(a.shape) - squareMetres(b.shape))[0];
}
