// Scales hold their points, and their marks are round and few.
import { describe, expect, it } from "vitest";

import { on, scaleOf, ticks, upTo } from "./scale";

describe("a scale", () => {
  it("holds every value and what it always shows", () => {
    const scale = scaleOf([0.4, 0.9], [0]);
    for (const value of [0, 0.4, 0.9]) {
      expect(on(scale, value)).toBeGreaterThan(0);
      expect(on(scale, value)).toBeLessThan(1);
    }
    expect(on(scale, 0.4)).toBeLessThan(on(scale, 0.9));
    expect(on(scaleOf([0.3]), 0.3)).toBeCloseTo(0.5);
    expect(scaleOf([])).toEqual({ low: 0, high: 1 });
  });

  it("has round marks inside it, not more than asked for", () => {
    expect(ticks({ low: -0.12, high: 0.43 }, 6)).toEqual([-0.1, 0, 0.1, 0.2, 0.3, 0.4]);
    expect(ticks({ low: 0, high: 1 }, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    for (const scale of [{ low: -3, high: 11 }, { low: 0.001, high: 0.0042 }, { low: -0.9, high: -0.1 }]) {
      const marks = ticks(scale, 6);
      expect(marks.length).toBeGreaterThan(1);
      expect(marks.length).toBeLessThanOrEqual(7);
      for (const mark of marks) expect(mark >= scale.low && mark <= scale.high).toBe(true);
    }
  });

  it("ends at the first round mark that holds the highest value", () => {
    expect([3, 104, 1999, 0.37, 0.83, 1].map((highest) => upTo(highest, 5).high)).toEqual([3, 150, 2000, 0.4, 1, 1]);
    expect(upTo(0, 5)).toEqual({ low: 0, high: 1 });
    // Counts have no halves.
    expect(ticks(upTo(2, 5, 1), 5, 1)).toEqual([0, 1, 2]);
    expect(ticks(upTo(0, 5, 1), 5, 1)).toEqual([0, 1]);
  });
});
