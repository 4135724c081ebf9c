// The columns of the board and where a card may go: the server's rules, told before it is asked.
import { COLUMNS, statusOf } from "../../api/proposals";
import type { ProposalStatus, TrackedProposal } from "../../api/types";

/** Nothing is done that was not in progress, and what was dropped is proposed anew. */
const NEXT: Record<ProposalStatus, readonly ProposalStatus[]> = {
  proposed: ["accepted", "dropped"],
  accepted: ["proposed", "in_progress", "dropped"],
  in_progress: ["accepted", "done", "dropped"],
  done: ["in_progress"],
  dropped: ["proposed"],
};

export function nextOf(status: ProposalStatus): readonly ProposalStatus[] {
  return NEXT[status];
}

/** The cards of each column: those changed last on top. */
export function columns(proposals: readonly TrackedProposal[]): { status: ProposalStatus; cards: TrackedProposal[] }[] {
  return COLUMNS.map((status) => ({
    status,
    cards: proposals.filter((each) => statusOf(each) === status).toSorted((a, b) => b.changed_at_us - a.changed_at_us || b.id - a.id),
  }));
}
