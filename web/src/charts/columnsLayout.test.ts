// Columns are as high as their counts; values stand within their column.
import { describe, expect, it } from "vitest";

import { columnsLayout } from "./columnsLayout";

const bins = [
  { from: 0, to: 10, count: 6 },
  { from: 10, to: 20, count: 0 },
  { from: 20, to: 100, count: 3 },
];

describe("columns", () => {
  it("are as high as their counts", () => {
    const { columns, ticks } = columnsLayout(bins, 660, 220);
    expect(columns[0]?.height).toBeCloseTo(2 * (columns[2]?.height ?? 0));
    expect(columns[1]?.height).toBe(0);
    expect(ticks.map(({ value }) => value)).toEqual([0, 2, 4, 6]);
  });

  it("hold the values of their bins", () => {
    const { place, left, right, edges } = columnsLayout(bins, 660, 220);
    const each = (right - left) / 3;
    expect(place(5)).toBeCloseTo(left + each / 2);
    expect(place(60)).toBeCloseTo(left + 2.5 * each);
    expect(place(100)).toBeCloseTo(right);
    expect(place(101)).toBeNull();
    expect(edges.at(-1)).toEqual({ x: right, value: 100 });
    expect(columnsLayout([], 660, 220).place(1)).toBeNull();
  });
});
