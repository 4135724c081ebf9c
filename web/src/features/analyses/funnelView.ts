// What the page of the funnel remembers, and what the API is asked for it.
import type { AskedRule, AskedScope } from "../../api/queries";
import { isFields, isSpan, readCount, readRule, readStep, readTexts, readWord } from "./fields";
import type { Fields } from "./fields";
import { isFunnelWindow } from "./funnelWindow";
import { isRule, stepName, written } from "../../ui/rule/rules";
import type { Asked, Step, Unit } from "./view";

/** The product's own ways to count, and those of ClickHouse's windowFunnel. */
export const OWN_MODES = ["ordered", "strict", "unordered"] as const;
export const MODES = [...OWN_MODES, "default", "strict_order", "strict_deduplication", "strict_increase", "strict_once"] as const;
export type Mode = (typeof MODES)[number];

export const COUNTS = ["uniques", "totals", "sessions"] as const;
export type Count = (typeof COUNTS)[number];
export const ENTRIES = ["best", "first"] as const;
export const EFFECTS = ["remove", "drop"] as const;

/** A step of a funnel: any event that matches. */
export interface FunnelViewStep extends Step {
  /** May be left out. Only said where it is so; the first and the last never are. */
  optional?: true;
}

/** Events that must not lie between those of two steps, which are counted from 1. */
export interface Exclusion {
  match: AskedRule;
  /** null: the first. */
  after: number | null;
  /** null: the last. */
  before: number | null;
  effect: (typeof EFFECTS)[number];
}

/** What of a funnel is shown. */
export const FUNNEL_PARTS = ["steps", "time", "trend", "next"] as const;
export const TRENDS = ["day", "week", "month"] as const;

export interface FunnelView extends Asked {
  kind: "funnel";
  unit: Unit;
  steps: FunnelViewStep[];
  /** From the first step, as the API writes it: `7d`, `session:30m`, `calendar:week`; empty: no limit. */
  window: string;
  mode: Mode;
  part: (typeof FUNNEL_PARTS)[number];
  /** Of what stretches of the calendar the trend is. */
  trend: (typeof TRENDS)[number];
  count: Count;
  /** Which run of a subject counts, where it counts once. */
  entry: (typeof ENTRIES)[number];
  /** Whether one event may do several steps that follow each other. */
  reuse: boolean;
  /** Milliseconds within which events count as simultaneous; 0: they keep their order. */
  tolerance: number;
  /** Columns of which all events of a run carry the same values. */
  hold: string[];
  exclusions: Exclusion[];
}

/** As the server allows. */
export const STEPS_MAX = 50;
export const HOLD_MAX = 3;
export const EXCLUSIONS_MAX = 14;
export const TOLERANCE_MAX = 60_000;
/** Milliseconds offered: clocks that differ a little, systems that write in batches. */
export const TOLERANCES = [0, 100, 500, 1_000, 5_000, 10_000, 60_000] as const;
export const WINDOWS = ["30m", "1h", "1d", "3d", "7d", "14d", "30d", "90d"] as const;

export function funnelDefaults(scope: Asked): FunnelView {
  return {
    kind: "funnel",
    ...scope,
    unit: { of: "customer" },
    steps: [],
    window: "7d",
    mode: "ordered",
    part: "steps",
    trend: "week",
    count: "uniques",
    entry: "best",
    reuse: false,
    tolerance: 0,
    hold: [],
    exclusions: [],
  };
}

export function readFunnel(fields: Fields, asked: Asked, unit: Unit | null): FunnelView {
  const view = funnelDefaults(asked);
  const { window, reuse, exclusions } = fields;
  return {
    ...view,
    unit: unit ?? view.unit,
    steps: readSteps(fields["steps"]),
    window: window === "" || isFunnelWindow(window) ? window : view.window,
    mode: readWord(MODES, fields["mode"]) ?? view.mode,
    part: readWord(FUNNEL_PARTS, fields["part"]) ?? view.part,
    trend: readWord(TRENDS, fields["trend"]) ?? view.trend,
    count: readWord(COUNTS, fields["count"]) ?? view.count,
    entry: readWord(ENTRIES, fields["entry"]) ?? view.entry,
    reuse: reuse === true,
    tolerance: readCount(fields["tolerance"], TOLERANCE_MAX) ?? view.tolerance,
    hold: [...new Set(readTexts(fields["hold"]))].filter((column) => column !== "").slice(0, HOLD_MAX),
    exclusions: Array.isArray(exclusions) ? exclusions.filter(isFields).map(readExclusion).slice(0, EXCLUSIONS_MAX) : [],
  };
}

function readSteps(value: unknown): FunnelViewStep[] {
  if (!Array.isArray(value)) return [];
  return edged(value.filter(isFields).slice(0, STEPS_MAX).map((step) => ({ ...readStep(step), ...(step["optional"] === true ? { optional: true as const } : {}) })));
}

function readExclusion(fields: Fields): Exclusion {
  return {
    match: readRule(fields["match"]),
    after: readCount(fields["after"], STEPS_MAX),
    before: readCount(fields["before"], STEPS_MAX),
    effect: readWord(EFFECTS, fields["effect"]) ?? "remove",
  };
}

/** Steps without a first or last one that may be left out. */
function edged(steps: readonly FunnelViewStep[]): FunnelViewStep[] {
  return steps.map((step, index) => {
    if (index > 0 && index < steps.length - 1) return step;
    const { optional: _, ...always } = step;
    return always;
  });
}

/**
 * Steps in another order, or fewer of them, with exclusions still between the steps they were between. `order`: the places,
 * from 0, at which the steps stood. Where a step is gone, or may be left out now, its exclusions reach to the end of the funnel.
 */
export function rearranged({ steps, exclusions }: Pick<FunnelView, "steps" | "exclusions">, order: readonly number[]): Pick<FunnelView, "steps" | "exclusions"> {
  const next = edged(order.flatMap((at) => steps[at] ?? []));
  const place = (step: number | null) => {
    const at = step === null ? -1 : order.indexOf(step - 1);
    return at < 0 || next[at]?.optional ? null : at + 1;
  };
  return {
    steps: next,
    exclusions: exclusions.map((exclusion) => {
      // Steps that changed places: between them is still between them.
      const [low, high] = [place(exclusion.after) ?? 1, place(exclusion.before) ?? next.length].toSorted((a, b) => a - b);
      const isWhole = low === high;
      return { ...exclusion, after: isWhole || low === undefined || low === 1 ? null : low, before: isWhole || high === undefined || high === next.length ? null : high };
    }),
  };
}

/** Whether a view's ways to count are those of the product, which alone take options. */
export function takesOptions({ unit, mode }: Pick<FunnelView, "unit" | "mode">): boolean {
  return unit.of !== "journey" && OWN_MODES.some((own) => own === mode);
}

/** Whether events near each other may change places: only where steps come in order and each event does one. */
export function takesTolerance({ unit, mode, reuse }: Pick<FunnelView, "unit" | "mode" | "reuse">): boolean {
  return unit.of !== "journey" && mode === "ordered" && !reuse;
}

/** What numbers of a view are of. */
export function countOf(view: Pick<FunnelView, "unit" | "mode" | "count">): Count {
  // Sessions counted once each are what they are without the option.
  return !takesOptions(view) || (view.unit.of === "session" && view.count === "sessions") ? "uniques" : view.count;
}

/** null while no step is complete. */
export function funnelQuestion(view: FunnelView, scope: AskedScope & object): object | null {
  const shown = shownOf(view);
  // Steps of a journey are its stages: they have no window of their own, no mode and no other options.
  if (view.unit.of === "journey") return { scope, journey: { id: view.unit.journey }, ...optionsOf(shown) };
  const places = view.steps.flatMap(({ match }, index) => (isRule(match) ? [index] : []));
  if (places.length === 0) return null;
  const steps = places.flatMap((at) => view.steps[at] ?? []).map((step) => ({ ...step, match: step.match.map(written) }));
  return {
    scope,
    steps: steps.map((step) => ({ name: stepName(step), match: step.match })),
    mode: view.mode,
    ...(view.window && (takesOptions(view) || isSpan(view.window)) ? { window: view.window } : {}),
    ...optionsOf({ ...shown, ...(takesOptions(view) ? chosenOf(view, places) : {}) }),
  };
}

function optionsOf(options: object): object {
  return Object.keys(options).length > 0 ? { options } : {};
}

/** What is shown of a funnel may need more than its steps. */
function shownOf({ part, trend }: FunnelView): object {
  if (part === "trend") return { trend };
  return part === "next" ? { next: true } : {};
}

/** `places`: the steps that are asked. Of what goes together with none of the rest nothing is asked. */
function chosenOf(view: FunnelView, places: readonly number[]): object {
  const count = countOf(view);
  const isOrdered = view.mode !== "unordered";
  const optional = places.flatMap((at, index) => (view.steps[at]?.optional && index > 0 && index < places.length - 1 ? [index + 1] : []));
  const exclusions = view.exclusions.flatMap((exclusion) => askedExclusion(exclusion, places, isOrdered));
  return {
    ...(count === "uniques" ? {} : { count }),
    ...(view.entry === "best" || count === "totals" ? {} : { entry: view.entry }),
    ...(view.reuse ? { reuse: true } : {}),
    ...(view.tolerance > 0 && takesTolerance(view) ? { tie_tolerance_ms: view.tolerance } : {}),
    ...(optional.length > 0 && isOrdered ? { optional } : {}),
    ...(view.hold.length > 0 ? { hold: view.hold } : {}),
    ...(exclusions.length > 0 ? { exclusions } : {}),
  };
}

/** Nothing while its rule, or a step it is at, is not complete. */
function askedExclusion({ match, after, before, effect }: Exclusion, places: readonly number[], isOrdered: boolean): object[] {
  const asked = match.map(written);
  if (!isRule(asked) || places.length < 2) return [];
  if (!isOrdered) return [{ match: asked, effect }];
  const ends = [after, before].map((step) => (step === null ? null : places.indexOf(step - 1) + 1));
  if (ends.includes(0)) return [];
  const [from, to] = ends;
  return [{ match: asked, ...(from == null ? {} : { after: from }), ...(to == null ? {} : { before: to }), effect }];
}
