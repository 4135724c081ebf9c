// A share with its 95 % interval: as an answer gives it, and as the server computes it (Wilson 1927, JASA 22:209) where an
// answer gives none.

/** Standard normal quantile of 0.975. */
const Z = 1.959963984540054;

export interface Interval {
  share: number;
  low: number;
  high: number;
}

/** A share of an answer; null where there is nothing it is a share of. */
export function intervalOf({ share, low, high }: { [K in keyof Interval]?: number | null }): Interval | null {
  return share == null || low == null || high == null ? null : { share, low, high };
}

/** null where there is nothing it is a share of. */
export function wilson(hits: number, of: number): Interval | null {
  if (of <= 0) return null;
  const share = hits / of;
  const z2 = (Z * Z) / of;
  const middle = share + z2 / 2;
  const spread = Z * Math.sqrt((share * (1 - share)) / of + z2 / (4 * of));
  return { share, low: Math.max(0, (middle - spread) / (1 + z2)), high: Math.min(1, (middle + spread) / (1 + z2)) };
}

/** Whether two intervals have nothing in common, so that the shares can be told apart. */
export function apart(a: Pick<Interval, "low" | "high">, b: Pick<Interval, "low" | "high">): boolean {
  return a.low > b.high || b.low > a.high;
}
