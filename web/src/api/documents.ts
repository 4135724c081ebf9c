// Pictures and tables as files for a meeting, which the server writes.
import type { FileAnswer } from "./client";
import { requestFile } from "./client";
import { PATHS } from "./paths";
import type { Document } from "./types";

export type Office = "xlsx" | "pptx";

export function writeDocument(workspace: string, format: Office, lang: string, document: Document, signal: AbortSignal): Promise<FileAnswer> {
  return requestFile("POST", PATHS.documents, { path: { workspace }, query: { format, lang }, body: document, signal });
}

/** What JSON holds of a picture's bytes. */
export async function base64(content: Blob): Promise<string> {
  const bytes = new Uint8Array(await content.arrayBuffer());
  let binary = "";
  // A call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 0x80_00) binary += String.fromCharCode(...bytes.subarray(at, at + 0x80_00));
  return btoa(binary);
}
