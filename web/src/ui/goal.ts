// How the live conversion stands to what the team set: where it was, and where it should come.
import type { Goal, Share } from "../api/types";

export interface GoalState {
  /** Difference to the baseline, as a share; null without a baseline or a conversion. */
  sinceBaseline: number | null;
  /** Null without a target or a conversion. */
  target: {
    /** Target less conversion, as a share; below 0 where it is passed. */
    short: number;
    /** `unclear`: the interval of the conversion holds the target. */
    state: "met" | "missed" | "unclear";
  } | null;
  /** The largest share the scale has to show. */
  scale: number;
}

/** Room beside the last mark. */
const MARGIN = 1.15;

export function goalState({ baseline, target }: Pick<Goal, "baseline" | "target">, { share, low, high }: Share): GoalState {
  const largest = Math.max(baseline ?? 0, target ?? 0, high ?? 0, share ?? 0);
  const scale = largest > 0 ? Math.min(1, largest * MARGIN) : 1;
  const sinceBaseline = share != null && baseline != null ? share - baseline : null;
  if (share == null || target == null) return { sinceBaseline, target: null, scale };
  const state = (low ?? share) >= target ? "met" : (high ?? share) < target ? "missed" : "unclear";
  return { sinceBaseline, target: { short: target - share, state }, scale };
}
