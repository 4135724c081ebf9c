// How much arrived in the last minutes, kept in slices of time so that it takes the same room however much comes.

export const WINDOW_MS = 5 * 60_000;
export const SLICE_MS = 10_000;

interface Slice {
  events: number;
  rejections: number;
}

/** By number of the slice, counted since 1970. */
export type Slices = Map<number, Slice>;

export interface Recent {
  events: number;
  rejections: number;
  /** Events of each slice of the window, the running one last. */
  values: number[];
}

/** Adds what arrived at a moment (milliseconds since 1970). */
export function take(slices: Slices, atMs: number, what: keyof Slice, count = 1): void {
  const at = Math.floor(atMs / SLICE_MS);
  const slice = slices.get(at) ?? { events: 0, rejections: 0 };
  slice[what] += count;
  slices.set(at, slice);
}

/** What the window up to now holds; what lies before it is forgotten. A server's clock may be ahead: that counts as now. */
export function read(slices: Slices, nowMs: number): Recent {
  const last = Math.floor(nowMs / SLICE_MS);
  const length = WINDOW_MS / SLICE_MS;
  const recent: Recent = { events: 0, rejections: 0, values: Array.from({ length }, () => 0) };
  for (const [at, { events, rejections }] of slices) {
    const place = length - 1 - Math.max(0, last - at);
    if (place < 0) {
      slices.delete(at);
      continue;
    }
    recent.events += events;
    recent.rejections += rejections;
    recent.values[place] = (recent.values[place] ?? 0) + events;
  }
  return recent;
}
