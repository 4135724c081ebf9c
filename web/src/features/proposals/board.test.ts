import { describe, expect, it } from "vitest";

import openapi from "../../../../crates/server/tests/openapi.json";
import { COLUMNS } from "../../api/proposals";
import type { ProposalStatus, TrackedProposal } from "../../api/types";
import { columns, nextOf } from "./board";

const card = (id: number, status: ProposalStatus | undefined, changed_at_us: number) =>
  ({ id, changed_at_us, proposal: { title: String(id), ...(status ? { status } : {}) } }) as unknown as TrackedProposal;

describe("the board", () => {
  it("has the columns of the API", () => {
    expect([...COLUMNS]).toEqual(openapi.components.schemas.ProposalStatus.enum);
  });

  it("has every card once, those changed last on top", () => {
    const board = columns([card(1, "accepted", 10), card(2, undefined, 5), card(3, "accepted", 30)]);
    expect(board.map(({ cards }) => cards.map(({ id }) => id))).toEqual([[2], [3, 1], [], [], []]);
  });

  it("lets every column be reached and left, and nothing be done that was not in progress", () => {
    const reached = new Set<ProposalStatus>(["proposed"]);
    for (const status of reached) for (const next of nextOf(status)) reached.add(next);
    expect(reached.size).toBe(COLUMNS.length);
    expect(COLUMNS.filter((status) => nextOf(status).includes("done"))).toEqual(["in_progress"]);
  });
});
