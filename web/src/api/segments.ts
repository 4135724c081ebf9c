// Segments: what is stored of them, how many they are, and the same question over two scopes.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { request } from "./client";
import type { Answers } from "./queries";
import { PATHS } from "./paths";
import { tracked } from "./running";
import type { Saved, Segment } from "./types";

export const segmentsQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["segments", workspace],
    queryFn: ({ signal }) => request("GET", PATHS.segmentList, { path: { workspace }, signal }),
  });

/** null: the newest version. */
export const segmentQuery = (workspace: string, segment: string, version: number | null) =>
  queryOptions({
    queryKey: ["segment", workspace, segment, version],
    queryFn: ({ signal }) => request("GET", PATHS.segment, { path: { workspace, segment }, query: { version }, signal }),
  });

export const segmentVersionsQuery = (workspace: string, segment: string) =>
  queryOptions({
    queryKey: ["segment-versions", workspace, segment],
    queryFn: ({ signal }) => request("GET", PATHS.segmentVersions, { path: { workspace, segment }, signal }),
  });

/**
 * How many are members now, of stored segments or of definitions that are not stored (yet). What was known before a
 * change stays in sight until its answer comes. `asOfUs`: the moment asked at; null: now.
 */
export const sizeQuery = (workspace: string, segments: readonly (string | Segment)[], trendDays: number | null = null, asOfUs: number | null = null) =>
  queryOptions({
    queryKey: ["size", workspace, segments, trendDays, asOfUs],
    queryFn: ({ signal, queryKey }) =>
      tracked(queryKey, (queryId) =>
        request("POST", PATHS.segments, {
          path: { workspace },
          body: { segments, ...(trendDays === null ? {} : { trend_days: trendDays }), ...(asOfUs === null ? {} : { scope: { as_of_us: asOfUs } }) },
          signal,
          queryId,
        }),
      ),
    placeholderData: keepPreviousData,
  });

/** `expected`: the newest version that was seen; 0: there is none. */
export function saveSegment(workspace: string, segment: Segment, expected: number, note: string): Promise<Saved> {
  return request("PUT", PATHS.segment, {
    path: { workspace, segment: segment.id },
    query: { expected_version: expected, note: note || null },
    body: segment,
  });
}

export function deleteSegment(workspace: string, segment: string): Promise<unknown> {
  return request("DELETE", PATHS.segment, { path: { workspace, segment } });
}

/** A question over its own scope and another: both answers, and what differs. */
export const compareQuery = (workspace: string, kind: keyof Answers, question: object, versus: object) =>
  queryOptions({
    queryKey: ["compare", workspace, kind, question, versus],
    queryFn: ({ signal, queryKey }) =>
      tracked(queryKey, (queryId) =>
        request("POST", PATHS.compare, { path: { workspace }, body: { question: { ask: kind, ...question }, versus }, signal, queryId }),
      ),
    placeholderData: keepPreviousData,
  });
