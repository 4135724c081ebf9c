// Which known pains a list shows, as its address says it.
import { PAIN_STATUSES, isOpen } from "../../api/pains";
import type { PainKind, PainStatus, TrackedPain } from "../../api/types";

/** In the order of the loop's severity for the eye: losses first, then what makes them. */
export const KINDS = [
  "drop_off",
  "segment_gap",
  "channel_switch_loss",
  "dwell_without_purchase",
  "step_error",
  "stall",
  "loop",
  "effort",
  "unclear_information",
  "opaque_price",
  "broken_promise",
  "repeat_contact",
  "poor_after_sales",
  "low_score",
] as const satisfies readonly PainKind[];

export type StatusChoice = "open" | "all" | PainStatus;
export const STATUS_CHOICES: readonly StatusChoice[] = ["open", "all", ...PAIN_STATUSES];

export interface Filter {
  status: StatusChoice;
  /** null: every kind. */
  kind: PainKind | null;
  /** Id of a stage; null: every stage. */
  stage: string | null;
}

/** The filter of an address; what makes no sense there is left out. */
export function readFilter(search: { status?: string; kind?: string; stage?: string }): Filter {
  return {
    status: STATUS_CHOICES.find((status) => status === search.status) ?? "open",
    kind: KINDS.find((kind) => kind === search.kind) ?? null,
    stage: search.stage ?? null,
  };
}

/** The shortest address of a filter. */
export function writeFilter({ status, kind, stage }: Filter): { status?: string; kind?: string; stage?: string } {
  return { ...(status === "open" ? {} : { status }), ...(kind ? { kind } : {}), ...(stage ? { stage } : {}) };
}

/** Those of `pains` a filter lets through, in the order given. */
export function shown(pains: readonly TrackedPain[], filter: Filter): TrackedPain[] {
  return pains.filter(
    (each) =>
      (filter.status === "all" || (filter.status === "open" ? isOpen(each) : each.status === filter.status)) &&
      (filter.kind === null || each.pain.kind === filter.kind) &&
      (filter.stage === null || each.pain.stage === filter.stage),
  );
}

/** How many of `pains` a filter lets through when `change` is made to it: what a choice would show. */
export function countWith(pains: readonly TrackedPain[], filter: Filter, change: Partial<Filter>): number {
  return shown(pains, { ...filter, ...change }).length;
}

export interface Stretch {
  /** UTC microseconds; null: since before the period looked at, or still. */
  from_us: number | null;
  to_us: number | null;
}

/**
 * Since and until when a dated pain hurts. `first_us` is the workspace's first event, where the look had no beginning.
 * A pain that is not dated has no ends.
 */
export function stretch({ pain, looked, as_of_us }: Pick<TrackedPain, "pain" | "looked" | "as_of_us">, first_us: number | null): Stretch {
  if (!pain.dated) return { from_us: null, to_us: null };
  const begin = looked.from_us ?? first_us;
  const end = Math.min(looked.to_us ?? as_of_us, as_of_us);
  return {
    from_us: begin !== null && pain.from_us <= begin ? null : pain.from_us,
    to_us: pain.to_us >= end ? null : pain.to_us,
  };
}
