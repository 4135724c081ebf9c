// Who is one customer: the queue of what people are asked, what they decide, and the rules.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

import { request } from "./client";
import { PATHS } from "./paths";
import { tracked } from "./running";
import type {
  IdentityDecided,
  IdentityDecisionList,
  IdentityReview,
  IdentityVerdict,
  IdentityWhy,
  Saved,
  StitchingPolicy,
} from "./types";

const PAGE = 50;

/** Everything asked about identities begins with this, so that one decision makes all of it asked again. */
export const identityKey = (workspace: string) => ["identity", workspace] as const;

export const identityReviewQuery = (workspace: string, why: IdentityWhy | null) =>
  infiniteQueryOptions({
    queryKey: [...identityKey(workspace), "review", why],
    queryFn: ({ signal, queryKey, pageParam }) =>
      tracked(queryKey, (queryId) =>
        request("GET", PATHS.identityReview, { path: { workspace }, query: { why, after: pageParam, limit: PAGE }, signal, queryId }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page: IdentityReview) => page.next ?? null,
  });

export const identityCaseQuery = (workspace: string, profile: string) =>
  queryOptions({
    queryKey: [...identityKey(workspace), "case", profile],
    queryFn: ({ signal }) => request("GET", PATHS.identityCase, { path: { workspace, profile }, signal }),
    retry: false,
  });

export const customerIdentityQuery = (workspace: string, customer: string) =>
  queryOptions({
    queryKey: [...identityKey(workspace), "customer", customer],
    queryFn: ({ signal }) => request("GET", PATHS.customerIdentity, { path: { workspace, customer }, signal }),
    retry: false,
  });

/** What verdicts would change. */
export const identityPreviewQuery = (workspace: string, verdicts: IdentityVerdict[]) =>
  queryOptions({
    queryKey: [...identityKey(workspace), "preview", verdicts],
    queryFn: ({ signal, queryKey }) =>
      tracked(queryKey, (queryId) => request("POST", PATHS.identityPreview, { path: { workspace }, body: { verdicts }, signal, queryId })),
    retry: false,
  });

export function decideIdentity(workspace: string, verdicts: IdentityVerdict[], note: string): Promise<IdentityDecided> {
  return request("POST", PATHS.identityDecisions, { path: { workspace }, body: { verdicts, note: note || null } });
}

export const identityDecisionsQuery = (workspace: string) =>
  infiniteQueryOptions({
    queryKey: [...identityKey(workspace), "decisions"],
    queryFn: ({ signal, pageParam }) =>
      request("GET", PATHS.identityDecisions, { path: { workspace }, query: { after: pageParam, limit: PAGE }, signal }),
    initialPageParam: null as number | null,
    getNextPageParam: (page: IdentityDecisionList) => page.next ?? null,
  });

export function undoIdentityDecision(workspace: string, decision: string): Promise<IdentityDecided> {
  return request("DELETE", PATHS.identityDecision, { path: { workspace, decision } });
}

/** null: the version in force; 0: the policy every workspace begins with. */
export const identityPolicyQuery = (workspace: string, version: number | null = null) =>
  queryOptions({
    queryKey: [...identityKey(workspace), "policy", version],
    queryFn: ({ signal }) => request("GET", PATHS.identityPolicy, { path: { workspace }, query: { version }, signal }),
  });

export const identityPolicyVersionsQuery = (workspace: string) =>
  queryOptions({
    queryKey: [...identityKey(workspace), "policy-versions"],
    queryFn: ({ signal }) => request("GET", PATHS.identityPolicyVersions, { path: { workspace }, signal }),
  });

/** What was known before a change stays until its answer comes. */
export const identityPolicyPreviewQuery = (workspace: string, policy: StitchingPolicy) =>
  queryOptions({
    queryKey: [...identityKey(workspace), "policy-preview", policy],
    queryFn: ({ signal, queryKey }) =>
      tracked(queryKey, (queryId) => request("POST", PATHS.identityPolicyPreview, { path: { workspace }, body: policy, signal, queryId })),
    placeholderData: keepPreviousData,
    retry: false,
  });

/** `expected`: the version the change was made from. */
export function saveIdentityPolicy(workspace: string, policy: StitchingPolicy, expected: number): Promise<Saved> {
  return request("PUT", PATHS.identityPolicy, { path: { workspace }, query: { expected_version: expected }, body: policy });
}
