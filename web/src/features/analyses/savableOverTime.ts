// Which of the groups of people that retention, lifecycle, stickiness and survival count a segment can say exactly: those of
// stretches of the calendar that are over, and those of all time. What they share with other analyses is in `savable.ts`.
import type { LifecycleAnswer, Period, RetentionAnswer, StickinessAnswer, SurvivalAnswer, Who } from "../../api/types";
import type { AskedRule } from "../../api/queries";
import { ruleOf } from "../../ui/rule/rules";
import type { Savable } from "./savable";
import { chosenPeriod, lastEnded } from "./timeFinding";
import type { LifecycleView, RetentionView, StickinessView, SurvivalView } from "./timeViews";
import { ANY_EVENT, began, did, inChannels, joined } from "./whoTests";

/** Who started, started in a cohort, ended or did not; who was what in a period; who was active on so many days of one. */
export type OverTime = "started" | "ended" | "lasting" | OfStretch;
type Activity = "active" | "new" | "retained" | "resurrected" | "dormant";
/** Those whose first name is the first day of a stretch of the calendar. */
type OfStretch = "cohort" | "days" | Activity;

const OF_STRETCH: readonly string[] = ["cohort", "days", "active", "new", "retained", "resurrected", "dormant"] satisfies OfStretch[];

export function isOfStretch(is: string): is is OfStretch {
  return OF_STRETCH.includes(is);
}

/** The newest cohorts that are offered. */
const COHORTS = 8;
/** Days of a period that are offered. */
const DAYS = [2, 3, 5, 10, 15, 20];

/** A stretch of the answer as a segment says it. */
const stretch = ({ from_us, to_us }: { from_us: number; to_us: number }): Period => ({ from_us, to_us });

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
    ...newest.map((cohort): Savable => ({ key: `cohort-${cohort.cohort}`, is: "cohort", names: [cohort.cohort], who: joined([...scope, began(start, stretch(cohort))]), customers: cohort.started.customers })),
  ];
}

/** Of the last period that is over, against the one before. */
export function ofLifecycle(view: LifecycleView, { periods }: LifecycleAnswer, scope: readonly Who[]): Savable[] {
  const active = matchOf(view.active, view.channels);
  const over = lastEnded(periods);
  const [before, last] = [periods[over - 1], periods[over]];
  if (active === null || !before || !last) return [];
  const now = did(active, stretch(last));
  const then = did(active, stretch(before));
  const first = began(active, stretch(last));
  const tests: [Activity, Who[]][] = [
    ["active", [now]],
    ["new", [first]],
    ["retained", [now, then]],
    ["resurrected", [now, { not: then }, { not: first }]],
    ["dormant", [then, { not: now }]],
  ];
  return tests.map(([is, who]) => ({ key: is, is, names: [last.period], who: joined([...scope, ...who]), customers: last[is].customers }));
}

export function ofStickiness(view: StickinessView, answer: StickinessAnswer, scope: readonly Who[]): Savable[] {
  const active = matchOf(view.active, view.channels);
  const shown = chosenPeriod(answer, view.at);
  if (active === null || !shown) return [];
  const all: Savable = { key: "active", is: "active", names: [shown.period], who: joined([...scope, did(active, stretch(shown))]), customers: shown.active.customers };
  // A segment counts days, no weeks and months.
  const counts = view.calendar === "day" ? shown.counts.filter(({ units }) => DAYS.includes(units)) : [];
  const days = (units: number) => ({ did: { match: active, within: stretch(shown), measure: "days", is: { gte: units } } }) as Who;
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
