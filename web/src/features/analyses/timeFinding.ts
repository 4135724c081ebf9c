// What retention, lifecycle, stickiness and survival come to, in numbers that one sentence can say.
import type { LifecycleNumbers, LifecyclePeriod, LogRankTest, RetentionNumbers, StickinessNumbers, StickinessPeriod, SurvivalAnswer, SurvivalCurve } from "../../api/types";
import { FEW, spread } from "./finding";
import type { Spread } from "./finding";
import type { GroupOf } from "./groups";
import { intervalOf } from "./interval";
import type { Interval } from "./interval";

/** A column of retention as a sentence says it. */
export interface Kept {
  column: RetentionNumbers["columns"][number];
  index: number;
  total: RetentionNumbers["total"][number];
  at: Interval;
}

export type RetentionFinding =
  | { kind: "nobody" }
  | {
      kind: "retention";
      started: RetentionNumbers["started"];
      from_us: number;
      to_us: number;
      /** The first column after the one of the start that anybody is due for. */
      early: Kept | null;
      /** The last one for which enough are due to say something. */
      late: Kept | null;
      spread: Spread | null;
      few: boolean;
    };

function kept({ columns, total }: RetentionNumbers): Kept[] {
  return columns.flatMap((column, index) => {
    const own = total[index];
    const at = own && intervalOf(own.share);
    return own && at && column.from > 0 ? [{ column, index, total: own, at }] : [];
  });
}

export function retentionFinding(numbers: RetentionNumbers, groups: readonly (GroupOf & RetentionNumbers)[] = []): RetentionFinding {
  const { started, cohorts } = numbers;
  const [first, last] = [cohorts[0], cohorts.at(-1)];
  if (started.instances === 0 || !first || !last) return { kind: "nobody" };
  const all = kept(numbers);
  const [early = null] = all;
  const late = all.findLast(({ total }) => total.share.of >= FEW) ?? null;
  return {
    kind: "retention",
    started,
    from_us: first.from_us,
    to_us: last.to_us,
    early,
    late: late && early && late.index > early.index ? late : null,
    spread: early && spread(groups.map((group) => {
      const own = group.total.find(({ name }) => name === early.column.name);
      return { group, at: own ? intervalOf(own.share) : null, of: own?.share.of ?? 0 };
    })),
    few: started.instances < FEW,
  };
}

export type LifecycleFinding =
  | { kind: "nobody" }
  | {
      kind: "lifecycle";
      period: LifecyclePeriod;
      /** The one before it that is shown. */
      before: LifecyclePeriod | null;
      /** (active − active before) ÷ active before. */
      change: number | null;
      few: boolean;
    };

/** Of the last period that has ended; of the last one, where none has. */
export function lifecycleFinding({ periods }: LifecycleNumbers): LifecycleFinding {
  const index = Math.max(lastEnded(periods), 0);
  const period = lastEnded(periods) >= 0 ? periods[index] : periods.at(-1);
  if (!period) return { kind: "nobody" };
  const before = periods[periods.indexOf(period) - 1] ?? null;
  const [now, then] = [period.active.instances, before?.active.instances ?? 0];
  return { kind: "lifecycle", period, before, change: then > 0 ? (now - then) / then : null, few: now < FEW };
}

/** Where the last period stands that has ended; −1: none has. */
export function lastEnded(periods: readonly { complete: boolean }[]): number {
  return periods.findLastIndex(({ complete }) => complete);
}

/** The period looked at: the one chosen, else the last that has ended, else the last. */
export function chosenPeriod({ periods }: StickinessNumbers, day: string): StickinessPeriod | null {
  return periods.find(({ period }) => period === day) ?? periods[lastEnded(periods)] ?? periods.at(-1) ?? null;
}

export type StickinessFinding =
  | { kind: "nobody" }
  | { kind: "stickiness"; period: StickinessPeriod; before: StickinessPeriod | null; /** Active on at least two units. */ again: StickinessPeriod["counts"][number] | null; few: boolean };

export function stickinessFinding(numbers: StickinessNumbers, day: string): StickinessFinding {
  const period = chosenPeriod(numbers, day);
  if (!period || period.active.instances === 0) return { kind: "nobody" };
  const before = numbers.periods[numbers.periods.indexOf(period) - 1] ?? null;
  return { kind: "stickiness", period, before, again: period.counts.find(({ units }) => units === 2) ?? null, few: period.active.instances < FEW };
}

/** A curve with the name of its group; null where it is everyone's. */
export interface NamedCurve {
  curve: SurvivalCurve;
  /** Of a breakdown. */
  group: GroupOf | null;
  /** Of a rule. */
  name: string | null;
}

/** All curves that stand side by side: groups by rule, else those of the breakdown below everyone's. */
export function curvesOf(answer: SurvivalAnswer, shown: Pick<SurvivalAnswer, "curves">): NamedCurve[] {
  const byRule = shown.curves.length > 1 || shown.curves.some(({ name }) => name !== ALL);
  if (byRule) return shown.curves.map((curve) => ({ curve, group: null, name: curve.name }));
  const all = answer.curves.map((curve) => ({ curve, group: null, name: null }));
  const groups = (answer.groups ?? []).flatMap((group) => group.curves.map((curve) => ({ curve, group, name: null })));
  return [...all, ...groups.filter(({ curve }) => curve.started.instances > 0)];
}

/** What the API calls the curve of a question without groups by rule. */
const ALL = "all";

export type SurvivalFinding =
  | { kind: "nobody" }
  | { kind: "survival"; curve: SurvivalCurve | null; started: SurvivalAnswer["started"]; /** Of the groups that are drawn. */ test: LogRankTest | null; few: boolean };

export function survivalFinding(answer: SurvivalAnswer, shown: Pick<SurvivalAnswer, "curves" | "started" | "log_rank">): SurvivalFinding {
  if (shown.started.instances === 0) return { kind: "nobody" };
  const [only] = shown.curves;
  const byRule = shown.curves.length > 1;
  return {
    kind: "survival",
    curve: byRule ? null : (only ?? null),
    started: shown.started,
    test: (byRule ? shown.log_rank : answer.groups_log_rank) ?? null,
    few: shown.started.instances < FEW,
  };
}
