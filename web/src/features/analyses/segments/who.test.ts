// A definition survives being edited: what the builder reads and writes means the same.
import { describe, expect, it } from "vitest";

import type { Who } from "../../../api/types";
import { keyOf } from "../../../ui/keys";
import { TESTS, append, blank, completed, countTests, emptyTree, isComplete, moved, namedIn, nodeAt, put, renamed, treeOf, whoOf } from "./who";

const buys = [{ event: ["purchase"] }];
const LAPSING = {
  all: [
    { did: { match: buys, measure: { sum: "amount" }, is: { gte: 500 } } },
    { not: { last: { match: buys, within: { last: "30d" } } } },
    { any: [{ trait: { key: "city_tier", op: "in", value: ["1", "2"] } }, { not: { all: [{ segment: "vip" }, { channel: { any_of: ["store"], within: { before: "7d" } } }] } }] },
    { sequence: { steps: [buys, [{ event: ["return"] }]], span: "7d", within: { last: "90d" } } },
    { first: { match: buys, within: { from_us: 1, to_us: 2 } } },
    { rfm: { model: { match: buys, value: "amount", ties: "by_customer", high: 5 }, groups: ["important_keep"], r: [], f: [4, 5], m: [] } },
  ],
} as unknown as Who;

describe("definitions", () => {
  it("come back as they were", () => {
    expect(whoOf(treeOf(LAPSING))).toEqual(LAPSING);
    const alone = { not: { not: { segment: "vip" } } } as Who;
    expect(whoOf(treeOf(alone))).toEqual({ segment: "vip" });
    expect(whoOf(treeOf({ not: { any: [{ segment: "a" }, { segment: "b" }] } }))).toEqual({ not: { any: [{ segment: "a" }, { segment: "b" }] } });
  });

  it("say what a missing measure and missing bounds mean", () => {
    expect(whoOf(treeOf({ did: { match: buys } } as Who))).toEqual({ did: { match: buys, measure: "count", is: { gte: 1 } } });
  });

  it("are null while a test is not complete, and leave it out for a look at the rest", () => {
    for (const kind of TESTS) expect(isComplete(blank(kind)), kind).toBe(false);
    const tree = append(treeOf(LAPSING), [], { not: false, test: blank("trait") });
    expect(whoOf(tree)).toBeNull();
    const rest = completed(tree);
    expect(rest && whoOf(rest)).toEqual(LAPSING);
    expect(completed(emptyTree())).toBeNull();
    expect(countTests(tree)).toBe(9);
    expect(countTests(tree, (test) => !isComplete(test))).toBe(1);
  });

  it("leave out tests of columns that nobody has written yet", () => {
    const tree = treeOf({ did: { match: [{ event: ["a"], where: [{ column: "", op: "eq" }] }] } } as Who);
    expect(whoOf(tree)).toEqual({ did: { match: [{ event: ["a"] }], measure: "count", is: { gte: 1 } } });
  });
});

describe("editing", () => {
  const tree = treeOf(LAPSING);

  it("changes one place only", () => {
    const next = put(tree, [2, 0], { not: true, test: { kind: "segment", segment: "new" } });
    expect(nodeAt(next, [2, 0])).toEqual({ not: true, test: { kind: "segment", segment: "new" } });
    expect(nodeAt(next, [2, 1])).toBe(nodeAt(tree, [2, 1]));
    expect(nodeAt(next, [0])).toBe(nodeAt(tree, [0]));
  });

  it("takes out what is empty", () => {
    const once = put(tree, [2, 0], null);
    expect(nodeAt(once, [2])).toMatchObject({ items: [nodeAt(tree, [2, 1])] });
    expect(put(once, [2, 0], null).items).toHaveLength(5);
    expect(put(tree, [9], null)).toEqual(tree);
  });

  it("moves within a group and not out of it", () => {
    expect(nodeAt(moved(tree, [0], 1), [1])).toBe(nodeAt(tree, [0]));
    expect(moved(tree, [0], -1)).toEqual(tree);
    expect(nodeAt(moved(tree, [2, 1], -1), [2, 0])).toBe(nodeAt(tree, [2, 1]));
  });

  it("knows what it rests on", () => {
    expect(namedIn(tree)).toEqual(["vip"]);
  });
});

describe("keys and names", () => {
  it("are made of what may stand in a key, and are nobody else's", () => {
    expect(keyOf("Lapsing buyers!", [], "segment")).toBe("lapsing-buyers");
    expect(keyOf("Lapsing buyers", ["lapsing-buyers"], "segment")).toBe("lapsing-buyers-2");
    expect(keyOf("快流失的买家", ["segment-1"], "segment")).toBe("segment-2");
  });

  it("keep the other languages", () => {
    expect(renamed({ "zh-CN": "甲", en: "A" }, "en", "B")).toEqual({ "zh-CN": "甲", en: "B" });
    expect(renamed("A", "en", "B")).toBe("B");
  });
});
