// How much was refused for which reason.
import type { RejectionCount } from "../../api/types";

export interface Reason {
  code: string;
  count: number;
}

/** Reasons over all sources, or of one, the most frequent first. */
export function reasons(counts: readonly RejectionCount[], source: string | undefined): Reason[] {
  const sums = new Map<string, number>();
  for (const { code, count, source: of } of counts) {
    if (source === undefined || of === source) sums.set(code, (sums.get(code) ?? 0) + count);
  }
  return [...sums].map(([code, count]) => ({ code, count })).toSorted((a, b) => b.count - a.count || a.code.localeCompare(b.code));
}
