// The data dictionary: events by name, their properties, what is wrong with them, and what people wrote about names.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { request } from "./client";
import { PATHS } from "./paths";
import { tracked } from "./running";
import type { DictionaryNote, Saved } from "./types";

/** What a note is about. */
export type Subject = { kind: "event" | "property"; name: string };

/** How fresh counts and silences are while the page is looked at. */
const REFRESH_MS = 30_000;

export const dictionaryQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["dictionary", workspace],
    queryFn: ({ signal, queryKey }) => tracked(queryKey, (queryId) => request("GET", PATHS.dictionary, { path: { workspace }, signal, queryId })),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
    retry: false,
  });

export const dictionaryEventQuery = (workspace: string, event: string) =>
  queryOptions({
    queryKey: ["dictionary-event", workspace, event],
    queryFn: ({ signal, queryKey }) =>
      tracked(queryKey, (queryId) => request("GET", PATHS.dictionaryEvent, { path: { workspace, event }, signal, queryId })),
    refetchInterval: REFRESH_MS,
    retry: false,
  });

export const noteVersionsQuery = (workspace: string, { kind, name }: Subject) =>
  queryOptions({
    queryKey: ["dictionary-versions", workspace, kind, name],
    queryFn: ({ signal }) =>
      kind === "event"
        ? request("GET", PATHS.dictionaryEventVersions, { path: { workspace, event: name }, signal })
        : request("GET", PATHS.dictionaryPropertyVersions, { path: { workspace, property: name }, signal }),
  });

/** `expected`: the version the change was made from; 0 where there was none. */
export function saveNote(workspace: string, { kind, name }: Subject, note: DictionaryNote, expected: number): Promise<Saved> {
  const save = { query: { expected_version: expected }, body: note };
  return kind === "event"
    ? request("PUT", PATHS.dictionaryEvent, { path: { workspace, event: name }, ...save })
    : request("PUT", PATHS.dictionaryProperty, { path: { workspace, property: name }, ...save });
}
