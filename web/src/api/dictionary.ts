// The data dictionary: events by name, their properties, what is wrong with them, and what people wrote about names.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { path, request } from "./client";
import { PATHS } from "./paths";
import { tracked } from "./running";
import type { DictionaryAnswer, DictionaryEntry, DictionaryNote, Saved, VersionList } from "./types";

/** What a note is about. */
export type Subject = { kind: "event" | "property"; name: string };

/** How fresh counts and silences are while the page is looked at. */
const REFRESH_MS = 30_000;

export const dictionaryQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["dictionary", workspace],
    queryFn: ({ signal, queryKey }) => tracked(queryKey, (queryId) => request<DictionaryAnswer>(path(PATHS.dictionary, { workspace }), { signal, queryId })),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
    retry: false,
  });

export const dictionaryEventQuery = (workspace: string, event: string) =>
  queryOptions({
    queryKey: ["dictionary-event", workspace, event],
    queryFn: ({ signal, queryKey }) =>
      tracked(queryKey, (queryId) => request<DictionaryEntry>(path(PATHS.dictionaryEvent, { workspace, event }), { signal, queryId })),
    refetchInterval: REFRESH_MS,
    retry: false,
  });

export const noteVersionsQuery = (workspace: string, { kind, name }: Subject) =>
  queryOptions({
    queryKey: ["dictionary-versions", workspace, kind, name],
    queryFn: ({ signal }) =>
      request<VersionList>(kind === "event" ? path(PATHS.dictionaryEventVersions, { workspace, event: name }) : path(PATHS.dictionaryPropertyVersions, { workspace, property: name }), {
        signal,
      }),
  });

/** `expected`: the version the change was made from; 0 where there was none. */
export function saveNote(workspace: string, { kind, name }: Subject, note: DictionaryNote, expected: number): Promise<Saved> {
  const of = kind === "event" ? path(PATHS.dictionaryEvent, { workspace, event: name }) : path(PATHS.dictionaryProperty, { workspace, property: name });
  return request<Saved>(of, { method: "PUT", query: { expected_version: expected }, body: note });
}
