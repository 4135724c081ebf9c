// Reading one metric of a place (stage, touchpoint, cell) in one unit, and comparing it with another map.
import type { JourneyMap, People, Reach } from "../../api/types";
import type { Metric, Unit } from "./view";

export function peopleIn(people: People, unit: Unit): number {
  return unit === "customers" ? people.customers : people.instances;
}

/** `hits / of`, null where there is nothing to divide by. */
export function ratio(hits: number, of: number): number | null {
  return of > 0 ? hits / of : null;
}

/** The metric's value; null where nothing was measured. Shares are 0 to 1. */
export function metricValue(reach: Reach, metric: Metric, unit: Unit, started: People): number | null {
  switch (metric) {
    case "reached":
      return peopleIn(reach.reached, unit);
    case "share":
      return ratio(peopleIn(reach.reached, unit), peopleIn(started, unit));
    case "repeats":
      return reach.repeats;
    case "to_goal":
      return reach.to_goal.share ?? null;
    case "value":
      return reach.value ?? null;
    case "score":
      return reach.score_mean ?? null;
  }
}

/** Metrics that are shares differ in percentage points, others in percent. */
export function isShare(metric: Metric): boolean {
  return metric === "share" || metric === "to_goal";
}

/** Metrics for which there is data: a journey without money or scores does not offer them. */
export function offeredMetrics(map: JourneyMap, all: readonly Metric[]): Metric[] {
  return all.filter((metric) => {
    if (metric === "value") return map.totals.value != null;
    if (metric === "score") return map.touchpoints.some((touchpoint) => touchpoint.score_count > 0);
    return true;
  });
}

/** Steps of the blue ramp; 0 is none. */
export const RAMP_STEPS = 7;

/** The ramp's step of a value among values up to `max`, by square root: reach is skewed, and small must stay visible. */
export function rampStep(value: number | null, max: number): number {
  if (value === null || value <= 0 || max <= 0) return 0;
  return Math.max(1, Math.min(RAMP_STEPS, Math.ceil(Math.sqrt(value / max) * RAMP_STEPS)));
}

/** How a number stands to the same number of another period. */
export type Difference =
  | { kind: "points"; by: number }
  | { kind: "ratio"; by: number }
  | { kind: "none" };

export function difference(now: number | null, before: number | null, share: boolean): Difference {
  if (now === null || before === null) return { kind: "none" };
  if (share) return { kind: "points", by: now - before };
  if (now === before) return { kind: "ratio", by: 0 };
  return before === 0 ? { kind: "none" } : { kind: "ratio", by: now / before - 1 };
}
