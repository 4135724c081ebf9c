// Who is signed in, who belongs to a workspace and with which role, and what was done.
import type { QueryClient } from "@tanstack/react-query";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { keepCsrf, request } from "./client";
import { PATHS } from "./paths";
import type { AuditEntry, AcceptRequest, AccountChange, AuditPage, NewInvitation, ProviderReturn, ProviderSession, Role, Session, SetupRequest } from "./types";

const SESSION = ["session"] as const;

async function kept(asked: Promise<Session>): Promise<Session> {
  const session = await asked;
  keepCsrf(session.csrf ?? null);
  return session;
}

/** Asked once at the start, and again when the server says that nobody is signed in. */
export const sessionQuery = () =>
  queryOptions({
    queryKey: SESSION,
    queryFn: ({ signal }) => kept(request("GET", PATHS.session, { signal })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });

/** From here on the app is of somebody else: nothing that was asked before is kept. */
export function enter(client: QueryClient, session: Session): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION[0] });
  client.setQueryData(sessionQuery().queryKey, session);
}

export function signIn(email: string, password: string): Promise<Session> {
  return kept(request("POST", PATHS.session, { body: { email, password } }));
}

/** The provider's page to go to, from which the browser comes back to `/sign-in/provider`. */
export async function beginProvider(to: string): Promise<string> {
  return (await request("POST", PATHS.provider, { body: { to } })).url;
}

/** What the provider sent the browser back with; the session, and where to go on to. */
export async function finishProvider(returned: ProviderReturn): Promise<ProviderSession> {
  const entered = await request("PUT", PATHS.provider, { body: returned });
  keepCsrf(entered.session.csrf ?? null);
  return entered;
}

export function signOut(): Promise<void> {
  return request("DELETE", PATHS.session, {});
}

export function changePassword(current: string, next: string): Promise<void> {
  return request("POST", PATHS.password, { body: { current, next } });
}

export function setUp(first: SetupRequest): Promise<Session> {
  return kept(request("POST", PATHS.setup, { body: first }));
}

export const invitedQuery = (token: string) =>
  queryOptions({
    queryKey: ["invited", token],
    queryFn: ({ signal }) => request("GET", PATHS.invited, { path: { token }, signal }),
    retry: false,
  });

/** `name` only of somebody who is not known yet. */
export function accept(token: string, answer: AcceptRequest): Promise<Session> {
  return kept(request("POST", PATHS.invited, { path: { token }, body: answer }));
}

export const accountsQuery = () =>
  queryOptions({
    queryKey: ["accounts"],
    queryFn: ({ signal }) => request("GET", PATHS.people, { signal }),
  });

export function changeAccount(person: string, change: AccountChange): Promise<unknown> {
  return request("PATCH", PATHS.person, { path: { person }, body: change });
}

export const membersQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["members", workspace],
    queryFn: ({ signal }) => request("GET", PATHS.members, { path: { workspace }, signal }),
  });

/** `stores` is null for the whole workspace. */
export function setRole(workspace: string, person: string, role: Role, stores: readonly string[] | null): Promise<unknown> {
  return request("PUT", PATHS.member, { path: { workspace, person }, body: { role, stores } });
}

export function removeMember(workspace: string, person: string): Promise<unknown> {
  return request("DELETE", PATHS.member, { path: { workspace, person } });
}

/** `stores` is null for the whole workspace. */
export function invite(workspace: string, email: string, role: Role, stores: readonly string[] | null): Promise<NewInvitation> {
  return request("POST", PATHS.invitations, { path: { workspace }, body: { email, role, stores } });
}

export function revokeInvitation(workspace: string, invitation: string): Promise<unknown> {
  return request("DELETE", PATHS.invitation, { path: { workspace, invitation } });
}

export interface AuditFilter {
  action: string | null;
  person: string | null;
}

const AUDIT_PAGE = 50;

/** Newest first. */
export const auditQuery = (workspace: string, { action, person }: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ["audit", workspace, action, person],
    queryFn: ({ signal, pageParam }) =>
      // An address may name any; the server refuses what it does not know.
      request("GET", PATHS.audit, { path: { workspace }, query: { before: pageParam, limit: AUDIT_PAGE, action: action as AuditEntry["action"] | null, person }, signal }),
    initialPageParam: null as number | null,
    getNextPageParam: (page: AuditPage) => page.next ?? null,
    staleTime: 0,
  });
