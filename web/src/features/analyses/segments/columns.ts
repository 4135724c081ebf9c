// Columns of events that hold numbers, of which a segment can make sums, means and the like.
export const NUMBERS = ["amount", "quantity", "score", "duration_seconds"] as const;

/** Ways to make one number of a column's numbers. */
export const WAYS = ["sum", "mean", "max", "min", "latest", "earliest"] as const;

export type MeasureKey = "count" | "days" | `${(typeof WAYS)[number]}:${string}`;

/** `sum:amount` for `{sum: "amount"}`. */
export function measureKey(measure: unknown): string {
  if (typeof measure === "string") return measure;
  const [[way, column] = []] = Object.entries((measure ?? {}) as Record<string, string>);
  return `${way}:${column}`;
}

export function measureOf(key: string): unknown {
  const [way, column] = key.split(":");
  return way !== undefined && column !== undefined ? { [way]: column } : key;
}
