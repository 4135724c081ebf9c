// Who is signed in, who belongs to a workspace and with which role, and what was done.
import type { QueryClient } from "@tanstack/react-query";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { keepCsrf, path, request } from "./client";
import type { LocalizedText } from "./types";

export const ACCESS_PATHS = {
  session: "/v1/session",
  password: "/v1/session/password",
  setup: "/v1/setup",
  people: "/v1/people",
  person: "/v1/people/{person}",
  members: "/v1/workspaces/{workspace}/members",
  member: "/v1/workspaces/{workspace}/members/{person}",
  invitations: "/v1/workspaces/{workspace}/invitations",
  invitation: "/v1/workspaces/{workspace}/invitations/{invitation}",
  invited: "/v1/invitations/{token}",
  audit: "/v1/workspaces/{workspace}/audit",
} as const;

export type Role = "viewer" | "analyst" | "editor" | "owner";

export interface Person {
  id: string;
  name: string;
  email: string;
  administrator: boolean;
}

export interface Session {
  /** null: nobody is signed in. */
  person: Person | null;
  /** No sign-in is asked for: everybody on this machine is the owner. */
  open: boolean;
  /** Nobody exists yet; the first administrator is to be made. */
  setup: boolean;
  csrf: string | null;
  roles: { workspace: string; role: Role }[];
}

export interface Account extends Person {
  disabled: boolean;
  created_us: number;
}

export interface Member {
  person: { id: string; name: string; email: string; disabled: boolean };
  role: Role;
}

export interface PendingInvitation {
  id: string;
  email: string;
  role: Role;
  expires_us: number;
}

export interface MemberList {
  members: Member[];
  invitations: PendingInvitation[];
}

export interface NewInvitation {
  id: string;
  /** Shown this once. */
  token: string;
  expires_us: number;
}

export interface Invited {
  workspace: { id: string; name: LocalizedText };
  email: string;
  role: Role;
  /** Whether the address belongs to somebody who can sign in already. */
  known: boolean;
}

export interface AuditEntry {
  seq: number;
  time_us: number;
  /** null: nobody was signed in. `local`: whoever used an open server; `terminal`: the command line. */
  person: { id: string; name: string } | null;
  action: string;
  /** An id, or a keyed hash in place of personal data. May be empty. */
  target: string;
  detail: unknown;
  address_hash: string | null;
}

export interface AuditPage {
  entries: AuditEntry[];
  /** `broken_at`: the first entry of the whole installation that does not follow from the one before. */
  chain: { intact: boolean; broken_at: number | null };
  next: number | null;
}

const SESSION = ["session"] as const;

async function kept(asked: Promise<Session>): Promise<Session> {
  const session = await asked;
  keepCsrf(session.csrf);
  return session;
}

/** Asked once at the start, and again when the server says that nobody is signed in. */
export const sessionQuery = () =>
  queryOptions({
    queryKey: SESSION,
    queryFn: ({ signal }) => kept(request<Session>(ACCESS_PATHS.session, { signal })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });

/** From here on the app is of somebody else: nothing that was asked before is kept. */
export function enter(client: QueryClient, session: Session): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION[0] });
  client.setQueryData(sessionQuery().queryKey, session);
}

export function signIn(email: string, password: string): Promise<Session> {
  return kept(request<Session>(ACCESS_PATHS.session, { body: { email, password } }));
}

export function signOut(): Promise<void> {
  return request<void>(ACCESS_PATHS.session, { method: "DELETE" });
}

export function changePassword(current: string, next: string): Promise<void> {
  return request<void>(ACCESS_PATHS.password, { body: { current, next } });
}

export function setUp(first: { token: string; name: string; email: string; password: string }): Promise<Session> {
  return kept(request<Session>(ACCESS_PATHS.setup, { body: first }));
}

export const invitedQuery = (token: string) =>
  queryOptions({
    queryKey: ["invited", token],
    queryFn: ({ signal }) => request<Invited>(path(ACCESS_PATHS.invited, { token }), { signal }),
    retry: false,
  });

/** `name` only of somebody who is not known yet. */
export function accept(token: string, answer: { name?: string; password: string }): Promise<Session> {
  return kept(request<Session>(path(ACCESS_PATHS.invited, { token }), { body: answer }));
}

export const accountsQuery = () =>
  queryOptions({
    queryKey: ["accounts"],
    queryFn: ({ signal }) => request<{ people: Account[] }>(ACCESS_PATHS.people, { signal }),
  });

export function changeAccount(person: string, change: { administrator?: boolean; disabled?: boolean }): Promise<unknown> {
  return request<unknown>(path(ACCESS_PATHS.person, { person }), { method: "PATCH", body: change });
}

export const membersQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["members", workspace],
    queryFn: ({ signal }) => request<MemberList>(path(ACCESS_PATHS.members, { workspace }), { signal }),
  });

export function setRole(workspace: string, person: string, role: Role): Promise<unknown> {
  return request<unknown>(path(ACCESS_PATHS.member, { workspace, person }), { method: "PUT", body: { role } });
}

export function removeMember(workspace: string, person: string): Promise<unknown> {
  return request<unknown>(path(ACCESS_PATHS.member, { workspace, person }), { method: "DELETE" });
}

export function invite(workspace: string, email: string, role: Role): Promise<NewInvitation> {
  return request<NewInvitation>(path(ACCESS_PATHS.invitations, { workspace }), { body: { email, role } });
}

export function revokeInvitation(workspace: string, invitation: string): Promise<unknown> {
  return request<unknown>(path(ACCESS_PATHS.invitation, { workspace, invitation }), { method: "DELETE" });
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
      request<AuditPage>(path(ACCESS_PATHS.audit, { workspace }), { query: { before: pageParam, limit: AUDIT_PAGE, action, person }, signal }),
    initialPageParam: null as number | null,
    getNextPageParam: (page: AuditPage) => page.next,
    staleTime: 0,
  });
