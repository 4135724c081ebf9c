// The sentence above the map, computed from its numbers: where the journeys that did not arrive come to an end,
// and how that stage stands to what is expected of it.
import type { JourneyMap, LocalizedText, StageMetrics } from "../../api/types";

/** With fewer ended journeys than this, the sentence says that they are few. */
export const FEW = 30;
/** Differences of conversion below this (half a percentage point) count as unchanged. */
const UNCHANGED = 0.005;

export type Finding =
  | { kind: "nobody" }
  /** Nobody has left yet; `open` journeys are under way. */
  | { kind: "none_left"; arrived: number; open: number }
  | {
      kind: "left_at";
      stage: StageMetrics;
      stageName: LocalizedText;
      /** Ended journeys without the goal whose last stage this is, of all such journeys. */
      shareOfLeft: number;
      expected: Expected | null;
      /** Where that stage does as expected: the stage that falls furthest short of its expectation. */
      shortest: Expected | null;
      change: Change | null;
      few: boolean;
    };

/** The stage's conversion against its expectation. */
export interface Expected {
  stage: StageMetrics;
  conversion: number;
  expected: number;
  met: boolean;
}

/** The journey's conversion against the period compared with. */
export type Change =
  | {
      direction: "up" | "down" | "same";
      /** Shares: 0.02 is two percentage points. */
      by: number;
    }
  /** The periods differ too much in the journeys still open; shares are of those that started. */
  | { direction: "unripe"; open: number; share: number; shareBefore: number };

/** A larger difference in the share of open journeys than this biases what is counted over ended ones. */
const OPEN_DIFFERENCE_MAX = 0.05;

/**
 * Whether two periods can be compared by what became of their journeys. Goals end a journey at once, leaving shows
 * only after the gap, so a period with more open journeys holds arrivals but not yet its losses: its conversion
 * reads too high.
 */
export function comparable(map: JourneyMap, before: JourneyMap): boolean {
  return Math.abs(openShare(map) - openShare(before)) <= OPEN_DIFFERENCE_MAX;
}

function openShare({ totals }: JourneyMap): number {
  return totals.started.instances > 0 ? totals.open.instances / totals.started.instances : 0;
}

export function finding(map: JourneyMap, before?: JourneyMap | null): Finding {
  const { started, left, open, goal } = map.totals;
  if (started.instances === 0) return { kind: "nobody" };
  const [first, ...rest] = map.stages;
  if (left.instances === 0 || first === undefined) {
    return { kind: "none_left", arrived: goal.instances, open: open.instances };
  }
  const stage = rest.reduce((most, next) => (next.left_last.instances > most.left_last.instances ? next : most), first);
  const expected = expectation(stage);
  return {
    kind: "left_at",
    stage,
    stageName: stage.name,
    shareOfLeft: stage.left_last.instances / left.instances,
    expected,
    shortest: expected?.met === false ? null : furthestShort(map.stages),
    change: before ? change(map, before) : null,
    few: left.instances < FEW,
  };
}

function expectation(stage: StageMetrics): Expected | null {
  const expected = stage.expect?.conversion;
  const conversion = stage.to_next.share;
  if (expected == null || conversion == null) return null;
  return { stage, conversion, expected, met: stage.conversion_met ?? conversion >= expected };
}

function furthestShort(stages: StageMetrics[]): Expected | null {
  const missed = stages.map(expectation).filter((expected): expected is Expected => expected?.met === false);
  return missed.reduce(
    (most: Expected | null, next) =>
      most === null || next.expected - next.conversion > most.expected - most.conversion ? next : most,
    null,
  );
}

function change(map: JourneyMap, before: JourneyMap): Change | null {
  const now = map.totals.conversion.share;
  const then = before.totals.conversion.share;
  if (now == null || then == null) return null;
  if (!comparable(map, before)) {
    return { direction: "unripe", open: map.totals.open.instances, share: openShare(map), shareBefore: openShare(before) };
  }
  const by = now - then;
  const direction = Math.abs(by) < UNCHANGED ? "same" : by > 0 ? "up" : "down";
  return { direction, by };
}
