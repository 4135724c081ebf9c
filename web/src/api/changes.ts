// Dated changes: the list of a workspace, and what a number was before and after each.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { request } from "./client";
import { PATHS } from "./paths";
import { tracked } from "./running";
import type { DatedChange, KeptChange } from "./types";

export const changesKey = (workspace: string) => ["changes", workspace] as const;

export const changesQuery = (workspace: string) =>
  queryOptions({
    queryKey: changesKey(workspace),
    queryFn: ({ signal }) => request("GET", PATHS.changes, { path: { workspace }, signal }),
  });

export const changeQuery = (workspace: string, id: string) =>
  queryOptions({
    queryKey: ["change", workspace, id],
    queryFn: ({ signal }) => request("GET", PATHS.change, { path: { workspace, change: id }, signal }),
  });

/** `version`: of the change, which may have come to compare something else. */
export const changeResultQuery = (workspace: string, { id, version }: Pick<KeptChange, "id" | "version">) =>
  queryOptions({
    queryKey: ["change-result", workspace, id, version],
    queryFn: ({ signal, queryKey }) =>
      tracked(queryKey, (queryId) => request("GET", PATHS.changeResult, { path: { workspace, change: String(id) }, signal, queryId })),
    placeholderData: keepPreviousData,
  });

/** Keeps a change; `kept` is null for a new one. */
export function saveChange(workspace: string, kept: Pick<KeptChange, "id" | "version"> | null, change: DatedChange): Promise<KeptChange> {
  return kept === null
    ? request("POST", PATHS.changes, { path: { workspace }, body: { change } })
    : request("PUT", PATHS.change, { path: { workspace, change: String(kept.id) }, body: { change, expected_version: kept.version } });
}

export function deleteChange(workspace: string, id: number): Promise<unknown> {
  return request("DELETE", PATHS.change, { path: { workspace, change: String(id) } });
}
