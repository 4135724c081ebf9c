// Sites: their definitions, what was asked of their floors, and single walks.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

import { path, request } from "./client";
import { PATHS } from "./paths";
import { tracked } from "./running";
import type {
  ForecastList,
  ImportJob,
  KeptForecast,
  PlaceBehind,
  PlaceFlows,
  PlaceForecast,
  PlaceForecastScore,
  PlaceHeat,
  PlacePains,
  PlaceQueues,
  PlaceScope,
  PlaceStaffing,
  PlaceTracks,
  PlaceTrips,
  PlaceVisitList,
  PlaceVisits,
  PlaceZones,
  PlanDraft,
  PlanRequest,
  PositionDays,
  Saved,
  Site,
  SiteList,
  SiteVersion,
  VersionList,
} from "./types";

/** First keys of what follows from the definitions of sites. */
export const OF_SITES = ["sites", "site", "site-versions", "place"] as const;

export const sitesQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["sites", workspace],
    queryFn: ({ signal }) => request<SiteList>(path(PATHS.sites, { workspace }), { signal }),
  });

/** `version` null: the newest. */
export const siteQuery = (workspace: string, site: string, version: number | null) =>
  queryOptions({
    queryKey: ["site", workspace, site, version],
    queryFn: ({ signal }) => request<SiteVersion>(path(PATHS.site, { workspace, site }), { query: { version }, signal }),
  });

export const siteVersionsQuery = (workspace: string, site: string) =>
  queryOptions({
    queryKey: ["site-versions", workspace, site],
    queryFn: ({ signal }) => request<VersionList>(path(PATHS.siteVersions, { workspace, site }), { signal }),
  });

/** Saves a definition as the next version, unless another one than `expected` is the newest; 0: there is none yet. */
export function saveSite(workspace: string, site: Site, expected: number, note: string): Promise<Saved> {
  return request<Saved>(path(PATHS.site, { workspace, site: site.id }), { method: "PUT", query: { expected_version: expected, note: note || null }, body: site });
}

/** Begins to read days anew that were not read by the plan and the rules as they are now; it is watched as imports are. */
export function replayPositions(workspace: string, site: string): Promise<ImportJob> {
  return request<ImportJob>(path(PATHS.siteReplay, { workspace, site }), { method: "POST" });
}

/** The answer of each question about a floor. */
export interface PlaceAnswers {
  visits: PlaceVisits;
  zones: PlaceZones;
  flows: PlaceFlows;
  heat: PlaceHeat;
  queues: PlaceQueues;
  staffing: PlaceStaffing;
  pains: PlacePains;
  trips: PlaceTrips;
  forecast: PlaceForecast;
}

const ASKED = { visits: PATHS.placeVisits, zones: PATHS.placeZones, flows: PATHS.placeFlows, heat: PATHS.placeHeat, queues: PATHS.placeQueues, staffing: PATHS.placeStaffing, pains: PATHS.placePains, trips: PATHS.placeTrips, forecast: PATHS.placeForecast } as const;

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
      tracked(queryKey, (queryId) => request<PlaceAnswers[Kind]>(path(ASKED[kind], { workspace, site }), { body: { ...question, ...more }, signal, queryId })),
    placeholderData: keepPreviousData,
    retry: false,
  });

/** The forecasts of a site that were written down, the newest first. */
export const forecastsQuery = (workspace: string, site: string) =>
  queryOptions({
    queryKey: ["forecasts", workspace, site],
    queryFn: ({ signal }) => request<ForecastList>(path(PATHS.forecasts, { workspace, site }), { signal }),
  });

/** One of them with its answer, which nobody changes. */
export const forecastQuery = (workspace: string, site: string, forecast: number) =>
  queryOptions({
    queryKey: ["forecast", workspace, site, forecast],
    queryFn: ({ signal }) => request<KeptForecast>(path(PATHS.forecast, { workspace, site, forecast: String(forecast) }), { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

/** It against what happened since. */
export const forecastScoreQuery = (workspace: string, site: string, forecast: number) => {
  const queryKey = ["place", workspace, site, "forecast-score", forecast];
  return queryOptions({
    queryKey,
    queryFn: ({ signal }) =>
      tracked(queryKey, (queryId) => request<PlaceForecastScore>(path(PATHS.forecastScore, { workspace, site, forecast: String(forecast) }), { body: {}, signal, queryId })),
    retry: false,
  });
};

/** Makes a forecast and writes it down; `key` is what its progress is known by. */
export function keepForecast(workspace: string, site: string, title: string, question: PlaceQuestion & { change: object }, key: readonly unknown[]): Promise<KeptForecast> {
  return tracked(key, (queryId) => request<KeptForecast>(path(PATHS.forecasts, { workspace, site }), { body: { title, question }, queryId }));
}

export function deleteForecast(workspace: string, site: string, forecast: number): Promise<{ id: number }> {
  return request<{ id: number }>(path(PATHS.forecast, { workspace, site, forecast: String(forecast) }), { method: "DELETE" });
}

/** Points a page of walks holds at most. */
const POINTS = 50_000;

/** A page of single walks of a day; the next begins after `after`. */
export function askTracks(workspace: string, site: string, of: { version?: number; day: string; floor?: string; visit?: string; from_minute?: number; to_minute?: number; after: string | null }, signal: AbortSignal): Promise<PlaceTracks> {
  return request<PlaceTracks>(path(PATHS.placeTracks, { workspace, site }), { body: { ...of, limit: POINTS }, signal });
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
      tracked(queryKey, (queryId) => request<PlaceVisitList>(path(PATHS.placeVisitList, { workspace, site }), { body: { ...question, ...wanted, after: pageParam, limit: VISITS }, signal, queryId })),
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
    queryFn: ({ signal }) => request<PositionDays>(path(PATHS.siteDays, { workspace, site }), { signal }),
  });

/** Begins to import a file of positions that was handed in; it is watched as other imports are. */
export function importPositions(workspace: string, site: string, upload: string): Promise<ImportJob> {
  return request<ImportJob>(path(PATHS.siteImports, { workspace, site }), { body: { upload } });
}

/** Removes the positions of a day, or of all of them. */
export function removePositions(workspace: string, site: string, of: { day: string } | { before: string } | { all: "true" }): Promise<{ positions: number }> {
  return request<{ positions: number }>(path(PATHS.sitePositions, { workspace, site }), { method: "DELETE", query: of });
}

/** What a plan that was handed in comes to. Nothing is stored. */
export const planQuery = (workspace: string, upload: string, said: Partial<PlanRequest>) => {
  const queryKey = ["plan-draft", workspace, upload, said];
  return queryOptions({
    queryKey,
    queryFn: ({ signal }) => tracked(queryKey, (queryId) => request<PlanDraft>(path(PATHS.uploadedPlan, { workspace, upload }), { body: said, signal, queryId })),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
    retry: false,
  });
};
