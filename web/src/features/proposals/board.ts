// The columns of the board, which cards are shown, and where one may go: the server's rules, told before it is asked.
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

/** The steps from one status to another, the last of them that; the shortest way there is. */
export function wayTo(from: ProposalStatus, to: ProposalStatus): ProposalStatus[] {
  const ways = new Map<ProposalStatus, ProposalStatus[]>([[from, []]]);
  for (const [status, way] of ways) for (const next of NEXT[status]) if (!ways.has(next)) ways.set(next, [...way, next]);
  return ways.get(to) ?? [];
}

/** What is dragged says which status it has, so that only columns it may go to take it. */
export const typeOf = (status: ProposalStatus): string => `application/x-throughline-proposal-${status}`;

/** From where a card may come. */
export function fromOf(status: ProposalStatus): readonly ProposalStatus[] {
  return COLUMNS.filter((from) => NEXT[from].includes(status));
}

/** What the board is narrowed to, as the address has it: [`NONE`], or a name or key behind `=`. */
export interface Narrowed {
  owner?: string | undefined;
  /** A pain. */
  against?: string | undefined;
}

export const NONE = "none";
export const exactly = (value: string): string => `=${value}`;

/** Of a proposal, what a board can be narrowed by. */
export function sidesOf({ proposal }: TrackedProposal): Required<Narrowed> {
  return { owner: proposal.owner ? exactly(proposal.owner) : NONE, against: proposal.pain ? exactly(proposal.pain) : NONE };
}

export function narrowed(proposals: readonly TrackedProposal[], { owner, against }: Narrowed): TrackedProposal[] {
  return proposals.filter((each) => {
    const sides = sidesOf(each);
    return (owner === undefined || sides.owner === owner) && (against === undefined || sides.against === against);
  });
}

/** The cards of each column: those changed last on top. */
export function columns(proposals: readonly TrackedProposal[]): { status: ProposalStatus; cards: TrackedProposal[] }[] {
  return COLUMNS.map((status) => ({
    status,
    cards: proposals.filter((each) => statusOf(each) === status).toSorted((a, b) => b.changed_at_us - a.changed_at_us || b.id - a.id),
  }));
}
