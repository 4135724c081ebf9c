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
