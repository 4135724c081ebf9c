import { describe, expect, it } from "vitest";

import { COLUMNS_PX, stripLayout } from "./lifeStrip";

const strip = stripLayout([0, 10, 20, 30], [1, 0, 10_000, 4], [[1, 0, 9_000, 4], [0, 0, 1_000, 0]], 100, 500);

describe("the strip of a life", () => {
  it("has its stretches side by side over the whole width", () => {
    expect([0, 1, 3].map(strip.x)).toEqual([100, 200, 400]);
    expect(strip.x(3) + strip.step).toBe(500);
  });

  it("knows in which stretch a moment lies", () => {
    expect([-5, 0, 9, 10, 29, 30, 99].map(strip.bucketOf)).toEqual([0, 0, 0, 1, 2, 3, 3]);
    expect(stripLayout([], [], [], 0, 10).bucketOf(5)).toBe(0);
  });

  it("shows a single event beside thousands, and nothing where nothing was", () => {
    expect(strip.height(0)).toBe(0);
    expect(strip.height(1)).toBeGreaterThanOrEqual(2);
    expect(strip.height(10_000)).toBe(COLUMNS_PX);
    expect(strip.strength(0)).toBe(0);
    expect(strip.strength(1)).toBeGreaterThanOrEqual(0.25);
    expect(strip.strength(9_000)).toBe(1);
  });
});
