// What every page reads off a known pain in the same way.
import type { PainStatus, TrackedPain } from "./types";

export const PAIN_STATUSES = ["found", "acknowledged", "owned", "working", "closed", "came_back"] as const satisfies readonly PainStatus[];

/** Open is what nobody has closed, or what came back after that. */
export function isOpen(pain: Pick<TrackedPain, "status">): boolean {
  return pain.status !== "closed";
}

/** Known pains that are open, in the order given. */
export function openOnes(pains: readonly TrackedPain[]): TrackedPain[] {
  return pains.filter(isOpen);
}

/** Whether the last look that would have seen it did not. */
export function notSeen(pain: Pick<TrackedPain, "last_looked_at_us" | "last_found_at_us">): boolean {
  return pain.last_looked_at_us > pain.last_found_at_us;
}
