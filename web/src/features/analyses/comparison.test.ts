// Differences are told by their intervals, and what cannot differ is left out.
import { describe, expect, it } from "vitest";

import type { AnswerChange } from "../../api/types";
import { columnOf, isClear, partsOf, told } from "./comparison";

const share = (name: string, here: number, there: number, low: number, high: number): AnswerChange => ({ path: ["steps", name, "from_first"], of: "share", here, there, difference: here - there, low, high });

describe("places of numbers", () => {
  it("are told by their parts", () => {
    expect(partsOf("funnel", ["subjects"])).toEqual([{ word: "subjects" }]);
    expect(partsOf("funnel", ["steps", "a b", "reached"])).toEqual([{ word: "steps" }, { names: ["a b"], joined: " · " }, { word: "reached" }]);
    expect(partsOf("transitions", ["edges", "a b", "gap"])[1]).toEqual({ names: ["a", "b"], joined: " → " });
    expect(partsOf("transitions", ["edges", "a b c", "gap"])[1]).toEqual({ value: "a b c" });
    expect(partsOf("funnel", ["groups", "value a b", "steps", "x", "reached"])).toEqual([{ value: "a b" }, { word: "steps" }, { names: ["x"], joined: " · " }, { word: "reached" }]);
    expect(partsOf("funnel", ["groups", "other", "subjects"])).toEqual([{ group: "other" }, { word: "subjects" }]);
    expect(partsOf("funnel", ["trend", "2024-03-04", "conversion"])[1]).toEqual({ named: "day", name: "2024-03-04" });
    expect(partsOf("rfm", ["cells", "general_keep 1 4 2", "people"])[1]).toEqual({ names: ["general_keep", "R1 F4 M2"], joined: " · " });
    expect(partsOf("segments", ["segments", "vip Very important", "share"])[1]).toEqual({ names: ["vip"], joined: " · " });
  });
});

describe("places of numbers over the calendar, of curves and of touches", () => {
  it("have their names one by one, and only the words that say more", () => {
    expect(partsOf("retention", ["total", "1-7", "share"])).toEqual([{ word: "total" }, { named: "column", name: "1-7" }, { word: "share" }]);
    expect(partsOf("retention", ["groups", "value desktop", "cohorts", "2024-01-22", "cells", "0", "returned"])).toEqual([
      { value: "desktop" },
      { named: "cohort", name: "2024-01-22" },
      { named: "column", name: "0" },
      { word: "returned" },
    ]);
    expect(partsOf("stickiness", ["periods", "2024-01-01", "counts", "3", "at_least"]).slice(1)).toEqual([{ named: "units", name: "3" }, { word: "at_least" }]);
    expect(partsOf("survival", ["curves", "all", "at", "6h", "ended"]).slice(0, 2)).toEqual([{ named: "curve", name: "all" }, { named: "time", name: "6h" }]);
    expect(partsOf("attribution", ["conversions", "people"])).toEqual([{ word: "conversions" }, { word: "people" }]);
    expect(partsOf("attribution", ["values", "web", "credits", "linear", "conversions"])).toEqual([{ named: "touch", name: "web" }, { named: "model", name: "linear" }, { word: "conversions" }]);
    expect(partsOf("attribution", ["paths", "web", "conversions"])).toEqual([{ word: "paths" }, { named: "touches", name: "web" }, { word: "conversions" }]);
    expect(partsOf("transitions", ["next", "next", "end", "probability"])).toEqual([{ word: "next" }, { word: "end" }, { word: "probability" }]);
    expect(partsOf("transitions", ["outlook", "from", "end", "visits"])[1]).toEqual({ names: ["end"], joined: " · " });
    expect(partsOf("transitions", ["outlook", "probability"])).toEqual([{ word: "outlook" }, { word: "probability" }]);
    expect(partsOf("attribution", ["values", "web", "first"])).toEqual([{ named: "touch", name: "web" }, { word: "first" }]);
  });

  it("have columns by the API's names of them", () => {
    expect(columnOf("0")).toEqual({ from: 0, to: 0 });
    expect(columnOf("1-7")).toEqual({ from: 1, to: 7 });
    expect(columnOf("3+")).toEqual({ from: 3, to: null });
    expect(columnOf("soon")).toBeNull();
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
