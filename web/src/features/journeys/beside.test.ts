// Stages of two maps stand side by side where they are the same, and each map's own are kept.
import { describe, expect, it } from "vitest";

import type { LocalizedText } from "../../api/types";
import { paired } from "./beside";

const stages = (...all: [string, LocalizedText?][]) => all.map(([stage, name = stage]) => ({ stage, name }));
const shape = (own: ReturnType<typeof stages>, other: ReturnType<typeof stages>) => paired(own, other).map((pair) => `${pair.own?.stage ?? "-"} ${pair.other?.stage ?? "-"}`);

describe("two maps side by side", () => {
  it("have equal keys in one line, whatever they are called", () => {
    expect(shape(stages(["a"], ["b", "Buy"]), stages(["a", "Other"], ["b", "Pay"]))).toEqual(["a a", "b b"]);
  });

  it("have equal names in one line where keys differ, in any language", () => {
    const own = stages(["browse", { "zh-CN": "浏览", en: "Browse" }], ["pay", "Pay"]);
    expect(shape(own, stages(["look", "浏览"], ["checkout", { en: "pay " }]))).toEqual(["browse look", "pay checkout"]);
  });

  it("prefer the key to the name", () => {
    expect(shape(stages(["a", "B"], ["b", "x"]), stages(["b", "B"]))).toEqual(["a -", "b b"]);
    expect(shape(stages(["a", ""], ["c"]), stages(["b", ""]))).toEqual(["- b", "a -", "c -"]);
  });

  it("keep what only one has, the other's behind what it follows", () => {
    expect(shape(stages(["a"], ["b"], ["c"]), stages(["x"], ["a"], ["y"], ["z"], ["c"]))).toEqual(["- x", "a a", "- y", "- z", "b -", "c c"]);
    expect(shape([], stages(["x"], ["y"]))).toEqual(["- x", "- y"]);
    expect(shape(stages(["a"]), [])).toEqual(["a -"]);
  });

  it("follow this map's order where they differ, and lose nothing", () => {
    expect(shape(stages(["a"], ["b"]), stages(["b"], ["n"], ["a"]))).toEqual(["a a", "b b", "- n"]);
  });
});
