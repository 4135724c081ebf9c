// A row of a file as people read it. A text file's is its line; a workbook's has no line, so the server gives it as JSON,
// which here becomes its columns with what stands in each.
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
