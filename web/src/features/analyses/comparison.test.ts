// Differences are told by their intervals, and what cannot differ is left out.
import { describe, expect, it } from "vitest";

import type { AnswerChange } from "../../api/types";
import { isClear, partsOf, told } from "./comparison";

const share = (name: string, here: number, there: number, low: number, high: number): AnswerChange => ({ path: ["steps", name, "from_first"], of: "share", here, there, difference: here - there, low, high });

describe("places of numbers", () => {
  it("are told by their parts", () => {
    expect(partsOf(["subjects"])).toEqual([{ word: "subjects" }]);
    expect(partsOf(["steps", "a b", "reached"])).toEqual([{ word: "steps" }, { names: ["a b"], joined: " · " }, { word: "reached" }]);
    expect(partsOf(["edges", "a b", "gap"])[1]).toEqual({ names: ["a", "b"], joined: " → " });
    expect(partsOf(["edges", "a b c", "gap"])[1]).toEqual({ value: "a b c" });
    expect(partsOf(["groups", "value a b", "steps", "x", "reached"])).toEqual([{ value: "a b" }, { word: "steps" }, { names: ["x"], joined: " · " }, { word: "reached" }]);
    expect(partsOf(["groups", "other", "subjects"])).toEqual([{ group: "other" }, { word: "subjects" }]);
    expect(partsOf(["cells", "general_keep 1 4 2", "people"])[1]).toEqual({ names: ["general_keep", "R1 F4 M2"], joined: " · " });
    expect(partsOf(["segments", "vip Very important", "share"])[1]).toEqual({ names: ["vip"], joined: " · " });
  });
});

describe("comparisons", () => {
  it("name the largest difference of those that are clear", () => {
    const changes = [share("a", 1, 1, -0.01, 0.01), share("b", 0.5, 0.2, -0.1, 0.6), share("c", 0.4, 0.3, 0.02, 0.2), share("d", 0.2, 0.4, -0.3, -0.1)];
    const { clearest, judged, clear, changes: left } = told(changes);
    expect(clearest?.path[1]).toBe("d");
    expect([judged, clear, left.length]).toEqual([3, 2, 3]);
  });

  it("say nothing of what has no interval", () => {
    const people: AnswerChange = { path: ["subjects"], of: "people", here: 600, there: 1, difference: 599, low: null, high: null };
    expect(told([people])).toMatchObject({ clearest: null, judged: 0, clear: 0, changes: [people] });
    expect(isClear({ low: 0, high: 0.1 })).toBe(false);
  });
});
