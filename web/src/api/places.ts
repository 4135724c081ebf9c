// Sites: their definitions, what was asked of their floors, and single walks.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

import { path, request } from "./client";
import { PATHS } from "./paths";
import { tracked } from "./running";
import type { ImportJob, PlaceFlows, PlaceHeat, PlacePains, PlaceQueues, PlaceScope, PlaceStaffing, PlaceTracks, PlaceTrips, PlaceVisitList, PlaceVisits, PlaceZones, Saved, Site, SiteList, SiteVersion, VersionList } from "./types";

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

/** Saves a definition as the next version, unless another one than `expected` is the newest. */
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
}

const ASKED = { visits: PATHS.placeVisits, zones: PATHS.placeZones, flows: PATHS.placeFlows, heat: PATHS.placeHeat, queues: PATHS.placeQueues, staffing: PATHS.placeStaffing, pains: PATHS.placePains, trips: PATHS.placeTrips } as const;

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

/** Points a page of walks holds at most. */
const POINTS = 50_000;

/** A page of single walks of a day; the next begins after `after`. */
export function askTracks(workspace: string, site: string, of: { version?: number; day: string; floor?: string; after: string | null }, signal: AbortSignal): Promise<PlaceTracks> {
  return request<PlaceTracks>(path(PATHS.placeTracks, { workspace, site }), { body: { ...of, limit: POINTS }, signal });
}

/** Visits of a page. */
const VISITS = 20;

/** The visits behind a pain, by its `pick`. */
export const painVisitsQuery = (workspace: string, site: string, question: PlaceQuestion, pain: string) =>
  infiniteQueryOptions({
    queryKey: ["place", workspace, site, "painVisits", question, pain],
    queryFn: ({ pageParam, signal }) => request<PlaceVisitList>(path(PATHS.placeVisitList, { workspace, site }), { body: { ...question, pain, limit: VISITS, ...(pageParam === null ? {} : { after: pageParam }) }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next ?? null,
  });
