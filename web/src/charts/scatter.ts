// Places of points on a field: two scales, each with the ends it needs.

export interface Scale {
  low: number;
  high: number;
}

/** The scale that holds all of `values` and `always`, with a little room at its ends. */
export function scaleOf(values: readonly number[], always: readonly number[] = []): Scale {
  const all = [...values, ...always];
  if (all.length === 0) return { low: 0, high: 1 };
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const room = (high - low || 1) * 0.08;
  return { low: low - room, high: high + room };
}

/** Where `value` lies on the scale, 0 (low) to 1 (high). */
export function on({ low, high }: Scale, value: number): number {
  return Math.min(1, Math.max(0, (value - low) / (high - low)));
}

/** Round marks within the scale, at most `most` of them: steps of 1, 2 or 5 times a power of ten. */
export function ticks({ low, high }: Scale, most: number): number[] {
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((each) => each >= rough) ?? power * 10;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}
