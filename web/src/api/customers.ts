// Customers: listed, found by a few letters, and the life of one.
import type { QueryClient } from "@tanstack/react-query";
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

import { request } from "./client";
import { PATHS } from "./paths";
import { tracked } from "./running";
import type { CustomerListing, CustomerOrder, Timeline } from "./types";

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

/** Every page of a life's timeline that was asked for. */
export const timelineKey = (life: Life) => ["timeline", life] as const;

/**
 * A page of the events, the newest on page 0, each page in order of time. Pages are counted among the events there were `since`
 * then: `arrived` later ones come before them, and what was asked for stays what it is.
 */
export const timelineQuery = (life: Life, page: number, since = 0, arrived = 0) =>
  queryOptions({
    queryKey: [...timelineKey(life), ...(page === 0 ? [0] : [page, since])],
    queryFn: ({ signal }) =>
      request("GET", PATHS.timeline, {
        path: whose(life),
        query: { journey: life.journey, version: life.version, ...filters(life), skip: page === 0 ? 0 : Math.max(0, page * TIMELINE_PAGE + arrived), limit: TIMELINE_PAGE },
        signal,
      }),
  });

/**
 * Looks at the newest events anew, and at what else has changed with them: how much there is of all, and the pages of older
 * events where one came among those.
 */
export async function lookAnew(client: QueryClient, life: Life): Promise<void> {
  const newest = timelineQuery(life, 0);
  const before = client.getQueryData(newest.queryKey);
  const after = await client.fetchQuery({ ...newest, staleTime: 0 });
  if (!before || (before.customer.events === after.customer.events && before.matched === after.matched)) return;
  client.removeQueries({ queryKey: ["timeline-at", life] });
  const others = cameOnTop(before, after) ? [] : [client.invalidateQueries({ queryKey: timelineKey(life), predicate: ({ queryKey }) => queryKey[2] !== 0 })];
  await Promise.all([client.invalidateQueries({ queryKey: ["life", life] }), ...others]);
}

/** Whether all that came since is newer than all that was there. */
function cameOnTop(before: Timeline, after: Timeline): boolean {
  const last = before.events.at(-1)?.event_id;
  const at = after.events.findIndex((event) => event.event_id === last);
  return at >= 0 && after.events.length - 1 - at === after.matched - before.matched;
}

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
