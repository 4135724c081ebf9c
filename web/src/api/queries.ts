// The app's questions as TanStack Query options: one function a question, with its cache key.
import { infiniteQueryOptions, keepPreviousData, queryOptions, skipToken } from "@tanstack/react-query";

import type { Answered } from "./client";
import { request } from "./client";
import { PATHS } from "./paths";
import { tracked } from "./running";
import type {
  CustomerList,
  HandlePain,
  Journey,
  JourneyPreview,
  NewJourney,
  NewWorkspace,
  RestoreRequest,
  Saved,
  SavedView,
  SaveProposal,
  Scope,
  TrackedPain,
  TrackedProposal,
  WorkspaceInfo,
} from "./types";

const PAGE = 50;

/** A rule as the app writes one: any of its conditions. */
export interface AskedCondition {
  event?: string[];
  channel?: string[];
  where?: { column: string; op: string; value?: unknown }[];
}
export type AskedRule = AskedCondition[];

/** The part of a scope the app sets; the server fills in the rest. */
export type AskedScope = Pick<Scope, "entry"> & { events?: AskedRule; customers?: AskedRule; subjects?: AskedRule; segments?: string[]; zone: string };

export const workspacesQuery = () =>
  queryOptions({
    queryKey: ["workspaces"],
    queryFn: ({ signal }) => request("GET", PATHS.workspaces, { signal }),
  });

export function createWorkspace(workspace: NewWorkspace): Promise<WorkspaceInfo> {
  return request("POST", PATHS.workspaces, { body: workspace });
}

export const journeysQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["journeys", workspace],
    queryFn: ({ signal }) => request("GET", PATHS.journeys, { path: { workspace }, signal }),
  });

export const versionsQuery = (workspace: string, journey: string) =>
  queryOptions({
    queryKey: ["versions", workspace, journey],
    queryFn: ({ signal }) => request("GET", PATHS.versions, { path: { workspace, journey }, signal }),
  });

export const journeyQuery = (workspace: string, journey: string, version: number | null) =>
  queryOptions({
    queryKey: ["journey", workspace, journey, version],
    queryFn: ({ signal }) =>
      request("GET", PATHS.journey, { path: { workspace, journey }, query: { version }, signal }),
  });

export interface MapAsk {
  workspace: string;
  journey: string;
  /** null: the newest. */
  version: number | null;
  /** Only customers of this persona. */
  persona: string | null;
  scope: AskedScope;
}

/** The part of a request that says what the map is of. */
function asked({ version, persona, scope }: MapAsk): object {
  return { ...(version === null ? {} : { version }), ...(persona === null ? {} : { persona }), scope };
}

export const mapQuery = (ask: MapAsk) =>
  queryOptions({
    queryKey: ["map", ask],
    queryFn: ({ signal, queryKey }) =>
      tracked(queryKey, (queryId) =>
        request("POST", PATHS.map, {
          path: { workspace: ask.workspace, journey: ask.journey },
          body: asked(ask),
          signal,
          queryId,
        }),
      ),
    placeholderData: keepPreviousData,
  });

/** The personas of a journey side by side, each by the same map; whose the map itself is does not matter. */
export const personasQuery = (map: MapAsk) => {
  const ask: MapAsk = { ...map, persona: null };
  return queryOptions({
    queryKey: ["personas", ask],
    queryFn: ({ signal, queryKey }) =>
      tracked(queryKey, (queryId) =>
        request("POST", PATHS.personas, {
          path: { workspace: ask.workspace, journey: ask.journey },
          body: asked(ask),
          signal,
          queryId,
        }),
      ),
    placeholderData: keepPreviousData,
  });
};

/** What the workspace can be cut by, with the most frequent values. */
export const dimensionsQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["dimensions", workspace],
    queryFn: ({ signal, queryKey }) =>
      tracked(queryKey, (queryId) => request("GET", PATHS.dimensions, { path: { workspace }, signal, queryId })),
  });

/** The maps above and below a journey. */
export const hierarchyQuery = (workspace: string, journey: string) =>
  queryOptions({
    queryKey: ["hierarchy", workspace, journey],
    queryFn: ({ signal }) => request("GET", PATHS.hierarchy, { path: { workspace, journey }, signal }),
  });

/** What changed from one version to another. */
export const diffQuery = (workspace: string, journey: string, from: number, to: number) =>
  queryOptions({
    queryKey: ["diff", workspace, journey, from, to],
    queryFn: ({ signal }) => request("GET", PATHS.diff, { path: { workspace, journey }, query: { from, to }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Saves an old version as the next one. `expected_version`: the newest that was seen. */
export function restoreVersion(workspace: string, journey: string, restore: RestoreRequest): Promise<Saved> {
  return request("POST", PATHS.restore, { path: { workspace, journey }, body: restore });
}

export const templatesQuery = () =>
  queryOptions({
    queryKey: ["templates"],
    queryFn: ({ signal }) => request("GET", PATHS.templates, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** A template with its stages and its goal. */
export const templateQuery = (template: string) =>
  queryOptions({
    queryKey: ["template", template],
    queryFn: ({ signal }) => request("GET", PATHS.template, { path: { template }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export function createJourney(workspace: string, journey: NewJourney): Promise<Saved> {
  return request("POST", PATHS.journeys, { path: { workspace }, body: journey });
}

/** A definition as a person wrote it. */
export interface DefinitionFile {
  /** The journey it is to be; the definition must say the same. */
  journey: string;
  text: string;
  format: "yaml" | "json";
  /** The newest version that was seen; 0: there is none. */
  expected_version: number | null;
  note: string;
}

export function saveDefinition(workspace: string, { journey, text, format, expected_version, note }: DefinitionFile): Promise<Saved> {
  return request("PUT", PATHS.journey, {
    path: { workspace, journey },
    query: { expected_version, note: note || null },
    text: { of: `application/${format}`, is: text },
  });
}

/** Saves a definition as the next version, unless another one than `expected` is the newest. */
export function saveJourney(workspace: string, journey: Journey, expected: number, note: string): Promise<Saved> {
  return request("PUT", PATHS.journey, {
    path: { workspace, journey: journey.id },
    query: { expected_version: expected, note: note || null },
    body: journey,
  });
}

/** What a draft's rules take of the events there are, and what they leave; with the draft it was asked of. Null: not known yet. */
export const journeyPreviewQuery = (workspace: string, draft: Journey | null) =>
  queryOptions({
    queryKey: ["journey-preview", workspace, draft],
    queryFn:
      draft === null
        ? skipToken
        : async ({ signal, queryKey }): Promise<{ draft: Journey; preview: JourneyPreview }> => {
            const ask = (queryId: string) => request("POST", PATHS.journeyPreview, { path: { workspace, journey: draft.id }, body: draft, signal, queryId });
            return { draft, preview: await tracked(queryKey, ask) };
          },
    placeholderData: keepPreviousData,
    // Drafts are many and each is asked about once.
    gcTime: 60_000,
  });

/** Whether there are events, and no touchpoint takes any. */
export function matchesNothing(preview: JourneyPreview | undefined): boolean {
  return preview !== undefined && preview.all.events > 0 && preview.matched.events === 0;
}

/** The answer of each analysis. */
export interface Answers {
  funnel: Answered<typeof PATHS.funnel, "POST">;
  paths: Answered<typeof PATHS.paths, "POST">;
  transitions: Answered<typeof PATHS.transitions, "POST">;
  sessions: Answered<typeof PATHS.sessions, "POST">;
  retention: Answered<typeof PATHS.retention, "POST">;
  lifecycle: Answered<typeof PATHS.lifecycle, "POST">;
  stickiness: Answered<typeof PATHS.stickiness, "POST">;
  survival: Answered<typeof PATHS.survival, "POST">;
  attribution: Answered<typeof PATHS.attribution, "POST">;
  segments: Answered<typeof PATHS.segments, "POST">;
  rfm: Answered<typeof PATHS.rfm, "POST">;
}

/** `question` as the API takes it. */
export const analysisQuery = <Kind extends keyof Answers>(workspace: string, kind: Kind, question: object) =>
  queryOptions({
    queryKey: ["analysis", workspace, kind, question],
    queryFn: ({ signal, queryKey }) =>
      // All take a question of their own; which one it is, only the caller knows.
      tracked(queryKey, (queryId) => request("POST", PATHS[kind] as typeof PATHS.funnel, { path: { workspace }, body: question, signal, queryId }) as Promise<unknown> as Promise<Answers[Kind]>),
    placeholderData: keepPreviousData,
  });

/** One statement. It runs only when it is asked for (`refetch`), and is not asked again by itself. */
export const sqlQuery = (workspace: string, sql: string, cell: string) =>
  queryOptions({
    queryKey: ["sql", workspace, cell],
    queryFn: ({ signal, queryKey }) =>
      tracked(queryKey, (queryId) => request("POST", PATHS.sql, { path: { workspace }, body: { sql }, signal, queryId })),
    enabled: false,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The customers behind a number: `question` is the answer's `meta.question`. */
export const customersQuery = (workspace: string, question: string, pick: string) =>
  infiniteQueryOptions({
    queryKey: ["customers", workspace, question, pick],
    queryFn: ({ signal, queryKey, pageParam }) =>
      tracked(queryKey, (queryId) =>
        request("GET", PATHS.customers, {
          path: { workspace },
          query: { question, pick, after: pageParam, limit: PAGE },
          signal,
          queryId,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page: CustomerList) => page.next ?? null,
  });

export const viewQuery = (workspace: string, hash: string) =>
  queryOptions({
    queryKey: ["view", workspace, hash],
    queryFn: ({ signal }) => request("GET", PATHS.view, { path: { workspace, hash }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export function saveView(workspace: string, view: object): Promise<SavedView> {
  return request("POST", PATHS.views, { path: { workspace }, body: view });
}

/** The known pains of a journey, or of all journeys, in the order the server gives them: those that cost most first. */
export const painsQuery = (workspace: string, journey: string | null) =>
  queryOptions({
    queryKey: ["pains", workspace, journey],
    queryFn: ({ signal }) => request("GET", PATHS.pains, { path: { workspace }, query: { journey }, signal }),
  });

export const painQuery = (workspace: string, pain: string) =>
  queryOptions({
    queryKey: ["pain", workspace, pain],
    queryFn: ({ signal }) => request("GET", PATHS.pain, { path: { workspace, pain }, signal }),
  });

/**
 * Looks for pains and keeps what is found. It runs only when it is asked for (`refetch`); a query and no mutation, so
 * that its progress can be shown and it can be cancelled like every other long question.
 */
export const findPainsQuery = (workspace: string, journey: string, zone: string) =>
  queryOptions({
    queryKey: ["find-pains", workspace, journey],
    queryFn: ({ signal, queryKey }) =>
      tracked(queryKey, (queryId) =>
        request("POST", PATHS.findPains, {
          path: { workspace, journey },
          body: { scope: { entry: {}, zone }, record: true },
          signal,
          queryId,
        }),
      ),
    enabled: false,
    retry: false,
    gcTime: 0,
  });

/** What customers a known pain hits met and said. */
export const painVoicesQuery = (workspace: string, pain: string) =>
  queryOptions({
    queryKey: ["pain-voices", workspace, pain],
    queryFn: ({ signal, queryKey }) =>
      tracked(queryKey, (queryId) => request("GET", PATHS.painVoices, { path: { workspace, pain }, signal, queryId })),
  });

export function handlePain(workspace: string, pain: string, decision: HandlePain): Promise<TrackedPain> {
  return request("PUT", PATHS.pain, { path: { workspace, pain }, body: decision });
}

export const proposalsQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["proposals", workspace],
    queryFn: ({ signal }) => request("GET", PATHS.proposals, { path: { workspace }, signal }),
  });

export const proposalQuery = (workspace: string, proposal: number) =>
  queryOptions({
    queryKey: ["proposal", workspace, proposal],
    queryFn: ({ signal }) =>
      request("GET", PATHS.proposal, { path: { workspace, proposal: String(proposal) }, signal }),
  });

/** Keeps a proposal; `id` is null for a new one. */
export function saveProposal(workspace: string, id: number | null, save: SaveProposal): Promise<TrackedProposal> {
  return id === null
    ? request("POST", PATHS.proposals, { path: { workspace }, body: save })
    : request("PUT", PATHS.proposal, { path: { workspace, proposal: String(id) }, body: save });
}
