import { describe, expect, it } from "vitest";

import openapi from "../../../../crates/server/tests/openapi.json";
import { COLUMNS } from "../../api/proposals";
import type { ProposalStatus, TrackedProposal } from "../../api/types";
import { NONE, columns, exactly, fromOf, narrowed, nextOf, wayTo } from "./board";

const card = (id: number, status: ProposalStatus | undefined, changed_at_us: number) =>
  ({ id, changed_at_us, proposal: { title: String(id), ...(status ? { status } : {}) } }) as unknown as TrackedProposal;

const of = (id: number, owner: string | null, pain: string | null) => ({ id, proposal: { title: String(id), owner, pain } }) as unknown as TrackedProposal;

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

  it("knows a way back from wherever a card went, by steps that there are", () => {
    for (const from of COLUMNS) {
      for (const to of nextOf(from)) {
        const back = wayTo(to, from);
        expect(back.at(-1), `${to} ${from}`).toBe(from);
        for (const [at, step] of back.entries()) expect(nextOf(back[at - 1] ?? to)).toContain(step);
      }
    }
    expect(wayTo("dropped", "in_progress")).toEqual(["proposed", "accepted", "in_progress"]);
    expect(wayTo("done", "in_progress")).toEqual(["in_progress"]);
  });

  it("takes a card from where it may go there", () => {
    for (const from of COLUMNS) for (const to of COLUMNS) expect(fromOf(to).includes(from), `${from} ${to}`).toBe(nextOf(from).includes(to));
  });

  it("is narrowed to an owner, a pain, or to cards without either", () => {
    const all = [of(1, "Lin", "a"), of(2, "Lin", null), of(3, null, "a"), of(4, "none", "b")];
    const shown = (narrow: Parameters<typeof narrowed>[1]) => narrowed(all, narrow).map(({ id }) => id);
    expect([shown({}), shown({ owner: exactly("Lin") }), shown({ owner: NONE }), shown({ owner: exactly("none") })]).toEqual([[1, 2, 3, 4], [1, 2], [3], [4]]);
    expect([shown({ against: exactly("a") }), shown({ against: NONE }), shown({ owner: exactly("Lin"), against: exactly("a") }), shown({ against: exactly("c") })]).toEqual([[1, 3], [2], [1], []]);
  });
});
