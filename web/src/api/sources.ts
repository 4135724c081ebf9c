// Live sources: who may send, what came, what was refused, and the stream of both as it arrives.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { path, request } from "./client";

/** As the server answers them; written by hand until its description has them. */
const PATHS = {
  sources: "/v1/workspaces/{workspace}/sources",
  source: "/v1/workspaces/{workspace}/sources/{source}",
  keys: "/v1/workspaces/{workspace}/sources/{source}/keys",
  key: "/v1/workspaces/{workspace}/sources/{source}/keys/{key}",
  rotation: "/v1/workspaces/{workspace}/sources/{source}/keys/{key}/rotation",
  live: "/v1/workspaces/{workspace}/live",
  rejections: "/v1/workspaces/{workspace}/rejections",
  replay: "/v1/workspaces/{workspace}/rejections/replay",
} as const;

export type KeyKind = "public" | "secret";

/** Times are microseconds since 1970. */
export interface SourceKey {
  id: string;
  kind: KeyKind;
  /** Its first characters, by which people tell keys apart. */
  start: string;
  /** In full: of public keys alone. */
  key?: string | null;
  created_us: number;
  expires_us?: number | null;
  last_used_us?: number | null;
}

export interface Source {
  id: string;
  name: string;
  /** Of events that do not say theirs. */
  channel: string;
  /** Web pages that may send with a public key; none: all. */
  origins: string[];
  keys: SourceKey[];
  events: number;
  rejected: number;
  last_us?: number | null;
  /** Since when nothing came, where that is longer than usual. */
  silent_since_us?: number | null;
}

export type SourceFields = Pick<Source, "name" | "channel" | "origins">;

/** A key just made: the one time a secret is shown. */
export interface NewKey {
  id: string;
  kind: KeyKind;
  key: string;
  start: string;
  created_us: number;
}

export interface LiveEvent {
  seq: number;
  received_us: number;
  time_us: number;
  source: string;
  protocol: string;
  event: string;
  channel: string;
  identifiers: { namespace: string; value: string }[];
  columns: Record<string, unknown>;
  traits: Record<string, unknown>;
  props: Record<string, unknown>;
  items: unknown[];
  /** Happened so long before it came that answers given meanwhile did not count it. */
  late: boolean;
}

/** A message that could not become an event. */
export interface Refused {
  received_us: number;
  source: string;
  protocol: string;
  /** Stable: `time_missing`. */
  code: string;
  field?: string | null;
  /** For a person, in the server's words. */
  reason: string;
  /** What was sent, as text. */
  original: string;
}

export type LiveRejection = Refused & { seq: number };

export interface KeptRejection extends Refused {
  id: number;
  replayed_us?: number | null;
}

export interface RejectionCount {
  source: string;
  code: string;
  count: number;
}

export interface RejectionPage {
  rejections: KeptRejection[];
  counts: RejectionCount[];
  next?: string | number | null;
}

export interface ReplayAsk {
  source?: string;
  code?: string;
  ids?: number[];
}

export interface Replayed {
  read: number;
  accepted: number;
  rejected: number;
}

const PAGE = 50;
/** How fresh the counts of a source are while its page is looked at. */
const REFRESH_MS = 5000;

export const sourcesQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["sources", workspace],
    queryFn: ({ signal }) => request<{ sources: Source[] }>(path(PATHS.sources, { workspace }), { signal }),
    refetchInterval: REFRESH_MS,
  });

export function createSource(workspace: string, source: SourceFields & { id: string }): Promise<unknown> {
  return request<unknown>(path(PATHS.sources, { workspace }), { body: source });
}

export function changeSource(workspace: string, source: string, fields: SourceFields): Promise<unknown> {
  return request<unknown>(path(PATHS.source, { workspace, source }), { method: "PATCH", body: fields });
}

export function deleteSource(workspace: string, source: string): Promise<unknown> {
  return request<unknown>(path(PATHS.source, { workspace, source }), { method: "DELETE" });
}

export function createKey(workspace: string, source: string, kind: KeyKind): Promise<NewKey> {
  return request<NewKey>(path(PATHS.keys, { workspace, source }), { body: { kind } });
}

/** The old key ends after `graceHours`. */
export function rotateKey(workspace: string, source: string, key: string, graceHours: number): Promise<NewKey> {
  return request<NewKey>(path(PATHS.rotation, { workspace, source, key }), { body: { grace_hours: graceHours } });
}

export function revokeKey(workspace: string, source: string, key: string): Promise<unknown> {
  return request<unknown>(path(PATHS.key, { workspace, source, key }), { method: "DELETE" });
}

export const rejectionsQuery = (workspace: string, source: string | null, code: string | null) =>
  infiniteQueryOptions({
    queryKey: ["rejections", workspace, source, code],
    queryFn: ({ signal, pageParam }) =>
      request<RejectionPage>(path(PATHS.rejections, { workspace }), { query: { source, code, before: pageParam, limit: PAGE }, signal }),
    initialPageParam: null as string | number | null,
    getNextPageParam: (page: RejectionPage) => page.next ?? null,
  });

export function replay(workspace: string, ask: ReplayAsk): Promise<Replayed> {
  return request<Replayed>(path(PATHS.replay, { workspace }), { body: ask });
}

export interface StreamHandlers {
  open: () => void;
  event: (event: LiveEvent) => void;
  rejection: (rejection: LiveRejection) => void;
  /** `again`: the browser itself tries again. */
  lost: (again: boolean) => void;
}

function read<T>(message: Event): T {
  return JSON.parse((message as MessageEvent<string>).data) as T;
}

/** Listens to what arrives, after the last few that arrived before. Returns what ends it. */
export function listen(workspace: string, { open, event, rejection, lost }: StreamHandlers): () => void {
  const stream = new EventSource(path(PATHS.live, { workspace }));
  stream.addEventListener("open", open);
  stream.addEventListener("event", (message) => event(read<LiveEvent>(message)));
  stream.addEventListener("rejection", (message) => rejection(read<LiveRejection>(message)));
  stream.addEventListener("error", () => lost(stream.readyState === EventSource.CONNECTING));
  return () => stream.close();
}
