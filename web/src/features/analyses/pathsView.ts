// What of paths is chosen beside the scope: where they begin and end, what of them is seen, what they are to get to, and who
// is set beside whom.
import type { AskedRule } from "../../api/queries";
import { isFields, isSpan, readCount, readRule, readTexts, readWord } from "./fields";
import type { Fields } from "./fields";
import { ruleOf } from "../../ui/rule/rules";

/** Which anchors paths have. */
export const ANCHORS = ["none", "from", "to", "between"] as const;
export type Anchors = (typeof ANCHORS)[number];

/** An event told apart by a value it has. */
export interface Expansion {
  event: string;
  /** `channel`, `source`, a column or `props.…`. */
  by: string;
  /** Values told apart; the rest is one. */
  top: number;
}

export interface PathsCut {
  anchors: Anchors;
  from: AskedRule;
  /** A path from each such event, instead of from the first alone. */
  each: boolean;
  to: AskedRule;
  /** To the last such event, instead of the first. */
  last: boolean;
  /** Paths that never come to the end count as well. */
  orNot: boolean;
  /** Only events up to this long after the first step, or before the last; empty: any time. */
  window: string;
  /** Names of events that do not exist for the path, and the only ones that do. */
  hide: string[];
  keep: string[];
  expand: Expansion[];
  goal: AskedRule;
  /** Only subjects with such an event, or without one. */
  having: AskedRule;
  without: boolean;
  /** Subjects with such an event beside those without. */
  split: AskedRule;
  /** Whether the picture shows those without. */
  against: boolean;
}

export const WHOLE: PathsCut = {
  anchors: "none",
  from: [],
  each: false,
  to: [],
  last: false,
  orNot: false,
  window: "",
  hide: [],
  keep: [],
  expand: [],
  goal: [],
  having: [],
  without: false,
  split: [],
  against: false,
};

export const EXPAND_TOPS = [3, 5, 10, 20, 50] as const;
export const EXPANSIONS_MAX = 10;
const VALUES_MAX = 100;

/** Whether nothing is cut, and nobody left out. */
export function isWhole(cut: PathsCut): boolean {
  return Object.keys(cutQuestion(cut, false)).length === 0;
}

export function hasFrom({ anchors }: PathsCut): boolean {
  return anchors === "from" || anchors === "between";
}

export function hasTo({ anchors }: PathsCut): boolean {
  return anchors === "to" || anchors === "between";
}

/** How many settings there are that stand behind “more”. */
export function furtherSettings(cut: PathsCut): number {
  const { goal, split, having, hide, keep, expand } = cut;
  return [goal, split, having, hide, keep, expand].filter(({ length }) => length > 0).length + (cut.anchors === "none" && cut.window !== "" ? 1 : 0);
}

/** The fields of a question that say how paths are cut, and of whom; what nobody has written yet is left out. */
export function cutQuestion(view: PathsCut, ofStages: boolean): object {
  const [from, to, goal, having, split] = [hasFrom(view) ? view.from : [], hasTo(view) ? view.to : [], view.goal, view.having, view.split].map(ruleOf) as [AskedRule, AskedRule, AskedRule, AskedRule, AskedRule];
  const expand = ofStages ? [] : view.expand.filter(({ event, by }) => event !== "" && by !== "");
  const cut = {
    ...(from.length > 0 ? { from: { match: from, ...(view.each ? { each: true } : {}) } } : {}),
    ...(to.length > 0 ? { to: { match: to, ...(view.last ? { last: true } : {}), ...(view.orNot ? { or_not: true } : {}) } } : {}),
    ...(view.window ? { window: view.window } : {}),
    ...(view.hide.length > 0 ? { hide: [{ event: view.hide }] } : {}),
    ...(view.keep.length > 0 ? { only: [{ event: view.keep }] } : {}),
    ...(expand.length > 0 ? { expand } : {}),
    ...(goal.length > 0 ? { goal } : {}),
  };
  return {
    ...(Object.keys(cut).length > 0 ? { cut } : {}),
    // A question parts its subjects or takes one side of them, not both.
    ...(split.length > 0 ? { split } : having.length > 0 ? { having: { match: having, ...(view.without ? { not: true } : {}) } } : {}),
  };
}

export function readCut(fields: Fields): PathsCut {
  const { anchors, window, expand } = fields;
  const is = (field: keyof PathsCut) => fields[field] === true;
  return {
    anchors: readWord(ANCHORS, anchors) ?? WHOLE.anchors,
    from: readRule(fields["from"]),
    each: is("each"),
    to: readRule(fields["to"]),
    last: is("last"),
    orNot: is("orNot"),
    window: isSpan(window) ? window : WHOLE.window,
    hide: readTexts(fields["hide"]),
    keep: readTexts(fields["keep"]),
    expand: Array.isArray(expand) ? expand.filter(isFields).map(readExpansion).slice(0, EXPANSIONS_MAX) : [],
    goal: readRule(fields["goal"]),
    having: readRule(fields["having"]),
    without: is("without"),
    split: readRule(fields["split"]),
    against: is("against"),
  };
}

function readExpansion({ event, by, top }: Fields): Expansion {
  return { event: typeof event === "string" ? event : "", by: typeof by === "string" ? by : "", top: readCount(top, VALUES_MAX) ?? 10 };
}
