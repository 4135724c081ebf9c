// Live sources: who may send, what came and what was refused; the stream of both as it arrives is in `live.ts`.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { request } from "./client";
import { PATHS } from "./paths";
import type { KeyRequest, NewKey, NewSource, NewSourceMade, RejectionList, ReplayReport, ReplayRequest, SourceChange } from "./types";

/** What is left out says nothing. */
export type ReplayAsk = Partial<ReplayRequest>;

const PAGE = 50;
/** How fresh the counts of a source are while its page is looked at. */
const REFRESH_MS = 5000;

export const sourcesQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["sources", workspace],
    queryFn: ({ signal }) => request("GET", PATHS.sources, { path: { workspace }, signal }),
    refetchInterval: REFRESH_MS,
  });

export function createSource(workspace: string, source: NewSource): Promise<NewSourceMade> {
  return request("POST", PATHS.sources, { path: { workspace }, body: source });
}

export function changeSource(workspace: string, source: string, fields: SourceChange): Promise<void> {
  return request("PATCH", PATHS.source, { path: { workspace, source }, body: fields });
}

export function deleteSource(workspace: string, source: string): Promise<void> {
  return request("DELETE", PATHS.source, { path: { workspace, source } });
}

export function createKey(workspace: string, source: string, key: KeyRequest): Promise<NewKey> {
  return request("POST", PATHS.sourceKeys, { path: { workspace, source }, body: key });
}

/** The old key ends after `graceHours`. */
export function rotateKey(workspace: string, source: string, key: string, graceHours: number): Promise<NewKey> {
  return request("POST", PATHS.sourceKeyRotation, { path: { workspace, source, key }, body: { grace_hours: graceHours } });
}

export function revokeKey(workspace: string, source: string, key: string): Promise<void> {
  return request("DELETE", PATHS.sourceKey, { path: { workspace, source, key } });
}

export const rejectionsQuery = (workspace: string, source: string | null, code: string | null) =>
  infiniteQueryOptions({
    queryKey: ["rejections", workspace, source, code],
    queryFn: ({ signal, pageParam }) =>
      request("GET", PATHS.rejections, { path: { workspace }, query: { source, code, before: pageParam, limit: PAGE }, signal }),
    initialPageParam: null as number | null,
    getNextPageParam: (page: RejectionList) => page.next ?? null,
  });

export function replay(workspace: string, ask: ReplayAsk): Promise<ReplayReport> {
  return request("POST", PATHS.replay, { path: { workspace }, body: ask });
}
