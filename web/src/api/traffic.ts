// Traffic rules: those in force, their versions, and what a draft would do.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { request } from "./client";
import { PATHS } from "./paths";
import { tracked } from "./running";
import type { Saved, TrafficRuleSet } from "./types";

/** null: the version in force; 0: the standard rules. */
export const trafficQuery = (workspace: string, version: number | null = null) =>
  queryOptions({
    queryKey: ["traffic", workspace, version],
    queryFn: ({ signal }) => request("GET", PATHS.traffic, { path: { workspace }, query: { version }, signal }),
    staleTime: 60_000,
  });

export const trafficVersionsQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["traffic-versions", workspace],
    queryFn: ({ signal }) => request("GET", PATHS.trafficVersions, { path: { workspace }, signal }),
  });

/** What rules do to all events; null: those in force. What was known before a change stays until its answer comes. */
export const trafficPreviewQuery = (workspace: string, rules: TrafficRuleSet | null) =>
  queryOptions({
    queryKey: ["traffic-preview", workspace, rules],
    queryFn: ({ signal, queryKey }) =>
      tracked(queryKey, (queryId) =>
        request("POST", PATHS.trafficPreview, { path: { workspace }, body: rules === null ? {} : { rules }, signal, queryId }),
      ),
    placeholderData: keepPreviousData,
    retry: false,
  });

/** `expected`: the version the change was made from. */
export function saveTraffic(workspace: string, rules: TrafficRuleSet, expected: number, note: string): Promise<Saved> {
  return request("PUT", PATHS.traffic, {
    path: { workspace },
    query: { expected_version: expected, note: note || null },
    body: rules,
  });
}
