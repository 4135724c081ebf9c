// Who is one customer: the queue of what people are asked, what they decide, and the rules.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

import { path, request } from "./client";
import { PATHS } from "./paths";
import { tracked } from "./running";
import type {
  CustomerIdentity,
  IdentityCase,
  IdentityDecided,
  IdentityDecisionList,
  IdentityEffect,
  IdentityPolicy,
  IdentityPolicyEffect,
  IdentityReview,
  IdentityVerdict,
  IdentityWhy,
  Saved,
  StitchingPolicy,
  VersionList,
} from "./types";

const PAGE = 50;

/** Everything asked about identities begins with this, so that one decision makes all of it asked again. */
export const identityKey = (workspace: string) => ["identity", workspace] as const;

export const identityReviewQuery = (workspace: string, why: IdentityWhy | null) =>
  infiniteQueryOptions({
    queryKey: [...identityKey(workspace), "review", why],
    queryFn: ({ signal, queryKey, pageParam }) =>
      tracked(queryKey, (queryId) =>
        request<IdentityReview>(path(PATHS.identityReview, { workspace }), { query: { why, after: pageParam, limit: PAGE }, signal, queryId }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page: IdentityReview) => page.next ?? null,
  });

export const identityCaseQuery = (workspace: string, profile: string) =>
  queryOptions({
    queryKey: [...identityKey(workspace), "case", profile],
    queryFn: ({ signal }) => request<IdentityCase>(path(PATHS.identityCase, { workspace, profile }), { signal }),
    retry: false,
  });

export const customerIdentityQuery = (workspace: string, customer: string) =>
  queryOptions({
    queryKey: [...identityKey(workspace), "customer", customer],
    queryFn: ({ signal }) => request<CustomerIdentity>(path(PATHS.customerIdentity, { workspace, customer }), { signal }),
    retry: false,
  });

/** What verdicts would change. */
export const identityPreviewQuery = (workspace: string, verdicts: IdentityVerdict[]) =>
  queryOptions({
    queryKey: [...identityKey(workspace), "preview", verdicts],
    queryFn: ({ signal, queryKey }) =>
      tracked(queryKey, (queryId) => request<IdentityEffect>(path(PATHS.identityPreview, { workspace }), { body: { verdicts }, signal, queryId })),
    retry: false,
  });

export function decideIdentity(workspace: string, verdicts: IdentityVerdict[], note: string): Promise<IdentityDecided> {
  return request<IdentityDecided>(path(PATHS.identityDecisions, { workspace }), { body: { verdicts, note: note || null } });
}

export const identityDecisionsQuery = (workspace: string) =>
  infiniteQueryOptions({
    queryKey: [...identityKey(workspace), "decisions"],
    queryFn: ({ signal, pageParam }) =>
      request<IdentityDecisionList>(path(PATHS.identityDecisions, { workspace }), { query: { after: pageParam, limit: PAGE }, signal }),
    initialPageParam: null as number | null,
    getNextPageParam: (page: IdentityDecisionList) => page.next ?? null,
  });

export function undoIdentityDecision(workspace: string, decision: string): Promise<IdentityDecided> {
  return request<IdentityDecided>(path(PATHS.identityDecision, { workspace, decision }), { method: "DELETE" });
}

/** null: the version in force; 0: the policy every workspace begins with. */
export const identityPolicyQuery = (workspace: string, version: number | null = null) =>
  queryOptions({
    queryKey: [...identityKey(workspace), "policy", version],
    queryFn: ({ signal }) => request<IdentityPolicy>(path(PATHS.identityPolicy, { workspace }), { query: { version }, signal }),
  });

export const identityPolicyVersionsQuery = (workspace: string) =>
  queryOptions({
    queryKey: [...identityKey(workspace), "policy-versions"],
    queryFn: ({ signal }) => request<VersionList>(path(PATHS.identityPolicyVersions, { workspace }), { signal }),
  });

/** What was known before a change stays until its answer comes. */
export const identityPolicyPreviewQuery = (workspace: string, policy: StitchingPolicy) =>
  queryOptions({
    queryKey: [...identityKey(workspace), "policy-preview", policy],
    queryFn: ({ signal, queryKey }) =>
      tracked(queryKey, (queryId) => request<IdentityPolicyEffect>(path(PATHS.identityPolicyPreview, { workspace }), { body: policy, signal, queryId })),
    placeholderData: keepPreviousData,
    retry: false,
  });

/** `expected`: the version the change was made from. */
export function saveIdentityPolicy(workspace: string, policy: StitchingPolicy, expected: number): Promise<Saved> {
  return request<Saved>(path(PATHS.identityPolicy, { workspace }), { method: "PUT", query: { expected_version: expected }, body: policy });
}
