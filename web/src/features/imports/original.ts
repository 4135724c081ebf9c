// A row of a file as people read it. A line of text is that line. What is JSON, as the lines of some files and every row of a
// workbook, which has no line of its own, becomes its columns with what stands in each.
import { plain } from "../../ui/plain";

/** The columns that have something in them; null: it is a line, or no row at all. */
export function columnsIn(original: string): [column: string, value: string][] | null {
  let row: unknown;
  try {
    row = JSON.parse(original);
  } catch {
    return null;
  }
  if (typeof row !== "object" || row === null || Array.isArray(row)) return null;
  return Object.entries(row).flatMap(([column, value]): [string, string][] => (value === null || value === "" ? [] : [[column, plain(value)]]));
}
