// Files for a meeting: workbooks and slides of what a page shows, written by the server and handed to the person. Those of
// samples say so.
import type { Office } from "../api/documents";
import { writeDocument } from "../api/documents";
import type { Document } from "../api/types";
import type { Exporting } from "./exporting";
import { useExporting } from "./exporting";
import { useLanguage } from "./language";
import { useSampleName } from "./sample";

export const OFFICES = ["pptx", "xlsx"] as const satisfies readonly Office[];

/** `name` begins the file's name. */
export function useOffice(workspace: string, name: string, document: () => Promise<Document> | Document): { state: Exporting; write: (format: Office) => void } {
  const lang = useLanguage();
  const state = useExporting();
  const sample = useSampleName(workspace);
  const marked = ({ facts = [], ...said }: Document): Document => ({ ...said, facts: sample === null ? facts : [sample, ...facts] });
  return {
    state,
    write: (format) =>
      state.write(`${name}.${format}`, async (signal) => ({ ...(await writeDocument(workspace, format, lang, marked(await document()), signal)), name: null })),
  };
}
