// What each role may do. The server decides; this keeps what it would refuse out of sight.
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";

import { sessionQuery } from "../api/access";
import type { Role, Session } from "../api/types";

/** From the least to the most; each may what those before it may. */
export const ROLES = ["viewer", "analyst", "editor", "owner"] as const satisfies readonly Role[];

/** The least role for each thing there is to do, in the order they are told to people; a test holds it to the server. */
export const NEEDED = {
  read_answers: "viewer",
  save_views: "analyst",
  save_segments: "analyst",
  comment: "analyst",
  ask_sql: "analyst",
  export: "analyst",
  see_customers: "analyst",
  change_journeys: "editor",
  handle_pains: "editor",
  handle_proposals: "editor",
  manage_sources: "editor",
  change_traffic: "editor",
  decide_identity: "editor",
  manage_members: "owner",
  manage_keys: "owner",
  change_identity_policy: "owner",
  read_audit: "owner",
} as const satisfies Record<string, Role>;

export type Ability = keyof typeof NEEDED;
export const ABILITIES = Object.keys(NEEDED) as Ability[];

export function atLeast(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** The role in a workspace; null: none. Where no sign-in is asked for, everybody is the owner. */
export function roleIn(session: Session, workspace: string): Role | null {
  if (session.open) return "owner";
  return session.roles.find((each) => each.workspace === workspace)?.role ?? null;
}

export function may(role: Role | null, ability: Ability): boolean {
  return role !== null && atLeast(role, NEEDED[ability]);
}

/** The stores (门店) a person is limited to in a workspace; null: they see all of it. */
export function storesIn(session: Session, workspace: string): readonly string[] | null {
  if (session.open) return null;
  return session.roles.find((each) => each.workspace === workspace)?.stores ?? null;
}

/** Whether a role can be limited to stores; those above change what is everybody's. */
export function canBeLimited(role: Role): boolean {
  return !atLeast(role, "editor");
}

/** What a limit to stores takes from the roles that can have one, since it looks at, or changes, the whole workspace: things
 * there are to do, and pages of the sidebar. Each by the operation it is nothing without; a test holds them to the server. */
export const OF_THE_WHOLE = {
  save_segments: "saveSegment",
  ask_sql: "sql",
  live: "watchLive",
  imports: "listImports",
  sources: "listSources",
  keys: "listSources",
  rejections: "listRejections",
  dictionary: "showDictionary",
  traffic: "previewTraffic",
  identity: "listIdentityReview",
  pains: "listPains",
  proposals: "listProposals",
} as const;

/** The role a refusal of the server asks for: it stands between backticks; null where none is named. */
export function neededRole(message: string): Role | "administrator" | null {
  const word = /`(\w+)`/.exec(message)?.[1];
  return word === "administrator" ? word : (ROLES.find((role) => role === word) ?? null);
}

/** Who is at the screen; undefined until the server has said it. */
export function useSession(): Session | undefined {
  return useQuery(sessionQuery()).data;
}

/** The role in `workspace`, or else in the workspace of the page. */
export function useRole(workspace?: string): Role | null {
  const session = useSession();
  const { workspace: shown } = useParams({ strict: false });
  const id = workspace ?? shown;
  return session && id !== undefined ? roleIn(session, id) : null;
}

/** Whether the person may do something in the workspace of the page. */
export function useMay(workspace?: string): (ability: Ability) => boolean {
  const role = useRole(workspace);
  const limited = useStores(workspace) !== null;
  return (ability) => may(role, ability) && !(limited && ability in OF_THE_WHOLE);
}

/** The stores the person is limited to in `workspace`, or else in the workspace of the page; null: to none. */
export function useStores(workspace?: string): readonly string[] | null {
  const session = useSession();
  const { workspace: shown } = useParams({ strict: false });
  const id = workspace ?? shown;
  return session && id !== undefined ? storesIn(session, id) : null;
}

/** Whether the person manages the installation: its accounts and its workspaces. */
export function useAdministers(): boolean {
  const session = useSession();
  return session?.open === true || session?.person?.administrator === true;
}
