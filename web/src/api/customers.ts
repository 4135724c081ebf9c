// Customers: listed, found by a few letters, and the life of one.
import type { QueryClient } from "@tanstack/react-query";
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

import { request } from "./client";
import { PATHS } from "./paths";
import { tracked } from "./running";
import type { CustomerListing, CustomerOrder } from "./types";

const PAGE = 50;

/** Events a page of a timeline holds. */
export const TIMELINE_PAGE = 100;

export interface Browsing {
  sort: CustomerOrder;
  ascending: boolean;
  segment: string | null;
}

export const allCustomersQuery = (workspace: string, browsing: Browsing) =>
  infiniteQueryOptions({
    queryKey: ["all-customers", workspace, browsing],
    queryFn: ({ signal, queryKey, pageParam }) =>
      tracked(queryKey, (queryId) =>
        request("GET", PATHS.allCustomers, { path: { workspace }, query: { sort: browsing.sort, ascending: browsing.ascending, segment: browsing.segment, after: pageParam, limit: PAGE }, signal, queryId }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page: CustomerListing) => page.next ?? null,
    placeholderData: keepPreviousData,
  });

/** By a name, its sounds or an identifier, also in part; `namespace`: by identifiers of this kind alone. */
export const foundCustomersQuery = (workspace: string, value: string, namespace: string | null) =>
  infiniteQueryOptions({
    queryKey: ["found-customers", workspace, value, namespace],
    queryFn: ({ signal, queryKey, pageParam }) =>
      tracked(queryKey, (queryId) =>
        request("GET", PATHS.search, { path: { workspace }, query: { value, namespace, after: pageParam, limit: PAGE }, signal, queryId }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page: CustomerListing) => page.next ?? null,
  });

/** The best few. */
export const meantCustomersQuery = (workspace: string, value: string, namespace: string | null, limit: number) =>
  queryOptions({
    queryKey: ["meant-customers", workspace, value, namespace, limit],
    queryFn: ({ signal }) => request("GET", PATHS.search, { path: { workspace }, query: { value, namespace, limit }, signal }),
  });

/** Whose events, with the touchpoints of which journey, and which of them. */
export interface Life {
  workspace: string;
  customer: string;
  journey: string | null;
  version: number | null;
  channel: string | null;
  event: string | null;
}

const whose = ({ workspace, customer }: Life) => ({ workspace, customer });

const filters = ({ channel, event }: Life) => ({
  channels: channel === null ? null : JSON.stringify([channel]),
  events: event === null ? null : JSON.stringify([event]),
});

/** A page of the events, the newest on page 0, each page in order of time. */
export const timelineQuery = (life: Life, page: number) =>
  queryOptions({
    queryKey: ["timeline", life, page],
    queryFn: ({ signal }) =>
      request("GET", PATHS.timeline, {
        path: whose(life),
        query: { journey: life.journey, version: life.version, ...filters(life), skip: page * TIMELINE_PAGE, limit: TIMELINE_PAGE },
        signal,
      }),
  });

export const lifeOverviewQuery = (life: Life) =>
  queryOptions({
    queryKey: ["life", life],
    queryFn: ({ signal }) =>
      request("GET", PATHS.customerOverview, { path: whose(life), query: { journey: life.journey, version: life.version, ...filters(life) }, signal }),
    placeholderData: keepPreviousData,
  });

/** How many of the events are later than this moment. */
export async function newerThan(client: QueryClient, life: Life, atUs: number): Promise<number> {
  const page = await client.fetchQuery({
    queryKey: ["timeline-at", life, atUs],
    queryFn: ({ signal }) => request("GET", PATHS.timeline, { path: whose(life), query: { ...filters(life), at_us: atUs, limit: 1 }, signal }),
  });
  return page.newer;
}
