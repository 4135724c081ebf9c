// Lines stand where their values are, on round ticks, with gaps where nothing is known.
import { describe, expect, it } from "vitest";

import { linesLayout, stepFor } from "./linesLayout";

const series = (values: (number | null)[]) => ({ name: "a", look: "of-category-1", values });

describe("lines", () => {
  it("have round ticks that reach over the highest value", () => {
    expect([0, 3, 104, 1999, 0.37].map((most) => stepFor(most))).toEqual([1, 1, 50, 500, 0.1]);
    const layout = linesLayout(3, [series([0, 52, 104])], 600, 240);
    expect(layout.ticks.map(({ value }) => value)).toEqual([0, 50, 100, 150]);
    expect(layout.ticks[0]?.y).toBe(layout.bottom);
    expect(layout.y(150)).toBe(layout.top);
  });

  it("never leave the limit of shares", () => {
    const layout = linesLayout(2, [{ ...series([0.9, 1]), intervals: [{ low: 0.8, high: 1 }, { low: 0.9, high: 1 }] }], 600, 240, 1);
    expect(layout.y(1)).toBe(layout.top);
    expect(layout.bands[0]).toMatch(/^M.*Z$/);
  });

  it("break where a value is missing", () => {
    expect(linesLayout(4, [series([1, null, 2, 3])], 600, 240).paths[0]?.match(/M/g)).toHaveLength(2);
  });

  it("name points so that names have room, the ends among them, and find the nearest", () => {
    const layout = linesLayout(100, [series(Array.from({ length: 100 }, (_, n) => n))], 600, 240);
    expect(layout.names[0]).toBe(0);
    expect(layout.names.at(-1)).toBe(99);
    const places = layout.names.map(layout.x);
    for (const [index, place] of places.slice(1).entries()) expect(place - (places[index] ?? 0)).toBeGreaterThan(80);
    expect(layout.nearest(-50)).toBe(0);
    expect(layout.nearest(layout.x(42))).toBe(42);
    expect(linesLayout(1, [series([5])], 600, 240).nearest(300)).toBe(0);
  });
});
