// The walk of one visit as a line on the plan, and its stays in the order they were.
import type { PlaceVisit } from "../../../api/types";
import type { Frame } from "../geometry";
import type { Walk } from "../walks";

/** A walk as a path of the picture; broken off where nothing is known between two points. */
export function walkPath({ t, x, y }: Walk, gap_ms: number, frame: Pick<Frame, "x" | "y">): string {
  let path = "";
  for (let at = 0; at < t.length; at += 1) {
    const apart = at === 0 || (t[at] ?? 0) - (t[at - 1] ?? 0) > gap_ms;
    path += `${apart ? "M" : "L"}${frame.x(x[at] ?? 0).toFixed(1)},${frame.y(y[at] ?? 0).toFixed(1)}`;
  }
  return path;
}

export type Moment =
  | { of: "stay"; zone: string; from_us: number; to_us: number; seconds: number; engaged: boolean }
  | { of: "wait"; zone: string; from_us: number; to_us: number; seconds: number; ended: PlaceVisit["waits"][number]["ended"] };

/** Stays and waits by when they began; of both at once, the stay comes first. */
export function momentsOf({ stays, waits }: Pick<PlaceVisit, "stays" | "waits">): Moment[] {
  const all: Moment[] = [
    ...stays.map(({ zone, enter_us, leave_us, dwell_seconds, engaged }) => ({ of: "stay", zone, from_us: enter_us, to_us: leave_us, seconds: dwell_seconds, engaged }) as const),
    ...waits.map(({ queue, join_us, end_us, ended }) => ({ of: "wait", zone: queue, from_us: join_us, to_us: end_us, seconds: (end_us - join_us) / 1e6, ended }) as const),
  ];
  return all.toSorted((a, b) => a.from_us - b.from_us);
}
