// Named views: the list of a workspace, what is pinned to a journey's map, and their numbers.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { request } from "./client";
import { PATHS } from "./paths";
import { tracked } from "./running";
import type { KeptNamedView, NamedView } from "./types";

/** What every list of named views is kept under. */
export const namedViewsKey = (workspace: string) => ["named-views", workspace] as const;

/** `journey`: those pinned to its map; null: all. */
export const namedViewsQuery = (workspace: string, journey: string | null = null) =>
  queryOptions({
    queryKey: [...namedViewsKey(workspace), journey],
    queryFn: ({ signal }) => request("GET", PATHS.namedViews, { path: { workspace }, query: { journey }, signal }),
  });

/** The number of a view, of the moment its map speaks of. `version`: of the view, which may have come to ask something else. */
export const namedNumberQuery = (workspace: string, { id, version }: Pick<KeptNamedView, "id" | "version">, asOfUs: number) =>
  queryOptions({
    queryKey: ["named-number", workspace, id, version, asOfUs],
    queryFn: ({ signal, queryKey }) =>
      tracked(queryKey, (queryId) =>
        request("GET", PATHS.namedViewNumber, { path: { workspace, named_view: String(id) }, query: { as_of_us: asOfUs }, signal, queryId }),
      ),
    placeholderData: keepPreviousData,
  });

export function createNamedView(workspace: string, named: NamedView): Promise<KeptNamedView> {
  return request("POST", PATHS.namedViews, { path: { workspace }, body: { named } });
}

/** Renames, pins, moves or unpins. */
export function changeNamedView(workspace: string, { id, version }: Pick<KeptNamedView, "id" | "version">, named: NamedView): Promise<KeptNamedView> {
  return request("PUT", PATHS.namedView, { path: { workspace, named_view: String(id) }, body: { named, expected_version: version } });
}

export function deleteNamedView(workspace: string, id: number): Promise<unknown> {
  return request("DELETE", PATHS.namedView, { path: { workspace, named_view: String(id) } });
}
