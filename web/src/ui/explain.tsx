// Every number can be opened: what it means, what it rests on, who is behind it. Pages describe the number with
// an `Explained`; the shell provides the drawer that shows it.
import type { ReactNode } from "react";
import { createContext, use } from "react";

import type { Meta } from "../api/types";

export interface Fact {
  name: string;
  text: string;
  /** A word of the machine: shown as it stands. */
  code?: boolean;
}

/** Leads on from a number to another part of the page. */
export interface Way {
  text: string;
  go: () => void;
}

export interface Explained {
  /** What the number is of: `比较 · 到达`. */
  title: string;
  /** The number as printed in full. */
  value: string;
  /** What is counted, in words. */
  definition: string;
  /** The question whose answer the number is part of; with `pick` it opens the people. Absent where nobody stands behind any number. */
  question?: string;
  /** What the answer says of itself, where the page has the answer. */
  meta?: Meta;
  /** Statements that count the same, where the answer is none of events. */
  sql?: readonly string[];
  /** What else the number rests on, in the order it is read. */
  facts?: readonly Fact[];
  /** What is seen first; the meaning, where it is not said. */
  opensAt?: "meaning" | "customers";
  /** Names the people behind the number in the answer; absent where a number stands for no group of people. */
  pick?: string;
  /** Who these people are, where they are not exactly the ones the number counts. */
  people?: string;
  /** Where the page shows what is behind it. */
  way?: Way;
  /** The journey to mark in their timelines. */
  journey?: { id: string; version: number };
}

export const ExplainContext = createContext<(explained: Explained) => void>(() => undefined);

/** A number that opens its explanation. */
export function Num({
  explain,
  children,
  className,
  of,
}: {
  explain: () => Explained;
  children: ReactNode;
  className?: string;
  /** What the number is of, read out before it; seen from where it stands. */
  of: string;
}) {
  const open = use(ExplainContext);
  return (
    <button
      type="button"
      className={className ? `num ${className}` : "num"}
      aria-haspopup="dialog"
      onClick={() => open(explain())}
    >
      <span className="visually-hidden">{of}: </span>
      {children}
    </button>
  );
}
