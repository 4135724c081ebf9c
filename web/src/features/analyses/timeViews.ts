// Views over the calendar: retention, lifecycle, stickiness and survival. What each remembers, and what the API is asked for it.
import type { AskedRule, AskedScope } from "../../api/queries";
import { isFields, isSpan, readCount, readRule, readStep, readTexts, readWord } from "./fields";
import type { Fields } from "./fields";
import { ruleOf, stepName } from "../../ui/rule/rules";
import type { Asked, Only, Step } from "./view";

export const CALENDAR = ["day", "week", "month", "quarter", "year"] as const;
/** A stretch of the calendar. */
export type Calendar = (typeof CALENDAR)[number];
export const WEEK_STARTS = ["monday", "saturday", "sunday"] as const;
export const STARTS = ["first", "every"] as const;
export const CLOCKS = ["calendar", "rolling"] as const;
/** What counts as returned: in a unit, in it or later, or in one of several units together. */
export const READINGS = ["on", "on_or_after", "brackets"] as const;
export const CELLS = ["share", "count"] as const;
export const CENSORS = ["as_of", "last_event"] as const;

/** Units from one to another, both inclusive. */
export interface Bracket {
  from: number;
  to: number;
}

export interface RetentionView extends Asked {
  kind: "retention";
  only: Only;
  /** Empty: any event. */
  start: AskedRule;
  back: AskedRule;
  starts: (typeof STARTS)[number];
  calendar: Calendar;
  /** What starts are grouped by; null: as time is counted. */
  cohort: Calendar | null;
  clock: (typeof CLOCKS)[number];
  reading: (typeof READINGS)[number];
  brackets: Bracket[];
  /** The last unit shown; null: as many as the API shows by itself. */
  last: number | null;
  weekStart: (typeof WEEK_STARTS)[number];
  cells: (typeof CELLS)[number];
}

export interface LifecycleView extends Asked {
  kind: "lifecycle";
  only: Only;
  /** Empty: any event. */
  active: AskedRule;
  calendar: Calendar;
  weekStart: (typeof WEEK_STARTS)[number];
}

export interface StickinessView extends Asked {
  kind: "stickiness";
  only: Only;
  active: AskedRule;
  calendar: Calendar;
  per: Calendar;
  /** First day of the period looked at; empty: the last that has ended. */
  at: string;
  weekStart: (typeof WEEK_STARTS)[number];
}

export interface SurvivalView extends Asked {
  kind: "survival";
  only: Only;
  start: AskedRule;
  end: AskedRule;
  censor: (typeof CENSORS)[number];
  /** Times at which the curve is read off; empty: a few round ones. */
  times: string[];
  /** Groups by rule. */
  groups: Step[];
}

export type TimeView = RetentionView | LifecycleView | StickinessView | SurvivalView;

export const LAST_MAX = 365;
export const LASTS = [5, 8, 12, 26, 30, 60, 90] as const;
export const TIMES_MAX = 100;
export const GROUPS_MAX = 20;
/** More columns than anybody reads. */
const BRACKETS_MAX = 60;
/** The clock of days and weeks alone can run from an instant. */
export const ROLLING: readonly Calendar[] = ["day", "week"];
const SOME_BRACKETS: Bracket[] = [{ from: 0, to: 0 }, { from: 1, to: 7 }, { from: 8, to: 14 }, { from: 15, to: 30 }];

export function timeDefaults(scope: Asked): { [K in TimeView["kind"]]: Extract<TimeView, { kind: K }> } {
  return {
    retention: {
      kind: "retention",
      ...scope,
      only: "all",
      start: [],
      back: [],
      starts: "first",
      calendar: "week",
      cohort: null,
      clock: "calendar",
      reading: "on",
      brackets: SOME_BRACKETS,
      last: null,
      weekStart: "monday",
      cells: "share",
    },
    lifecycle: { kind: "lifecycle", ...scope, only: "all", active: [], calendar: "week", weekStart: "monday" },
    stickiness: { kind: "stickiness", ...scope, only: "all", active: [], calendar: "day", per: "month", at: "", weekStart: "monday" },
    survival: { kind: "survival", ...scope, only: "all", start: [], end: [], censor: "as_of", times: [], groups: [] },
  };
}

/** The view of the stored fields; `asked` and `given` are what all views read alike. */
export function readTimeView<K extends TimeView["kind"]>(kind: K, fields: Fields, asked: Asked, given: { only: Only }): TimeView {
  const normal = timeDefaults(asked);
  const { only } = given;
  const weekStart = readWord(WEEK_STARTS, fields["weekStart"]) ?? "monday";
  const calendar = readWord(CALENDAR, fields["calendar"]) ?? (kind === "stickiness" ? "day" : "week");
  const active = readRule(fields["active"]);
  switch (kind as TimeView["kind"]) {
    case "retention": {
      const brackets = readBrackets(fields["brackets"]);
      return {
        ...normal.retention,
        only,
        start: readRule(fields["start"]),
        back: readRule(fields["back"]),
        starts: readWord(STARTS, fields["starts"]) ?? "first",
        calendar,
        cohort: readWord(CALENDAR, fields["cohort"]) ?? null,
        clock: readWord(CLOCKS, fields["clock"]) ?? "calendar",
        reading: readWord(READINGS, fields["reading"]) ?? "on",
        brackets: brackets ?? SOME_BRACKETS,
        last: readCount(fields["last"], LAST_MAX),
        weekStart,
        cells: readWord(CELLS, fields["cells"]) ?? "share",
      };
    }
    case "lifecycle":
      return { ...normal.lifecycle, only, active, calendar, weekStart };
    case "stickiness": {
      const at = fields["at"];
      const day = typeof at === "string" && /^\d{4}-\d{2}-\d{2}$/.test(at) ? at : "";
      return { ...normal.stickiness, only, active, calendar, per: readWord(CALENDAR, fields["per"]) ?? "month", at: day, weekStart };
    }
    case "survival":
      return {
        ...normal.survival,
        only,
        start: readRule(fields["start"]),
        end: readRule(fields["end"]),
        censor: readWord(CENSORS, fields["censor"]) ?? "as_of",
        times: readTexts(fields["times"]).filter(isSpan).slice(0, TIMES_MAX),
        groups: readGroups(fields["groups"]),
      };
  }
}

function readGroups(value: unknown): Step[] {
  return Array.isArray(value) ? value.filter(isFields).map(readStep).slice(0, GROUPS_MAX) : [];
}

function readBrackets(value: unknown): Bracket[] | null {
  if (!Array.isArray(value)) return null;
  const brackets = value.filter(isFields).flatMap(({ from, to }) => (typeof from === "number" && typeof to === "number" ? [{ from, to }] : []));
  return areBrackets(brackets) ? brackets : null;
}

/** Whether brackets are such as the API takes: whole, ascending, without overlap. */
function areBrackets(brackets: readonly Bracket[]): boolean {
  const fits = ({ from, to }: Bracket, index: number) => Number.isInteger(from) && Number.isInteger(to) && from >= 0 && to >= from && to <= LAST_MAX && from > (brackets[index - 1]?.to ?? -1);
  return brackets.length > 0 && brackets.length <= BRACKETS_MAX && brackets.every(fits);
}

/** `0, 1-7, 8-14` as brackets; null where it makes no sense. */
export function bracketsOf(text: string): Bracket[] | null {
  const parts = text.split(/[,，、;；\s]+/).filter((part) => part !== "");
  const brackets = parts.map((part) => {
    const [, from, to] = /^(\d{1,3})(?:[-–~](\d{1,3}))?$/.exec(part) ?? [];
    return { from: Number(from), to: Number(to ?? from) };
  });
  return areBrackets(brackets) ? brackets : null;
}

export function bracketsText(brackets: readonly Bracket[]): string {
  return brackets.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`)).join(", ");
}

/** `1d, 7d` as lengths of time; null where one is none. */
export function timesOf(text: string): string[] | null {
  const times = text.split(/[,，、;；\s]+/).filter((part) => part !== "");
  return times.length <= TIMES_MAX && times.every(isSpan) ? times : null;
}

type Scoped = AskedScope & object;

/** A rule that leaves nothing out is not asked. */
function maybe<Name extends string>(name: Name, rule: AskedRule): { [K in Name]?: AskedRule } {
  const asked = ruleOf(rule);
  return (asked.length > 0 ? { [name]: asked } : {}) as { [K in Name]?: AskedRule };
}

export function retentionQuestion(view: RetentionView, scope: Scoped): object {
  const { calendar, cohort, reading, last, brackets, starts } = view;
  return {
    scope,
    ...maybe("start", view.start),
    ...maybe("return", view.back),
    unit: calendar,
    ...(cohort !== null && cohort !== calendar ? { cohort } : {}),
    starts,
    clock: ROLLING.includes(calendar) ? view.clock : "calendar",
    week_start: view.weekStart,
    ...(reading === "brackets" ? { brackets } : { reading, ...(last === null ? {} : { last }) }),
  };
}

/** Activity is shown over the period; what was before counts all the same. */
export function over({ entry, ...scope }: Scoped): { scope: object; over: Scoped["entry"] } {
  return { scope: { ...scope, entry: {} }, over: entry };
}

export function lifecycleQuestion(view: LifecycleView, scope: Scoped): object {
  return { ...over(scope), ...maybe("active", view.active), unit: view.calendar, week_start: view.weekStart };
}

export function stickinessQuestion(view: StickinessView, scope: Scoped): object {
  return { ...over(scope), ...maybe("active", view.active), unit: view.calendar, per: view.per, week_start: view.weekStart };
}

/** null while there is no end. */
export function survivalQuestion(view: SurvivalView, scope: Scoped): object | null {
  const end = ruleOf(view.end);
  if (end.length === 0) return null;
  const groups = view.groups.map(({ name, match }) => ({ name, match: ruleOf(match) })).filter(({ match }) => match.length > 0);
  return {
    scope,
    ...maybe("start", view.start),
    end,
    censor: view.censor,
    ...(view.times.length > 0 ? { at: view.times } : {}),
    ...(groups.length > 0 ? { groups: groups.map((group) => ({ ...group, name: stepName(group) })) } : {}),
  };
}
