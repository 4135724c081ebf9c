// What every page reads off a proposal in the same way.
import type { ProposalStatus, TrackedProposal } from "./types";

/** The columns of the board, in its order. */
export const COLUMNS = ["proposed", "accepted", "in_progress", "done", "dropped"] as const satisfies readonly ProposalStatus[];

/** Where it stands; a proposal that does not say so is proposed. */
export function statusOf({ proposal }: Pick<TrackedProposal, "proposal">): ProposalStatus {
  return proposal.status ?? "proposed";
}
