// Files for a meeting: workbooks and slides of what a page shows, written by the server and handed to the person.
import type { UseMutationResult } from "@tanstack/react-query";
import { useMutation } from "@tanstack/react-query";

import type { Office } from "../api/documents";
import { writeDocument } from "../api/documents";
import type { Document } from "../api/types";
import { save } from "./download";
import { useLanguage } from "./language";

export const OFFICES = ["pptx", "xlsx"] as const satisfies readonly Office[];

/** `name` begins the file's name. */
export function useOffice(workspace: string, name: string, document: () => Promise<Document> | Document): UseMutationResult<void, Error, Office> {
  const lang = useLanguage();
  return useMutation({
    mutationFn: async (format: Office) => save(`${name}.${format}`, await writeDocument(workspace, format, lang, await document())),
  });
}
