// What two answers come to side by side, read off the differences the API tells.
import type { AnswerChange } from "../../api/types";

export interface Told {
  changes: AnswerChange[];
  /** The share whose difference is farthest from nothing among those whose interval leaves 0 out. */
  clearest: AnswerChange | null;
  /** How many differences of shares have an interval, and of how many it leaves 0 out. */
  judged: number;
  clear: number;
}

/** How a part of a change's place is said: one of the API's own words, a group of a breakdown, or names of the data. */
export type Part = { word: string } | { group: "other" | "none" } | { value: string } | { names: string[]; joined: " → " | " · " };

/** The place of a number in the answer, part by part. Names of the data stand between the API's words. */
export function partsOf(path: readonly string[]): Part[] {
  if (path[0] === "groups") {
    const [, group = "", ...rest] = path;
    const part: Part = group === "other" || group === "none" ? { group } : { value: group.replace(/^value /, "") };
    return [part, ...partsOf(rest)];
  }
  return path.map((part, index): Part => {
    if (index === 0 || index === path.length - 1) return { word: part };
    const names = part.split(" ");
    // Two labels are written with a space between; where a name has spaces itself it stays as it is.
    if (path[0] === "edges") return names.length === 2 ? { names, joined: " → " } : { value: part };
    if (path[0] === "segments") return { names: names.slice(0, 1), joined: " · " };
    if (path[0] === "cells" && names.length === 4) return { names: [names[0] ?? "", `R${names[1]} F${names[2]} M${names[3]}`], joined: " · " };
    return { names: [part], joined: " · " };
  });
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
