// Files on their way in: handed in piece by piece, looked at, tried, imported, and what was imported before.
import { queryOptions } from "@tanstack/react-query";

import type { FileAnswer } from "./client";
import { ApiError, request, requestFile } from "./client";
import { PATHS } from "./paths";
import { tracked } from "./running";
import type { ImportJob, ImportStart, UploadInfo } from "./types";

/** Bytes of a piece: little is lost where a connection breaks. */
const PIECE_BYTES = 4 << 20;
/** Pieces in a row that may fail before the person is told. */
const TRIES = 5;
const PAUSE_MS = 1000;
/** How often a running import is looked at. */
const WATCH_MS = 1000;

/** What was imported, newest first, and the import that runs. */
export const importsQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["imports", workspace],
    queryFn: ({ signal }) => request("GET", PATHS.imports, { path: { workspace }, signal }),
    refetchInterval: ({ state }) => (state.data?.newest?.state === "running" ? WATCH_MS : false),
  });

/** Files that were handed in and not imported. */
export const uploadsQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["uploads", workspace],
    queryFn: ({ signal }) => request("GET", PATHS.uploads, { path: { workspace }, signal }),
  });

interface Sending {
  signal: AbortSignal;
  /** Called as bytes arrive. */
  told: (upload: UploadInfo) => void;
  /** A part of the file that is there already. */
  begun?: UploadInfo;
}

/** Hands a file in. A connection that breaks is taken up where the server is. */
export async function sendFile(workspace: string, file: File, { signal, told, begun }: Sending): Promise<UploadInfo> {
  let upload = begun ?? (await request("POST", PATHS.uploads, { path: { workspace }, body: { name: file.name, bytes: file.size }, signal }));
  remember(upload, file);
  const at = { workspace, upload: upload.id };
  let failed = 0;
  while (upload.received < upload.bytes) {
    told(upload);
    try {
      if (failed > 0) upload = await request("GET", PATHS.upload, { path: at, signal });
      const bytes = file.slice(upload.received, upload.received + PIECE_BYTES);
      upload = await request("PUT", PATHS.upload, { path: at, query: { offset: upload.received }, bytes, signal });
      failed = 0;
    } catch (error) {
      failed += 1;
      const again = error instanceof ApiError && (error.retryable || error.code === "upload_offset") && failed < TRIES;
      if (!again) throw error;
      await pause(failed * PAUSE_MS, signal);
    }
  }
  told(upload);
  localStorage.removeItem(noteOf(upload));
  return upload;
}

/** Where this browser notes when a file it began to send was last changed. */
const noteOf = ({ id }: UploadInfo) => `upload ${id}`;

function remember(upload: UploadInfo, file: File): void {
  localStorage.setItem(noteOf(upload), String(file.lastModified));
}

/** Whether a file is the one of which a part is there: called the same, as long, and not changed since. */
export function isSameFile(upload: UploadInfo, file: File): boolean {
  const known = localStorage.getItem(noteOf(upload));
  return file.name === upload.name && file.size === upload.bytes && (known === null || known === String(file.lastModified));
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}

export function throwAway(workspace: string, upload: UploadInfo): Promise<void> {
  localStorage.removeItem(noteOf(upload));
  return request("DELETE", PATHS.upload, { path: { workspace, upload: upload.id } });
}

/** What a file is; of a workbook the chosen sheet. */
export const suggestionQuery = (workspace: string, upload: string, sheet: string | null) => {
  const queryKey = ["suggestion", workspace, upload, sheet];
  return queryOptions({
    queryKey,
    queryFn: ({ signal }) => tracked(queryKey, (queryId) => request("POST", PATHS.suggestion, { path: { workspace, upload }, body: sheet === null ? {} : { sheet }, signal, queryId })),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
};

/** What would become of a file under a mapping. */
export const previewQuery = (workspace: string, upload: string, mapping: string) => {
  const queryKey = ["import-preview", workspace, upload, mapping];
  return queryOptions({
    queryKey,
    queryFn: ({ signal }) => tracked(queryKey, (queryId) => request("POST", PATHS.importPreview, { path: { workspace, upload }, body: { mapping }, signal, queryId })),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
};

export function startImport(workspace: string, order: ImportStart): Promise<ImportJob> {
  return request("POST", PATHS.imports, { path: { workspace }, body: order });
}

export function stopImport(workspace: string, id: string): Promise<void> {
  return request("DELETE", PATHS.importJob, { path: { workspace, import: id } });
}

/** The rejected rows of an import, for spreadsheets, with reasons in a language. */
export function rejectsFile(workspace: string, batch: string, lang: string, signal: AbortSignal): Promise<FileAnswer> {
  return requestFile("GET", PATHS.rejects, { path: { workspace, import: batch }, query: { format: "csv", lang }, signal });
}
