// Tables of an answer: what is shown as a table is what is exported as one.
import { csvOf } from "../download";
import type { Sorting } from "../SortHead";
import type { FigureInfo } from "./figure";

export interface Column {
  name: string;
  numeric?: boolean;
}

export interface Cell {
  /** As it is exported: unrounded, without unit. */
  value: string | number | null;
  /** As it is shown. */
  text: string;
  /** Shown smaller after it: its interval. */
  note?: string;
  /** What opens it. */
  info?: FigureInfo;
}

export interface AnswerTable {
  /** Names the exported file. */
  id: string;
  title: string;
  columns: Column[];
  /** The first cell names the row. */
  rows: Cell[][];
  /** Totals: stay below the rows, however those are sorted. */
  foot?: Cell[][];
  /** Whether a press on a column's head sorts by it. */
  sortable?: boolean;
  /** What is not in it. */
  note?: string;
}

/** A column of numbers. */
export function numeric(name: string): Column {
  return { name, numeric: true };
}

export function named(text: string): Cell {
  return { value: text, text };
}

/** Rows in the order of a column's values; what has none comes last either way. Equal ones stay as they were. */
export function sorted(rows: readonly Cell[][], by: Sorting<number> | null): readonly Cell[][] {
  if (by === null) return rows;
  const key = (row: Cell[]) => row[by.column]?.value ?? null;
  return rows.toSorted((one, other) => {
    const [a, b] = [key(one), key(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    const order = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
    return by.down ? -order : order;
  });
}

export function toCsv({ columns, rows, foot = [] }: AnswerTable): string {
  return csvOf([columns.map((column) => column.name), ...[...rows, ...foot].map((row) => row.map((cell) => cell.value))]);
}
