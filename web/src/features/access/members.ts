// Rules of the list of members.
import type { Member } from "../../api/types";

/** Whether a workspace would be without an owner who can sign in if this member were none. */
export function isLastOwner(members: readonly Member[], id: string): boolean {
  const owners = members.filter(({ role, person }) => role === "owner" && !person.disabled);
  return owners.length === 1 && owners[0]?.person.id === id;
}
