// Which of the groups of people that retention, lifecycle, stickiness and survival count a segment can say exactly: those of
// stretches of the calendar that are over, and those of all time. What they share with other analyses is in `savable.ts`.
import type { LifecycleAnswer, RetentionAnswer, StickinessAnswer, SurvivalAnswer, Who } from "../../api/types";
import type { AskedRule } from "../../api/queries";
import { ruleOf } from "../../ui/rule/rules";
import type { Savable } from "./savable";
import type { LifecycleView, RetentionView, StickinessView, SurvivalView } from "./timeViews";
import { ANY_EVENT, began, did, inChannels, joined } from "./whoTests";

/** Who started, started in a cohort, ended or did not; who was what in a period; who was active on so many days of one. */
export type OverTime = "started" | "cohort" | "ended" | "lasting" | "active" | "new" | "retained" | "resurrected" | "dormant" | "days";

/** The newest cohorts that are offered. */
const COHORTS = 8;
/** Days of a period that are offered: the largest number, and a few between. */
const DAYS = [2, 3, 5, 10, 15, 20];

interface Stretch {
  from_us: number;
  to_us: number;
}

const periodOf = ({ from_us, to_us }: Stretch) => ({ from_us, to_us });

/** A rule of the view, of which only events of its channels count; any event where it says none. */
function matchOf(rule: AskedRule, channels: readonly string[]): AskedRule | null {
  const asked = ruleOf(rule);
  return inChannels(asked.length > 0 ? asked : ANY_EVENT, channels);
}

export function ofRetention(view: RetentionView, { started, cohorts }: RetentionAnswer, scope: readonly Who[]): Savable[] {
  const start = matchOf(view.start, view.channels);
  // Who starts in a period is told by the first event of all, whatever a start is: of a period nothing is offered.
  if (start === null || view.period.kind !== "all") return [];
  const all: Savable = { key: "started", is: "started", names: [], who: joined([...scope, did(start)]), customers: started.customers };
  const newest = view.starts === "first" ? cohorts.slice(-COHORTS).toReversed() : [];
  return [
    all,
    ...newest.map((cohort): Savable => ({ key: `cohort-${cohort.cohort}`, is: "cohort", names: [cohort.cohort], who: joined([...scope, began(start, periodOf(cohort))]), customers: cohort.started.customers })),
  ];
}

/** Of the last period that is over, and of the one that is running. */
export function ofLifecycle(view: LifecycleView, { periods }: LifecycleAnswer, scope: readonly Who[]): Savable[] {
  const active = matchOf(view.active, view.channels);
  const over = periods.findLastIndex(({ complete }) => complete);
  const [before, last] = [periods[over - 1], periods[over]];
  if (active === null || !before || !last) return [];
  const now = did(active, { period: periodOf(last) });
  const then = did(active, { period: periodOf(before) });
  const first = began(active, periodOf(last));
  const tests: [Exclude<OverTime, "started" | "cohort" | "ended" | "lasting" | "days">, Who[]][] = [
    ["active", [now]],
    ["new", [first]],
    ["retained", [now, then]],
    ["resurrected", [now, { not: then }, { not: first }]],
    ["dormant", [then, { not: now }]],
  ];
  return tests.map(([is, who]) => ({ key: is, is, names: [last.period], who: joined([...scope, ...who]), customers: last[is].customers }));
}

export function ofStickiness(view: StickinessView, { periods }: StickinessAnswer, scope: readonly Who[]): Savable[] {
  const active = matchOf(view.active, view.channels);
  const shown = periods.find(({ period }) => period === view.at) ?? periods.findLast(({ complete }) => complete);
  if (active === null || !shown) return [];
  const all: Savable = { key: "active", is: "active", names: [shown.period], who: joined([...scope, did(active, { period: periodOf(shown) })]), customers: shown.active.customers };
  // A segment counts days, no weeks and months.
  const counts = view.calendar === "day" ? shown.counts.filter(({ units }) => DAYS.includes(units)) : [];
  const days = (units: number) => ({ did: { match: active, within: periodOf(shown), measure: "days", is: { gte: units } } }) as Who;
  return [
    all,
    ...counts.map(({ units, at_least }): Savable => ({ key: `days-${units}`, is: "days", names: [shown.period, String(units)], who: joined([...scope, days(units)]), customers: at_least.customers })),
  ];
}

export function ofSurvival(view: SurvivalView, { started, curves }: SurvivalAnswer, scope: readonly Who[]): Savable[] {
  const start = matchOf(view.start, view.channels);
  const end = inChannels(ruleOf(view.end), view.channels);
  if (start === null || end === null || end.length === 0 || view.period.kind !== "all") return [];
  const all: Savable = { key: "started", is: "started", names: [], who: joined([...scope, did(start)]), customers: started.customers };
  const [curve] = curves;
  // Groups by rule have names of their own, and what a group means is no test of its people.
  if (!curve || view.groups.length > 0) return [all];
  const ended = { sequence: { steps: [start, end] } } as Who;
  return [
    { key: "ended", is: "ended", names: [], who: joined([...scope, ended]), customers: curve.ended.customers },
    { key: "lasting", is: "lasting", names: [], who: joined([...scope, did(start), { not: ended }]), customers: curve.censored.customers },
    all,
  ];
}
