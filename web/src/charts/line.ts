// Places of a line chart: scales, lines, the bands of their intervals, and the gaps where nothing is known.
import { on } from "./scale";
import type { Scale } from "./scale";

export interface LinePoint {
  x: number;
  y: number;
  /** Interval of `y`; absent: none is known. */
  low?: number;
  high?: number;
  /** May still change. */
  open?: boolean;
}

export interface Field {
  x: Scale;
  y: Scale;
  left: number;
  top: number;
  width: number;
  height: number;
}

export function atX({ x, left, width }: Field, value: number): number {
  return left + on(x, value) * width;
}

export function atY({ y, top, height }: Field, value: number): number {
  return top + (1 - on(y, value)) * height;
}

const place = (value: number) => value.toFixed(1);

/** Points in runs without a gap: where a line has no point at a stop, nothing is known of it there. */
export function runsOf(points: readonly LinePoint[], stops: readonly number[]): LinePoint[][] {
  const runs: LinePoint[][] = [];
  let before = Number.NaN;
  for (const point of points) {
    const at = stops.indexOf(point.x);
    const run = runs.at(-1);
    if (run && at === before + 1) run.push(point);
    else runs.push([point]);
    before = at;
  }
  return runs;
}

/** `stairs`: the line keeps a height until the next point, as the share of those that last does. */
export function linePath(field: Field, points: readonly LinePoint[], stairs: boolean, of: (point: LinePoint) => number = ({ y }) => y): string {
  return points
    .map((point, index) => {
      const [x, y] = [place(atX(field, point.x)), place(atY(field, of(point)))];
      if (index === 0) return `M${x} ${y}`;
      return stairs ? `H${x}V${y}` : `L${x} ${y}`;
    })
    .join("");
}

/** The band between the bounds, there and back; empty where no point has bounds. */
export function bandPath(field: Field, points: readonly LinePoint[], stairs: boolean): string {
  const known = points.filter(({ low, high }) => low !== undefined && high !== undefined);
  if (known.length < 2) return "";
  const upper = linePath(field, known, stairs, ({ high = 0 }) => high);
  // Back along the lower bound: stairs first go down to where the one before stood.
  const lower = known.toReversed().map((point, index) => {
    const [x, y] = [place(atX(field, point.x)), place(atY(field, point.low ?? 0))];
    return index > 0 && stairs ? `V${y}H${x}` : `L${x} ${y}`;
  });
  return `${upper}${lower.join("")}Z`;
}

/** The point that speaks for `x`: with stairs the last one up to it, else the one just there. */
export function pointAt(points: readonly LinePoint[], x: number, stairs: boolean): LinePoint | null {
  if (stairs) {
    const [first, last] = [points[0], points.at(-1)];
    // Beyond its end nothing is known.
    if (!first || !last || x < first.x || x > last.x) return null;
    return points.findLast((point) => point.x <= x) ?? null;
  }
  return points.find((point) => point.x === x) ?? null;
}

/** Index of the stop nearest to `x`; −1 where there is none. */
export function nearest(stops: readonly number[], x: number): number {
  let best = -1;
  for (const [index, stop] of stops.entries()) if (best < 0 || Math.abs(stop - x) < Math.abs((stops[best] ?? 0) - x)) best = index;
  return best;
}
