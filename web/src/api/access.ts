// Who is signed in, who belongs to a workspace and with which role, and what was done.
import type { QueryClient } from "@tanstack/react-query";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { keepCsrf, path, request } from "./client";
import { PATHS } from "./paths";
import type { AcceptRequest, AccountChange, AuditPage, Invited, MemberList, NewInvitation, PersonList, ProviderReturn, ProviderSession, ProviderSignIn, Role, Session, SetupRequest } from "./types";

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
    queryFn: ({ signal }) => kept(request<Session>(PATHS.session, { signal })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });

/** From here on the app is of somebody else: nothing that was asked before is kept. */
export function enter(client: QueryClient, session: Session): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION[0] });
  client.setQueryData(sessionQuery().queryKey, session);
}

export function signIn(email: string, password: string): Promise<Session> {
  return kept(request<Session>(PATHS.session, { body: { email, password } }));
}

/** The provider's page to go to, from which the browser comes back to `/sign-in/provider`. */
export async function beginProvider(to: string): Promise<string> {
  return (await request<ProviderSignIn>(PATHS.provider, { body: { to } })).url;
}

/** What the provider sent the browser back with; the session, and where to go on to. */
export async function finishProvider(returned: ProviderReturn): Promise<ProviderSession> {
  const entered = await request<ProviderSession>(PATHS.provider, { method: "PUT", body: returned });
  keepCsrf(entered.session.csrf ?? null);
  return entered;
}

export function signOut(): Promise<void> {
  return request<void>(PATHS.session, { method: "DELETE" });
}

export function changePassword(current: string, next: string): Promise<void> {
  return request<void>(PATHS.password, { body: { current, next } });
}

export function setUp(first: SetupRequest): Promise<Session> {
  return kept(request<Session>(PATHS.setup, { body: first }));
}

export const invitedQuery = (token: string) =>
  queryOptions({
    queryKey: ["invited", token],
    queryFn: ({ signal }) => request<Invited>(path(PATHS.invited, { token }), { signal }),
    retry: false,
  });

/** `name` only of somebody who is not known yet. */
export function accept(token: string, answer: AcceptRequest): Promise<Session> {
  return kept(request<Session>(path(PATHS.invited, { token }), { body: answer }));
}

export const accountsQuery = () =>
  queryOptions({
    queryKey: ["accounts"],
    queryFn: ({ signal }) => request<PersonList>(PATHS.people, { signal }),
  });

export function changeAccount(person: string, change: AccountChange): Promise<unknown> {
  return request<unknown>(path(PATHS.person, { person }), { method: "PATCH", body: change });
}

export const membersQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["members", workspace],
    queryFn: ({ signal }) => request<MemberList>(path(PATHS.members, { workspace }), { signal }),
  });

/** `stores` is null for the whole workspace. */
export function setRole(workspace: string, person: string, role: Role, stores: readonly string[] | null): Promise<unknown> {
  return request<unknown>(path(PATHS.member, { workspace, person }), { method: "PUT", body: { role, stores } });
}

export function removeMember(workspace: string, person: string): Promise<unknown> {
  return request<unknown>(path(PATHS.member, { workspace, person }), { method: "DELETE" });
}

/** `stores` is null for the whole workspace. */
export function invite(workspace: string, email: string, role: Role, stores: readonly string[] | null): Promise<NewInvitation> {
  return request<NewInvitation>(path(PATHS.invitations, { workspace }), { body: { email, role, stores } });
}

export function revokeInvitation(workspace: string, invitation: string): Promise<unknown> {
  return request<unknown>(path(PATHS.invitation, { workspace, invitation }), { method: "DELETE" });
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
      request<AuditPage>(path(PATHS.audit, { workspace }), { query: { before: pageParam, limit: AUDIT_PAGE, action, person }, signal }),
    initialPageParam: null as number | null,
    getNextPageParam: (page: AuditPage) => page.next ?? null,
    staleTime: 0,
  });
