// The difference of two shares with its 95 % interval, by Newcombe's hybrid of two Wilson intervals: it holds for few, and for
// shares near nothing and all. Cases are taken as independent of each other.
const Z = 1.959963984540054;

function wilson(hits: number, of: number): [number, number] {
  const share = hits / of;
  const middle = 2 * hits + Z * Z;
  const half = Z * Math.sqrt(Z * Z + 4 * hits * (1 - share));
  const whole = 2 * (of + Z * Z);
  return [Math.max(0, (middle - half) / whole), Math.min(1, (middle + half) / whole)];
}

export interface Difference {
  value: number;
  low: number;
  high: number;
}

/** First share less the second; null where there is nobody on a side. */
export function shareDifference(hits: number, of: number, otherHits: number, otherOf: number): Difference | null {
  if (of <= 0 || otherOf <= 0) return null;
  const [one, other] = [hits / of, otherHits / otherOf];
  const [low, high] = wilson(hits, of);
  const [otherLow, otherHigh] = wilson(otherHits, otherOf);
  const value = one - other;
  return { value, low: value - Math.hypot(one - low, otherHigh - other), high: value + Math.hypot(high - one, other - otherLow) };
}
