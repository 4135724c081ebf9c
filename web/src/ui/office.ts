// Files for a meeting: workbooks and slides of what a page shows, written by the server and handed to the person.
import type { Office } from "../api/documents";
import { writeDocument } from "../api/documents";
import type { Document } from "../api/types";
import type { Exporting } from "./exporting";
import { useExporting } from "./exporting";
import { useLanguage } from "./language";

export const OFFICES = ["pptx", "xlsx"] as const satisfies readonly Office[];

/** `name` begins the file's name. */
export function useOffice(workspace: string, name: string, document: () => Promise<Document> | Document): { state: Exporting; write: (format: Office) => void } {
  const lang = useLanguage();
  const state = useExporting();
  return {
    state,
    write: (format) =>
      state.write(`${name}.${format}`, async (signal) => ({ ...(await writeDocument(workspace, format, lang, await document(), signal)), name: null })),
  };
}
