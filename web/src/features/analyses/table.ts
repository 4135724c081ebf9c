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

/** Text that a spreadsheet would run as a formula; signed numbers are none. */
const FORMULA = /^[=@\t\r]|^[+-](?!\d+(\.\d+)?$)/;

function field(value: Cell["value"]): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** RFC 4180, with the mark that makes spreadsheets read it as UTF-8. */
export function toCsv({ columns, rows }: AnswerTable): string {
  const lines = [columns.map((column) => field(column.name)), ...rows.map((row) => row.map((cell) => field(cell.value)))];
  return `\ufeff${lines.map((line) => `${line.join(",")}\r\n`).join("")}`;
}
