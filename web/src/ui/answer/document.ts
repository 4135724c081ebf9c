// Tables and pictures of a page as parts of a file for a meeting.
import { base64 } from "../../api/documents";
import type { Document, DocumentTable } from "../../api/types";
import { pixels, standalone } from "./files";
import type { AnswerTable, Cell } from "./table";

function documentCell({ value, text, note }: Cell): DocumentTable["rows"][number][number] {
  const shown = text === "" ? String(value ?? "") : text;
  return { value, text: note ? `${shown} (${note})` : shown };
}

/** A table as it is exported: unrounded values, and as people read them. */
export function documentTable({ title, columns, rows, foot = [], note }: AnswerTable): DocumentTable {
  return {
    title,
    columns: columns.map(({ name, numeric = false }) => ({ name, numeric })),
    rows: [...rows, ...foot].map((row) => row.map((cell) => documentCell(cell))),
    totals: foot.length,
    ...(note ? { note } : {}),
  };
}

export async function documentPicture(drawn: SVGSVGElement, title: string): Promise<Document["parts"][number]> {
  const png = await pixels(standalone(drawn));
  return { part: "picture", title, description: drawn.getAttribute("aria-label") ?? title, png: await base64(png) };
}
