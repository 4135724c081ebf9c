// What two answers come to side by side, read off the differences the API tells.
import type { AnswerChange } from "../../api/types";
import type { Kind } from "./view";

export interface Told {
  changes: AnswerChange[];
  /** The share whose difference is farthest from nothing among those whose interval leaves 0 out. */
  clearest: AnswerChange | null;
  /** How many differences of shares have an interval, and of how many it leaves 0 out. */
  judged: number;
  clear: number;
}

/** What the names in a list of the answer are: stretches of the calendar, columns of retention, numbers of units, and so on. */
export type Named = "cohort" | "period" | "unit" | "column" | "units" | "curve" | "time" | "touch" | "touches" | "model" | "day";

/** How a part of a change's place is said: one of the API's own words, a group of a breakdown, or names of the data. */
export type Part = { word: string } | { group: "other" | "none" } | { value: string } | { names: string[]; joined: " → " | " · " } | { named: Named; name: string };

/** Lists whose names speak for themselves, so that the list is not said. */
const LISTS: Partial<Record<Kind, Record<string, Named>>> = {
  retention: { total: "column", cohorts: "cohort", cells: "column" },
  lifecycle: { periods: "period" },
  stickiness: { periods: "period", counts: "units", units: "unit" },
  survival: { curves: "curve", at: "time" },
  attribution: { values: "touch", credits: "model", chains: "model", paths: "touches" },
};
/** Lists that are said all the same: a column of all cohorts together has no other name before it, a sequence may be one touch. */
const SAID = ["total", "paths"];
/** What of transitions has its list within: that list's own word says nothing more. */
const WITHIN: Record<string, string> = { next: "next", outlook: "from" };

/** The place of a number in the answer of an analysis, part by part. Names of the data stand between the API's words. */
export function partsOf(kind: Kind, path: readonly string[]): Part[] {
  if (path[0] === "groups") {
    const [, group = "", ...rest] = path;
    const part: Part = group === "other" || group === "none" ? { group } : { value: group.replace(/^value /, "") };
    return [part, ...partsOf(kind, rest)];
  }
  const lists = LISTS[kind];
  if (lists) return listed(lists, path);
  const [word = "", list, name] = path;
  if (kind === "transitions" && list !== undefined && list === WITHIN[word] && name !== undefined) {
    const named: Part = word === "next" && name === "end" ? { word: name } : { names: [name], joined: " · " };
    return [{ word }, named, ...path.slice(3).map((part): Part => ({ word: part }))];
  }
  return path.map((part, index): Part => {
    if (index === 0 || index === path.length - 1) return { word: part };
    const names = part.split(" ");
    if (path[0] === "trend" && index === 1) return { named: "day", name: part };
    // Two labels are written with a space between; where a name has spaces itself it stays as it is.
    if (path[0] === "edges") return names.length === 2 ? { names, joined: " → " } : { value: part };
    if (path[0] === "segments") return { names: names.slice(0, 1), joined: " · " };
    if (path[0] === "cells" && names.length === 4) return { names: [names[0] ?? "", `R${names[1]} F${names[2]} M${names[3]}`], joined: " · " };
    return { names: [part], joined: " · " };
  });
}

function listed(lists: Record<string, Named>, path: readonly string[]): Part[] {
  const [word, name, ...rest] = path;
  if (word === undefined) return [];
  const named = lists[word];
  if (named === undefined || name === undefined) return [{ word }, ...listed(lists, path.slice(1))];
  return [...(SAID.includes(word) ? [{ word }] : []), { named, name }, ...listed(lists, rest)];
}

/** A column of retention by its name: `0`, `1-7`, `3+`; null where it is none. */
export function columnOf(name: string): { from: number; to: number | null } | null {
  const [, from, to, more] = /^(\d+)(?:-(\d+)|(\+))?$/.exec(name) ?? [];
  return from === undefined ? null : { from: Number(from), to: more ? null : Number(to ?? from) };
}

/** Whether the interval of a difference leaves 0 out; false where there is none. */
export function isClear({ low, high }: Pick<AnswerChange, "low" | "high">): boolean {
  return low != null && high != null && (low > 0 || high < 0);
}

export function told(changes: readonly AnswerChange[]): Told {
  // The first step of a funnel is everybody of it on both sides: a share that says nothing.
  const said = changes.filter(({ of, here, there }) => of !== "share" || here !== 1 || there !== 1);
  const judged = said.filter(({ low, high }) => low != null && high != null);
  const clear = judged.filter(isClear);
  const clearest = clear.reduce<AnswerChange | null>((most, next) => (most === null || Math.abs(next.difference) > Math.abs(most.difference) ? next : most), null);
  return { changes: said, clearest, judged: judged.length, clear: clear.length };
}
