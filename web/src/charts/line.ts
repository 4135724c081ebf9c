// Places of a line chart: scales, lines and the bands of their intervals.
import { on } from "./scatter";
import type { Scale } from "./scatter";

export interface LinePoint {
  x: number;
  y: number;
  /** Interval of `y`; absent: none is known. */
  low?: number;
  high?: number;
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
