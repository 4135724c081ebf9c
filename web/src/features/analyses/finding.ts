// What each answer comes to, in numbers that one sentence can say. Everything is read off the answer.
import type { Estimate, FunnelAnswer, FunnelNumbers, FunnelStep, PathsComparison, PathsNumbers, SessionsNumbers, ShareDifference, TransitionsNumbers } from "../../api/types";
import type { GroupOf } from "./groups";
import { apart, intervalOf, wilson } from "./interval";
import type { Interval } from "./interval";

/** With fewer than this a sentence says that they are few, and does not compare. */
export const FEW = 30;

/** Two groups of a breakdown by one share: the highest and the lowest of those that are not tiny. */
export interface Spread {
  high: { group: GroupOf; at: Interval };
  low: { group: GroupOf; at: Interval };
  /** Whether their intervals do not touch. */
  apart: boolean;
}

export type FunnelFinding =
  | { kind: "nobody" }
  | {
      kind: "funnel";
      first: FunnelStep;
      last: FunnelStep;
      steps: number;
      conversion: Interval | null;
      /** The step after which most are lost, with the one they do not reach. */
      worst: { from: FunnelStep; to: FunnelStep; lost: Interval } | null;
      spread: Spread | null;
      few: boolean;
    };

export function funnelFinding({ steps, groups = [] }: Pick<FunnelAnswer, "steps" | "groups">): FunnelFinding {
  const [first] = steps;
  const last = steps.at(-1);
  if (!first || !last || first.reached.instances === 0) return { kind: "nobody" };
  return {
    kind: "funnel",
    first,
    last,
    steps: steps.length,
    conversion: shareOf(last),
    worst: steps.length > 1 ? worstOf(steps) : null,
    spread: steps.length > 1 ? spread(groups.map((group) => ({ group, at: shareOf(group.steps.at(-1)), of: group.steps[0]?.reached.instances ?? 0 }))) : null,
    few: first.reached.instances < FEW,
  };
}

function shareOf(step: FunnelNumbers["steps"][number] | undefined): Interval | null {
  return step ? intervalOf(step.from_first) : null;
}

function worstOf(steps: readonly FunnelStep[]) {
  let worst: { from: FunnelStep; to: FunnelStep; lost: Interval } | null = null;
  for (const [index, from] of steps.slice(0, -1).entries()) {
    // Who may leave a step out is not lost before it.
    const to = steps.slice(index + 1).find(({ optional }) => !optional);
    const lost = wilson(from.dropped.instances, from.reached.instances);
    if (to && lost && from.dropped.instances > (worst?.from.dropped.instances ?? 0)) worst = { from, to, lost };
  }
  return worst;
}

/** The groups whose shares are furthest apart; null with fewer than two to compare. */
export function spread(groups: readonly { group: GroupOf; at: Interval | null; of: number }[]): Spread | null {
  const known = groups.flatMap(({ group, at, of }) => (group.group === "value" && at && of >= FEW ? [{ group, at }] : []));
  const [high] = known.toSorted((a, b) => b.at.share - a.at.share);
  const [low] = known.toSorted((a, b) => a.at.share - b.at.share);
  return high && low && high.at.share > low.at.share ? { high, low, apart: apart(high.at, low.at) } : null;
}

export type PathsFinding =
  | { kind: "nobody" }
  | {
      kind: "paths";
      /** Where most begin. */
      start: { label: string; pick: string; at: Interval; subjects: number } | null;
      /** The path most take, whole. */
      commonest: { path: string[]; pick: string; subjects: number; at: Interval } | null;
      variants: number;
      /** How many get where they should, of those whose end is known; and who may still. */
      conversion: { at: Interval | null; reached: number; pick: string; open: number; openPick: string } | null;
      few: boolean;
    };

/** What is read of an answer about paths. */
type PathsFound = Pick<PathsNumbers, "subjects" | "variants"> & Partial<Pick<PathsNumbers, "to_goal" | "ends">> & {
  positions: readonly Pick<PathsNumbers["positions"][number], "labels">[];
  top: readonly Pick<PathsNumbers["top"][number], "path" | "people">[];
};

export function pathsFinding({ subjects, positions, top, variants, to_goal: toGoal, ends }: PathsFound): PathsFinding {
  const all = subjects.instances;
  if (all === 0) return { kind: "nobody" };
  const start = positions[0]?.labels[0];
  const at = start && wilson(start.subjects, all);
  const [most] = top;
  const share = most && wilson(most.people.instances, all);
  return {
    kind: "paths",
    start: start && at ? { label: start.label, pick: start.pick, subjects: start.subjects, at } : null,
    commonest: most && share ? { path: most.path, pick: most.people.pick, subjects: most.people.instances, at: share } : null,
    variants,
    conversion: toGoal && ends ? { at: wilson(toGoal.hits, toGoal.of), reached: ends.goal.subjects, pick: ends.goal.pick, open: ends.open.subjects, openPick: ends.open.pick } : null,
    few: all < FEW,
  };
}

/** What two sides of a split come to: their conversion, or without a goal the step they differ most at. */
export type VersusFinding =
  | { kind: "conversion"; here: Interval; there: Interval; difference: Estimate; apart: boolean }
  | { kind: "step"; position: number; label: string; here: Interval; there: Interval; difference: Estimate }
  /** No step of theirs can be told apart. */
  | { kind: "alike" };

/** Whether a difference is more than chance may make. */
export function isApart({ low, high }: Pick<Estimate, "low" | "high">): boolean {
  return low > 0 || high < 0;
}

/** Both shares with their intervals; null where one of them is of nobody. */
function bothOf({ here, there, difference }: ShareDifference) {
  const [own, other] = [wilson(here.hits, here.of), wilson(there.hits, there.of)];
  return own && other && difference ? { here: own, there: other, difference } : null;
}

/** null where one of the sides is of nobody. */
export function versusFinding(comparison: Pick<PathsComparison, "to_goal" | "positions">, converts: boolean): VersusFinding | null {
  if (converts && comparison.to_goal) {
    const both = bothOf(comparison.to_goal);
    return both && { kind: "conversion", ...both, apart: isApart(both.difference) };
  }
  const steps = comparison.positions.flatMap(({ position, label, ...shares }) => {
    const both = bothOf(shares);
    return both && label != null ? [{ kind: "step" as const, position, label, ...both }] : [];
  });
  if (steps.length === 0) return null;
  const [most] = steps.filter(({ difference }) => isApart(difference)).toSorted((a, b) => Math.abs(b.difference.value) - Math.abs(a.difference.value));
  return most ?? { kind: "alike" };
}

export type TransitionsFinding =
  | { kind: "nobody" }
  | {
      kind: "transitions";
      /** What follows another most often; the same event again does not count. */
      edge: TransitionsNumbers["edges"][number] | null;
      at: Interval | null;
      /** Where most end. */
      end: { label: string; pick: string; subjects: number; at: Interval } | null;
      few: boolean;
    };

export function transitionsFinding({ subjects, edges, ends }: TransitionsNumbers): TransitionsFinding {
  if (subjects.instances === 0) return { kind: "nobody" };
  const edge = edges.find(({ from, to }) => from !== to) ?? null;
  const follow = edge ? edges.filter(({ from }) => from === edge.from).reduce((sum, { count }) => sum + count, 0) : 0;
  const end = ends.reduce((most: (typeof ends)[number] | null, next) => (most === null || next.subjects > most.subjects ? next : most), null);
  const at = end && wilson(end.subjects, subjects.instances);
  return {
    kind: "transitions",
    edge,
    at: edge && wilson(edge.count, follow),
    end: end && at ? { label: end.label, pick: end.pick, subjects: end.subjects, at } : null,
    few: subjects.instances < FEW,
  };
}

export type SessionsFinding =
  | { kind: "nobody" }
  | { kind: "sessions"; bounced: Interval | null; entry: { label: string; pick: string; at: Interval } | null; spread: Spread | null; few: boolean };

/** What is read of an answer about sessions. */
type SessionsFound = Pick<SessionsNumbers, "sessions" | "bounces" | "entries">;

export function sessionsFinding({ sessions, bounces, entries, groups = [] }: SessionsFound & { groups?: readonly (GroupOf & SessionsFound)[] }): SessionsFinding {
  const all = sessions.instances;
  if (all === 0) return { kind: "nobody" };
  const [entry] = entries;
  const at = entry && wilson(entry.subjects, all);
  return {
    kind: "sessions",
    bounced: wilson(bounces.instances, all),
    entry: entry && at ? { label: entry.label, pick: entry.pick, at } : null,
    spread: spread(groups.map((group) => ({ group, at: wilson(group.bounces.instances, group.sessions.instances), of: group.sessions.instances }))),
    few: all < FEW,
  };
}
