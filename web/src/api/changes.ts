// Dated changes: the list of a workspace, and what a number was before and after each.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { path, request } from "./client";
import { PATHS } from "./paths";
import { tracked } from "./running";
import type { ChangeList, ChangeResult, DatedChange, KeptChange } from "./types";

export const changesKey = (workspace: string) => ["changes", workspace] as const;

export const changesQuery = (workspace: string) =>
  queryOptions({
    queryKey: changesKey(workspace),
    queryFn: ({ signal }) => request<ChangeList>(path(PATHS.changes, { workspace }), { signal }),
  });

export const changeQuery = (workspace: string, id: string) =>
  queryOptions({
    queryKey: ["change", workspace, id],
    queryFn: ({ signal }) => request<KeptChange>(path(PATHS.change, { workspace, change: id }), { signal }),
  });

/** `version`: of the change, which may have come to compare something else. */
export const changeResultQuery = (workspace: string, { id, version }: Pick<KeptChange, "id" | "version">) =>
  queryOptions({
    queryKey: ["change-result", workspace, id, version],
    queryFn: ({ signal, queryKey }) =>
      tracked(queryKey, (queryId) => request<ChangeResult>(path(PATHS.changeResult, { workspace, change: String(id) }), { signal, queryId })),
    placeholderData: keepPreviousData,
  });

/** Keeps a change; `kept` is null for a new one. */
export function saveChange(workspace: string, kept: Pick<KeptChange, "id" | "version"> | null, change: DatedChange): Promise<KeptChange> {
  return kept === null
    ? request<KeptChange>(path(PATHS.changes, { workspace }), { body: { change } })
    : request<KeptChange>(path(PATHS.change, { workspace, change: String(kept.id) }), { method: "PUT", body: { change, expected_version: kept.version } });
}

export function deleteChange(workspace: string, id: number): Promise<unknown> {
  return request<unknown>(path(PATHS.change, { workspace, change: String(id) }), { method: "DELETE" });
}
