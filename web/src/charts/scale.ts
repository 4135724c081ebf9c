// Scales: where values lie between two ends, and the round marks that are written along them.

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

/** From 0 to the first round mark that is no lower than `highest`, and at least `least`. */
export function upTo(highest: number, most: number, least = 0): Scale {
  if (highest <= 0) return { low: 0, high: Math.max(1, least) };
  const step = Math.max(least, stepOf(highest, most));
  return { low: 0, high: Number((Math.ceil(highest / step - 1e-9) * step).toPrecision(12)) };
}

/** Where `value` lies on the scale, 0 (low) to 1 (high). */
export function on({ low, high }: Scale, value: number): number {
  return Math.min(1, Math.max(0, (value - low) / (high - low)));
}

/** Round marks within the scale, at most `most` of them beside its end, no closer than `least`. */
export function ticks({ low, high }: Scale, most: number, least = 0): number[] {
  const step = Math.max(least, stepOf(high - low, most));
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** The least step of 1, 2 or 5 times a power of ten of which `span` takes at most `most`. */
function stepOf(span: number, most: number): number {
  const rough = span / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5].find((times) => times * power >= rough * (1 - 1e-9)) ?? 10) * power;
}
