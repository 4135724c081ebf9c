// A process map shows the most frequent part, says how much that is, and leaves no event alone.
import { describe, expect, it } from "vitest";

import type { TransitionsNumbers } from "../../api/types";
import { END, START, processOf } from "./process";

const at = (label: string, events: number, starts: number, ends: number) =>
  ({ label, events, starts: { label, subjects: starts, pick: "s" }, ends: { label, subjects: ends, pick: "e" } }) as TransitionsNumbers["nodes"][number];
const edge = (from: string, to: string, count: number) => ({ from, to, count }) as TransitionsNumbers["edges"][number];
const numbers = {
  nodes: [at("a", 50, 9, 0), at("b", 30, 1, 2), at("c", 10, 0, 8), at("rare", 1, 0, 0)],
  edges: [edge("a", "a", 20), edge("a", "b", 25), edge("b", "c", 9), edge("b", "a", 4), edge("a", "c", 1), edge("b", "rare", 1)],
};
const pairs = (share: number, most = 3) => processOf(numbers, most, share).steps.map(({ from, to }) => `${from}>${to}`);

describe("the part a process map shows", () => {
  it("is all of it at a hundred percent", () => {
    expect(pairs(100)).toEqual([":a>:b", ":a>:a", ":b>:c", `${START}>:a`, `:c>${END}`, ":b>:a", `:b>${END}`, ":a>:c", `${START}>:b`]);
    expect(processOf(numbers, 3, 100)).toMatchObject({ allNodes: 4, allEdges: 6, shownEdges: 5, covered: 59 / 60 });
  });

  it("leaves every event its main ways", () => {
    expect(pairs(0)).toEqual([":a>:b", ":b>:c", `${START}>:a`, `:c>${END}`, `:b>${END}`, `${START}>:b`]);
    expect(pairs(0, 4)).toContain(":b>:rare");
  });

  it("is nothing of nothing", () => {
    expect(processOf({ nodes: [], edges: [] }, 5, 50)).toMatchObject({ nodes: [], steps: [], covered: 0 });
  });
});
