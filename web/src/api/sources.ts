// Live sources: who may send, what came, what was refused, and the stream of both as it arrives.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { path, request } from "./client";
import { PATHS } from "./paths";
import type { KeyRequest, LiveEvent, LiveRejection, NewKey, NewSource, NewSourceMade, RejectionList, ReplayReport, ReplayRequest, SourceChange, Sources } from "./types";

/** What is left out says nothing. */
export type ReplayAsk = Partial<ReplayRequest>;

const PAGE = 50;
/** How fresh the counts of a source are while its page is looked at. */
const REFRESH_MS = 5000;

export const sourcesQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["sources", workspace],
    queryFn: ({ signal }) => request<Sources>(path(PATHS.sources, { workspace }), { signal }),
    refetchInterval: REFRESH_MS,
  });

export function createSource(workspace: string, source: NewSource): Promise<NewSourceMade> {
  return request<NewSourceMade>(path(PATHS.sources, { workspace }), { body: source });
}

export function changeSource(workspace: string, source: string, fields: SourceChange): Promise<void> {
  return request<void>(path(PATHS.source, { workspace, source }), { method: "PATCH", body: fields });
}

export function deleteSource(workspace: string, source: string): Promise<void> {
  return request<void>(path(PATHS.source, { workspace, source }), { method: "DELETE" });
}

export function createKey(workspace: string, source: string, key: KeyRequest): Promise<NewKey> {
  return request<NewKey>(path(PATHS.sourceKeys, { workspace, source }), { body: key });
}

/** The old key ends after `graceHours`. */
export function rotateKey(workspace: string, source: string, key: string, graceHours: number): Promise<NewKey> {
  return request<NewKey>(path(PATHS.sourceKeyRotation, { workspace, source, key }), { body: { grace_hours: graceHours } });
}

export function revokeKey(workspace: string, source: string, key: string): Promise<void> {
  return request<void>(path(PATHS.sourceKey, { workspace, source, key }), { method: "DELETE" });
}

export const rejectionsQuery = (workspace: string, source: string | null, code: string | null) =>
  infiniteQueryOptions({
    queryKey: ["rejections", workspace, source, code],
    queryFn: ({ signal, pageParam }) =>
      request<RejectionList>(path(PATHS.rejections, { workspace }), { query: { source, code, before: pageParam, limit: PAGE }, signal }),
    initialPageParam: null as number | null,
    getNextPageParam: (page: RejectionList) => page.next ?? null,
  });

export function replay(workspace: string, ask: ReplayAsk): Promise<ReplayReport> {
  return request<ReplayReport>(path(PATHS.replay, { workspace }), { body: ask });
}

export interface StreamHandlers {
  open: () => void;
  event: (event: LiveEvent) => void;
  rejection: (rejection: LiveRejection) => void;
  /** More came than is told: this many more. */
  passedOver: (count: number) => void;
  /** `again`: the browser itself tries again. */
  lost: (again: boolean) => void;
}

function read<T>(message: Event): T {
  return JSON.parse((message as MessageEvent<string>).data) as T;
}

/** Listens to what arrives, after the last few that arrived before. Returns what ends it. */
export function listen(workspace: string, { open, event, rejection, passedOver, lost }: StreamHandlers): () => void {
  const stream = new EventSource(path(PATHS.live, { workspace }));
  stream.addEventListener("open", open);
  stream.addEventListener("event", (message) => event(read<LiveEvent>(message)));
  stream.addEventListener("rejection", (message) => rejection(read<LiveRejection>(message)));
  stream.addEventListener("passed_over", (message) => passedOver(read<number>(message)));
  stream.addEventListener("error", () => lost(stream.readyState === EventSource.CONNECTING));
  return () => stream.close();
}
