// Tables of an answer: what is shown as a table is what is exported as one.
import type { FigureInfo } from "./answer";

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

/** By which column rows are sorted, and which way. */
export interface Sorting {
  column: number;
  down: boolean;
}

/** Rows in the order of a column's values; what has none comes last either way. Equal ones stay as they were. */
export function sorted(rows: readonly Cell[][], by: Sorting | null): readonly Cell[][] {
  if (by === null) return rows;
  const key = (row: Cell[]) => row[by.column]?.value ?? null;
  return rows.toSorted((one, other) => {
    const [a, b] = [key(one), key(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    const order = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
    return by.down ? -order : order;
  });
}

/** Text that a spreadsheet would run as a formula; signed numbers are none. */
const FORMULA = /^[=@\t\r]|^[+-](?!\d+(\.\d+)?$)/;

function field(value: Cell["value"]): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** RFC 4180, with the mark that makes spreadsheets read it as UTF-8. */
export function toCsv({ columns, rows, foot = [] }: AnswerTable): string {
  const lines = [columns.map((column) => field(column.name)), ...[...rows, ...foot].map((row) => row.map((cell) => field(cell.value)))];
  return `\ufeff${lines.map((line) => `${line.join(",")}\r\n`).join("")}`;
}
