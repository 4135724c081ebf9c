// Known pains on the map: which stage has how many, and when one stands on top.
import type { TrackedPain } from "../../api/types";
import type { MapView } from "./view";

export interface StagePains {
  count: number;
  /** The one that costs most. */
  worst: TrackedPain | null;
}

/** The pains of a stage; `pains` are open and in order, those that cost most first. */
export function painsOf(pains: readonly TrackedPain[], stage: string): StagePains {
  const here = pains.filter(({ pain }) => pain.stage === stage);
  return { count: here.length, worst: here[0] ?? null };
}

/**
 * The pain whose sentence is the finding of the map. Pains are known of all time and all customers, so a map of a
 * period, of some people or channels, or beside another keeps the finding computed from itself.
 */
export function painOnTop(view: MapView, pains: readonly TrackedPain[]): TrackedPain | null {
  const whole = view.period.kind === "all" && view.of.by === "everyone" && view.compare.kind === "none" && view.channels.length === 0;
  return whole ? (pains[0] ?? null) : null;
}
