// Proposals that should be done by now and are neither done nor dropped.
import { statusOf } from "../../api/proposals";
import type { TrackedProposal } from "../../api/types";
import { isOver } from "./days";

/** Longest overdue first. */
export function overdue(proposals: readonly TrackedProposal[], today: string): TrackedProposal[] {
  const open = proposals.filter((each) => !["done", "dropped"].includes(statusOf(each)));
  return open.filter(({ proposal }) => proposal.due != null && isOver(proposal.due, today)).toSorted((a, b) => ((a.proposal.due ?? "") < (b.proposal.due ?? "") ? -1 : 1));
}
