// Sites: their definitions, what was asked of their floors, and single walks.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

import type { Answered } from "./client";
import { request } from "./client";
import { PATHS } from "./paths";
import { tracked } from "./running";
import type {
  ImportJob,
  KeptForecast,
  PlaceBehind,
  PlaceScope,
  PlaceTracks,
  PlanRequest,
  Saved,
  Site,
} from "./types";

/** First keys of what follows from the definitions of sites. */
export const OF_SITES = ["sites", "site", "site-versions", "place"] as const;

export const sitesQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["sites", workspace],
    queryFn: ({ signal }) => request("GET", PATHS.sites, { path: { workspace }, signal }),
  });

/** `version` null: the newest. */
export const siteQuery = (workspace: string, site: string, version: number | null) =>
  queryOptions({
    queryKey: ["site", workspace, site, version],
    queryFn: ({ signal }) => request("GET", PATHS.site, { path: { workspace, site }, query: { version }, signal }),
  });

export const siteVersionsQuery = (workspace: string, site: string) =>
  queryOptions({
    queryKey: ["site-versions", workspace, site],
    queryFn: ({ signal }) => request("GET", PATHS.siteVersions, { path: { workspace, site }, signal }),
  });

/** Saves a definition as the next version, unless another one than `expected` is the newest; 0: there is none yet. */
export function saveSite(workspace: string, site: Site, expected: number, note: string): Promise<Saved> {
  return request("PUT", PATHS.site, { path: { workspace, site: site.id }, query: { expected_version: expected, note: note || null }, body: site });
}

/** Begins to read days anew that were not read by the plan and the rules as they are now; it is watched as imports are. */
export function replayPositions(workspace: string, site: string): Promise<ImportJob> {
  return request("POST", PATHS.siteReplay, { path: { workspace, site } });
}

const ASKED = { visits: PATHS.placeVisits, zones: PATHS.placeZones, flows: PATHS.placeFlows, heat: PATHS.placeHeat, queues: PATHS.placeQueues, staffing: PATHS.placeStaffing, pains: PATHS.placePains, trips: PATHS.placeTrips, forecast: PATHS.placeForecast } as const;
/** The answer of each question about a floor. */
export interface PlaceAnswers {
  visits: Answered<typeof ASKED.visits, "POST">;
  zones: Answered<typeof ASKED.zones, "POST">;
  flows: Answered<typeof ASKED.flows, "POST">;
  heat: Answered<typeof ASKED.heat, "POST">;
  queues: Answered<typeof ASKED.queues, "POST">;
  staffing: Answered<typeof ASKED.staffing, "POST">;
  pains: Answered<typeof ASKED.pains, "POST">;
  trips: Answered<typeof ASKED.trips, "POST">;
  forecast: Answered<typeof ASKED.forecast, "POST">;
}

/** What every question about a floor is of. */
export interface PlaceQuestion {
  version?: number;
  scope: Partial<PlaceScope>;
}

/** `more`: what this question alone takes. */
export const placeQuery = <Kind extends keyof PlaceAnswers>(workspace: string, site: string, kind: Kind, question: PlaceQuestion, more: object = {}) =>
  queryOptions({
    queryKey: ["place", workspace, site, kind, question, more],
    queryFn: ({ signal, queryKey }) =>
      // Each takes what all take, and more of its own.
      tracked(queryKey, (queryId) => request("POST", ASKED[kind] as typeof ASKED.visits, { path: { workspace, site }, body: { ...question, ...more }, signal, queryId }) as Promise<unknown> as Promise<PlaceAnswers[Kind]>),
    placeholderData: keepPreviousData,
    retry: false,
  });

/** The forecasts of a site that were written down, the newest first. */
export const forecastsQuery = (workspace: string, site: string) =>
  queryOptions({
    queryKey: ["forecasts", workspace, site],
    queryFn: ({ signal }) => request("GET", PATHS.forecasts, { path: { workspace, site }, signal }),
  });

/** One of them with its answer, which nobody changes. */
export const forecastQuery = (workspace: string, site: string, forecast: number) =>
  queryOptions({
    queryKey: ["forecast", workspace, site, forecast],
    queryFn: ({ signal }) => request("GET", PATHS.forecast, { path: { workspace, site, forecast: String(forecast) }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

/** It against what happened since. */
export const forecastScoreQuery = (workspace: string, site: string, forecast: number) => {
  const queryKey = ["place", workspace, site, "forecast-score", forecast];
  return queryOptions({
    queryKey,
    queryFn: ({ signal }) =>
      tracked(queryKey, (queryId) => request("POST", PATHS.forecastScore, { path: { workspace, site, forecast: String(forecast) }, body: {}, signal, queryId })),
    retry: false,
  });
};

/** Makes a forecast and writes it down; `key` is what its progress is known by. */
export function keepForecast(workspace: string, site: string, title: string, question: PlaceQuestion & { change: object }, key: readonly unknown[]): Promise<KeptForecast> {
  return tracked(key, (queryId) => request("POST", PATHS.forecasts, { path: { workspace, site }, body: { title, question }, queryId }));
}

export function deleteForecast(workspace: string, site: string, forecast: number): Promise<{ id: number }> {
  return request("DELETE", PATHS.forecast, { path: { workspace, site, forecast: String(forecast) } });
}

/** Points a page of walks holds at most. */
const POINTS = 50_000;

/** A page of single walks of a day; the next begins after `after`. */
export function askTracks(workspace: string, site: string, of: { version?: number; day: string; floor?: string; visit?: string; from_minute?: number; to_minute?: number; after: string | null }, signal: AbortSignal): Promise<PlaceTracks> {
  return request("POST", PATHS.placeTracks, { path: { workspace, site }, body: { ...of, limit: POINTS }, signal });
}

/** Which single visits are asked for. */
export interface VisitsWanted {
  zone?: string;
  behind?: PlaceBehind;
  bought?: boolean;
  detour_from?: number;
  /** The `pick` of a pain. */
  pain?: string;
}

/** Visits of a page of the list. */
const VISITS = 50;

/** Single visits by when they began, page by page. */
export const visitListQuery = (workspace: string, site: string, question: PlaceQuestion, wanted: VisitsWanted) =>
  infiniteQueryOptions({
    queryKey: ["place", workspace, site, "list", question, wanted],
    queryFn: ({ signal, pageParam, queryKey }) =>
      tracked(queryKey, (queryId) => request("POST", PATHS.placeVisitList, { path: { workspace, site }, body: { ...question, ...wanted, after: pageParam, limit: VISITS }, signal, queryId })),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next ?? null,
    retry: false,
  });

/** The walk of one visit. */
export const walkQuery = (workspace: string, site: string, of: { version?: number; day: string; visit: string }) =>
  queryOptions({
    queryKey: ["place", workspace, site, "walk", of],
    queryFn: ({ signal }) => askTracks(workspace, site, { ...of, after: null }, signal),
    gcTime: 0,
    retry: false,
  });

/** Days of a site there are positions of. */
export const positionDaysQuery = (workspace: string, site: string) =>
  queryOptions({
    queryKey: ["place", workspace, site, "days"],
    queryFn: ({ signal }) => request("GET", PATHS.siteDays, { path: { workspace, site }, signal }),
  });

/** Begins to import a file of positions that was handed in; it is watched as other imports are. */
export function importPositions(workspace: string, site: string, upload: string): Promise<ImportJob> {
  return request("POST", PATHS.siteImports, { path: { workspace, site }, body: { upload } });
}

/** Removes the positions of a day, or of all of them. */
export function removePositions(workspace: string, site: string, of: { day: string } | { before: string } | { all: true }): Promise<{ positions: number }> {
  return request("DELETE", PATHS.sitePositions, { path: { workspace, site }, query: of });
}

/** What a plan that was handed in comes to. Nothing is stored. */
export const planQuery = (workspace: string, upload: string, said: Partial<PlanRequest>) => {
  const queryKey = ["plan-draft", workspace, upload, said];
  return queryOptions({
    queryKey,
    queryFn: ({ signal }) => tracked(queryKey, (queryId) => request("POST", PATHS.uploadedPlan, { path: { workspace, upload }, body: said, signal, queryId })),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
    retry: false,
  });
};
