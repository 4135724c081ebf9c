// Which of the groups of people that an answer counts a segment can say exactly, and how. Only what a segment's tests mean the
// same as the analysis does is offered: customers counted once, steps in order in a window, everything up to the same moment.
// Sessions, journeys, strict orders, a funnel's further options and breakdowns have no such test, so nothing of them is offered.
// What is counted over the calendar is in `savableOverTime.ts`.
import type { AskedCondition } from "../../api/queries";
import type {
  AttributionAnswer,
  FunnelAnswer,
  LifecycleAnswer,
  Period,
  RetentionAnswer,
  RfmAnswer,
  SegmentsAnswer,
  SessionsAnswer,
  StickinessAnswer,
  SurvivalAnswer,
  TransitionsAnswer,
  Who,
  WorkspaceInfo,
} from "../../api/types";
import { isTrait } from "../../ui/scope/group";
import { chosenDays, periodOf } from "../../ui/scope/period";
import { isSpan } from "./fields";
import { countOf } from "./funnelView";
import type { FunnelView } from "./funnelView";
import { modelOf } from "./rfm";
import { isRule, ruleOf } from "../../ui/rule/rules";
import type { AttributionView } from "./attributionView";
import { ofLifecycle, ofRetention, ofStickiness, ofSurvival } from "./savableOverTime";
import type { OverTime } from "./savableOverTime";
import type { AskedView } from "./view";
import { ANY_EVENT, began, did, inChannels, joined } from "./whoTests";

export interface Savable {
  /** Tells it from the others of the answer. */
  key: string;
  /** What it is: everyone, who reached a step, who stopped at it, who did something, did it again, a group, an overlap, and so on. */
  is: "everyone" | "reached" | "stopped" | "did" | "repeated" | "rfm" | "overlap" | "only" | "converted" | OverTime;
  /** Names that say which, as the data has them. */
  names: string[];
  who: Who;
  customers: number;
}

type Place = Pick<WorkspaceInfo, "zone" | "first_us" | "last_us">;

const IN_PERIOD: ReadonlySet<AskedView["kind"]> = new Set(["funnel", "paths", "transitions", "attribution"]);
/** What is shown over the period, of all that ever happened. */
const OVER_PERIOD: ReadonlySet<AskedView["kind"]> = new Set(["lifecycle", "stickiness"]);
/** As many steps as a segment's sequence takes. */
const STEPS_MAX = 20;

export function savableOf(view: AskedView, answer: unknown, place: Place): Savable[] {
  const days = chosenDays(view.period, place);
  const period = days && periodOf(days, place.zone);
  // Of whole customers it is what they did in the period, not when they began.
  const within = period && IN_PERIOD.has(view.kind) ? period : null;
  const scope = scopeTests(view, within || OVER_PERIOD.has(view.kind) ? null : period);
  if (scope === null) return [];
  if ("unit" in view && view.unit.of !== "customer") return [];
  if (view.kind === "funnel" && countOf(view) === "sessions") return [];
  switch (view.kind) {
    case "funnel":
      return ofFunnel(view, answer as FunnelAnswer, scope, within, (within?.to_us ?? Infinity) > (place.last_us ?? 0));
    case "paths":
      return [everyone(view, scope, (answer as TransitionsAnswer).subjects.customers, within)];
    case "transitions":
      return ofTransitions(view, answer as TransitionsAnswer, scope, within);
    case "sessions":
      // A session begins in the period, not the customer.
      return view.period.kind === "all" ? [everyone(view, scope, (answer as SessionsAnswer).sessions.customers)] : [];
    case "segments":
      return ofSegments(view, answer as SegmentsAnswer, scope);
    case "rfm":
      return ofRfm(view, answer as RfmAnswer, scope);
    case "retention":
      return ofRetention(view, answer as RetentionAnswer, scope);
    case "lifecycle":
      return ofLifecycle(view, answer as LifecycleAnswer, scope);
    case "stickiness":
      return ofStickiness(view, answer as StickinessAnswer, scope);
    case "survival":
      return ofSurvival(view, answer as SurvivalAnswer, scope);
    case "attribution":
      return ofAttribution(view, answer as AttributionAnswer, scope, within);
  }
}

/** Credit is of touches, which no test means; whoever converted is who did it in the period. */
function ofAttribution(view: AttributionView, { conversions }: AttributionAnswer, scope: readonly Who[], within: Period | null): Savable[] {
  const match = isRule(view.conversion) ? inChannels(ruleOf(view.conversion), view.channels) : null;
  if (match === null) return [];
  return [{ key: "converted", is: "converted", names: [], who: joined([...scope, did(match, within)]), customers: conversions.people.customers }];
}

/** Tests that mean the scope, and that they began in a period where one is given; null where none do. */
function scopeTests(view: AskedView, starts: Period | null): Who[] | null {
  const tests: Who[] = [];
  const { of, channels } = view;
  // Who starts in a period is whose first event in scope lies in it.
  if (starts) tests.push(began(inChannels(ANY_EVENT, channels) ?? [], starts));
  if (of.by === "persona") return null;
  if (of.by === "segment") tests.push({ segment: of.segment });
  if (of.by === "value") {
    const { dimension, value } = of;
    if (isTrait(dimension)) tests.push({ trait: { key: dimension.replace(/^traits\./, ""), op: "eq", value } } as unknown as Who);
    else {
      const condition: AskedCondition = dimension === "channel" ? { channel: [value] } : { where: [{ column: dimension, op: "eq", value }] };
      const match = inChannels([condition], channels);
      if (match === null) return null;
      tests.push(did(match));
    }
  }
  return tests;
}

function everyone(view: AskedView, scope: readonly Who[], customers: number, within: Period | null = null): Savable {
  const happened = did(inChannels(ANY_EVENT, view.channels) ?? [], within);
  // Who started in the period, or did something with a value, has an event in scope already.
  const implied = within === null && scope.some((test) => "first" in test || "did" in test);
  return { key: "everyone", is: "everyone", names: [], who: joined(implied ? scope : [...scope, happened]), customers };
}

/** `toNow`: whether nothing is known from after the period. */
function ofFunnel(view: FunnelView, answer: FunnelAnswer, scope: readonly Who[], within: Period | null, toNow: boolean): Savable[] {
  const all = everyone(view, scope, answer.subjects.customers, within);
  if (!isPlain(view)) return [all];
  const steps = view.steps.filter(({ match }) => isRule(match)).map((step) => inChannels(step.match, view.channels));
  // What is being typed is not what was answered.
  if (steps.length !== answer.steps.length) return [all];
  const reached = (k: number): Who | null => {
    const own = steps.slice(0, k + 1);
    if (own.length > STEPS_MAX || own.includes(null)) return null;
    const [first] = own;
    if (k === 0) return first ? did(first, within) : null;
    // A run begins in the period and may go on after it; all steps of a sequence lie in theirs.
    if (!toNow) return null;
    return { sequence: { steps: own, ...(view.window === "" ? {} : { span: view.window }), ...(within ? { within } : {}) } } as Who;
  };
  const found = answer.steps.flatMap((step, k): Savable[] => {
    const who = reached(k);
    if (!who) return [];
    const customers = step.reached.customers;
    const next = answer.steps[k + 1];
    const further = next && reached(k + 1);
    return [
      { key: `reached-${k}`, is: "reached", names: [step.name], who: joined([...scope, who]), customers },
      ...(next && further
        ? [{ key: `stopped-${k}`, is: "stopped" as const, names: [step.name, next.name], who: joined([...scope, who, { not: further }]), customers: customers - next.reached.customers }]
        : []),
    ];
  });
  return [...found, all];
}

/** Whether who reached a step is who did the steps in order and in time, whatever else they did. */
function isPlain({ mode, count, entry, reuse, tolerance, window, hold, exclusions, steps }: FunnelView): boolean {
  const plain = mode === "ordered" && count === "uniques" && entry === "best" && !reuse && tolerance === 0 && (window === "" || isSpan(window));
  return plain && hold.length === 0 && exclusions.length === 0 && steps.every(({ optional }) => !optional);
}

function ofTransitions(view: AskedView, answer: TransitionsAnswer, scope: readonly Who[], within: Period | null): Savable[] {
  const nodes = answer.nodes.flatMap(({ label, people, repeats }): Savable[] => {
    const match = inChannels([{ event: [label] }], view.channels);
    if (!match) return [];
    return [
      { key: `did-${label}`, is: "did", names: [label], who: joined([...scope, did(match, within)]), customers: people.customers },
      { key: `repeated-${label}`, is: "repeated", names: [label], who: joined([...scope, did(match, within, 2)]), customers: repeats.customers },
    ];
  });
  return [everyone(view, scope, answer.subjects.customers, within), ...nodes];
}

function ofSegments(view: AskedView, { population, segments, overlaps }: SegmentsAnswer, scope: readonly Who[]): Savable[] {
  const all = everyone(view, scope, population.customers);
  const among = scope.length > 0 || view.channels.length > 0 ? [all.who] : [];
  return overlaps
    .filter((overlap) => overlap.segments.length > 1)
    .flatMap((overlap): Savable[] => {
      const inside: Who[] = overlap.segments.map((segment) => ({ segment }));
      const outside: Who[] = segments.filter(({ id }) => !overlap.segments.includes(id)).map(({ id }) => ({ not: { segment: id } }));
      const both: Savable = { key: `overlap-${overlap.segments.join("+")}`, is: "overlap", names: overlap.segments, who: joined([...among, ...inside]), customers: overlap.members.customers };
      if (outside.length === 0) return [both];
      return [both, { key: `only-${overlap.segments.join("+")}`, is: "only", names: overlap.segments, who: joined([...among, ...inside, ...outside]), customers: overlap.only.customers }];
    });
}

/** Boundaries of scores in a segment are those of the whole workspace, so only an answer over all of it says the same. */
function ofRfm(view: Extract<AskedView, { kind: "rfm" }>, answer: RfmAnswer, scope: readonly Who[]): Savable[] {
  if (scope.length > 0 || view.channels.length > 0) return [];
  return answer.named.map(({ group, people }) => ({
    key: group,
    is: "rfm",
    names: [group],
    who: { rfm: { model: modelOf(view), groups: [group] } } as unknown as Who,
    customers: people.customers,
  }));
}
