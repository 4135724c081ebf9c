// Segments: what is stored of them, how many they are, and the same question over two scopes.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { path, request } from "./client";
import type { Answers } from "./queries";
import { PATHS } from "./paths";
import { tracked } from "./running";
import type { AnswerComparison, Saved, Segment, SegmentList, SegmentVersion, SegmentsAnswer, VersionList } from "./types";

export const segmentsQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["segments", workspace],
    queryFn: ({ signal }) => request<SegmentList>(path(PATHS.segmentList, { workspace }), { signal }),
  });

/** null: the newest version. */
export const segmentQuery = (workspace: string, segment: string, version: number | null) =>
  queryOptions({
    queryKey: ["segment", workspace, segment, version],
    queryFn: ({ signal }) => request<SegmentVersion>(path(PATHS.segment, { workspace, segment }), { query: { version }, signal }),
  });

export const segmentVersionsQuery = (workspace: string, segment: string) =>
  queryOptions({
    queryKey: ["segment-versions", workspace, segment],
    queryFn: ({ signal }) => request<VersionList>(path(PATHS.segmentVersions, { workspace, segment }), { signal }),
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
        request<SegmentsAnswer>(path(PATHS.segments, { workspace }), {
          body: { segments, ...(trendDays === null ? {} : { trend_days: trendDays }), ...(asOfUs === null ? {} : { scope: { as_of_us: asOfUs } }) },
          signal,
          queryId,
        }),
      ),
    placeholderData: keepPreviousData,
  });

/** `expected`: the newest version that was seen; 0: there is none. */
export function saveSegment(workspace: string, segment: Segment, expected: number, note: string): Promise<Saved> {
  return request<Saved>(path(PATHS.segment, { workspace, segment: segment.id }), {
    method: "PUT",
    query: { expected_version: expected, note: note || null },
    body: segment,
  });
}

export function deleteSegment(workspace: string, segment: string): Promise<unknown> {
  return request<unknown>(path(PATHS.segment, { workspace, segment }), { method: "DELETE" });
}

/** A question over its own scope and another: both answers, and what differs. */
export const compareQuery = (workspace: string, kind: keyof Answers, question: object, versus: object) =>
  queryOptions({
    queryKey: ["compare", workspace, kind, question, versus],
    queryFn: ({ signal, queryKey }) =>
      tracked(queryKey, (queryId) =>
        request<AnswerComparison>(path(PATHS.compare, { workspace }), { body: { question: { ask: kind, ...question }, versus }, signal, queryId }),
      ),
    placeholderData: keepPreviousData,
  });
