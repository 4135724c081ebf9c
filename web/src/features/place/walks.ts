// Walks of a day: read from the columns they come in, and where everybody was at a moment.
import type { PlaceTrack } from "../../api/types";

/** A walk on one floor: its points in order of time. */
export interface Walk {
  visit: string;
  floor: string;
  /** Milliseconds since the day's first instant. */
  t: Int32Array;
  /** Metres on the floor. */
  x: Float32Array;
  y: Float32Array;
}

/** Columns of differences: a value is the sum of all up to it. */
export function walkOf({ visit, floor, t_ms, x_cm, y_cm }: PlaceTrack): Walk {
  const [t, x, y] = [new Int32Array(t_ms.length), new Float32Array(t_ms.length), new Float32Array(t_ms.length)];
  let [time, right, up] = [0, 0, 0];
  for (let at = 0; at < t_ms.length; at += 1) {
    time += t_ms[at] ?? 0;
    right += x_cm[at] ?? 0;
    up += y_cm[at] ?? 0;
    t[at] = time;
    x[at] = right / 100;
    y[at] = up / 100;
  }
  return { visit, floor, t, x, y };
}

/** The last point no later than `time`; -1 where the walk has not begun. */
export function lastBefore(t: Int32Array, time: number): number {
  let [low, high] = [0, t.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((t[middle] ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** First and last moment of walks; null where there are none. */
export function spanOf(walks: readonly Walk[]): { from: number; to: number } | null {
  if (walks.length === 0) return null;
  return { from: Math.min(...walks.map(({ t }) => t[0] ?? 0)), to: Math.max(...walks.map(({ t }) => t.at(-1) ?? 0)) };
}

/** How long a trail stays behind somebody. */
export const TRAIL_MS = 90_000;
/** The trail fades in so many steps. */
const FADES = 3;

export interface Looks {
  trail: string;
  head: string;
  edge: string;
}

/** What `drawWalks` needs of a canvas. */
type Surface = Pick<CanvasRenderingContext2D, "beginPath" | "moveTo" | "lineTo" | "stroke" | "arc" | "fill" | "lineWidth" | "strokeStyle" | "fillStyle" | "globalAlpha" | "lineJoin">;

interface Stretch {
  from: number;
  to: number;
  gap_ms: number;
  x: (m: number) => number;
  y: (m: number) => number;
}

/** Steps shorter than this many pixels are drawn with the next one: who stands still is no knot of lines. */
const STEP_PX = 1.5;

/** The part of a walk that was gone from one moment to another, as lines without the gaps. */
function trail(surface: Surface, { t, x: xs, y: ys }: Walk, first: number, last: number, { from, to, gap_ms, x, y }: Stretch): void {
  let [open, px, py] = [false, 0, 0];
  for (let at = first; at < last; at += 1) {
    const [time, next] = [t[at] ?? 0, t[at + 1] ?? 0];
    if (time < from || time >= to || next - time > gap_ms) {
      open = false;
      continue;
    }
    if (!open) {
      [open, px, py] = [true, x(xs[at] ?? 0), y(ys[at] ?? 0)];
      surface.moveTo(px, py);
    }
    const [nx, ny] = [x(xs[at + 1] ?? 0), y(ys[at + 1] ?? 0)];
    const whole = at + 1 === last || next >= to || (t[at + 2] ?? 0) - next > gap_ms;
    if (!whole && Math.abs(nx - px) + Math.abs(ny - py) < STEP_PX) continue;
    [px, py] = [nx, ny];
    surface.lineTo(px, py);
  }
}

/**
 * Draws where everybody was at `time`, and their way there over the last 90 s. Nothing is known between two points more than
 * `gap_ms` apart, so nothing is drawn there. Gives how many were there.
 */
export function drawWalks(surface: Surface, walks: readonly Walk[], time: number, gap_ms: number, { x, y }: { x: (m: number) => number; y: (m: number) => number }, looks: Looks): number {
  surface.lineWidth = 2;
  surface.lineJoin = "bevel";
  surface.strokeStyle = looks.trail;
  const here = walks.flatMap((walk) => {
    const last = lastBefore(walk.t, time);
    return last >= 0 && time - (walk.t[last] ?? 0) <= TRAIL_MS ? [{ walk, last, first: lastBefore(walk.t, time - TRAIL_MS) + 1 }] : [];
  });
  for (let fade = 0; fade < FADES; fade += 1) {
    const [from, to] = [time - TRAIL_MS * (1 - fade / FADES), time - TRAIL_MS * (1 - (fade + 1) / FADES)];
    surface.globalAlpha = 0.2 + (0.6 * fade) / (FADES - 1);
    surface.beginPath();
    for (const { walk, first, last } of here) trail(surface, walk, first, last, { from, to, gap_ms, x, y });
    surface.stroke();
  }
  surface.globalAlpha = 1;
  let count = 0;
  surface.beginPath();
  for (const { walk, last } of here) {
    const now = walk.t[last] ?? 0;
    const next = walk.t[last + 1];
    // Between two points somebody is on the way from one to the other; after the last one, or before a gap, for as long as a gap.
    if (time - now > gap_ms) continue;
    const part = next === undefined || next - now > gap_ms || next === now ? 0 : (time - now) / (next - now);
    const [px, py] = [x((walk.x[last] ?? 0) * (1 - part) + (walk.x[last + 1] ?? 0) * part), y((walk.y[last] ?? 0) * (1 - part) + (walk.y[last + 1] ?? 0) * part)];
    surface.moveTo(px + 5, py);
    surface.arc(px, py, 5, 0, Math.PI * 2);
    count += 1;
  }
  surface.fillStyle = looks.head;
  surface.fill();
  surface.strokeStyle = looks.edge;
  surface.lineWidth = 1.5;
  surface.stroke();
  return count;
}
