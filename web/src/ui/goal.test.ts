// The goal is called met or missed only where the interval says so.
import { describe, expect, it } from "vitest";

import { goalState } from "./goal";

const share = (hits: number, of: number, low: number, high: number) => ({ hits, of, share: hits / of, low, high });

describe("a goal", () => {
  it("is met above the target, missed below it, and unclear where the interval holds it", () => {
    const now = share(24, 100, 0.167, 0.333);
    const state = (target: number) => goalState({ target }, now).target?.state;
    expect([0.1, 0.167, 0.2, 0.333, 0.34].map(state)).toEqual(["met", "met", "unclear", "unclear", "missed"]);
    expect(goalState({ target: 0.3 }, now).target?.short).toBeCloseTo(0.06);
  });

  it("says nothing of what is not set or not known", () => {
    const nobody = { hits: 0, of: 0, share: null, low: null, high: null };
    expect(goalState({}, share(1, 2, 0.1, 0.9))).toMatchObject({ sinceBaseline: null, target: null });
    expect(goalState({ baseline: 0.2, target: 0.3 }, nobody)).toMatchObject({ sinceBaseline: null, target: null });
    expect(goalState({ baseline: 0.2 }, share(24, 100, 0.167, 0.333)).sinceBaseline).toBeCloseTo(0.04);
  });

  it("has a scale that holds every mark and ends at all", () => {
    for (const [baseline, target] of [[0.2, 0.3], [0.9, 0.95], [0, 0]] as const) {
      const { scale } = goalState({ baseline, target }, share(1, 10, 0.02, 0.4));
      expect(scale).toBeGreaterThanOrEqual(Math.max(baseline, target, 0.4));
      expect(scale).toBeLessThanOrEqual(1);
    }
  });
});
