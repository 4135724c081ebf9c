// A curve stands over its columns and keeps its scale.
import { describe, expect, it } from "vitest";

import { curvePoints } from "./curve";

describe("a curve", () => {
  it("has a point in the middle of each column with a value, high values above", () => {
    const points = curvePoints([-2, null, 2, 0], -2, 2);
    expect(points.map(({ x, y }) => [x, y])).toEqual([[0.125, 1], [0.625, 0], [0.875, 0.5]]);
    expect(points.map(({ column, value }) => [column, value])).toEqual([[0, -2], [2, 2], [3, 0]]);
  });

  it("lies in the middle where all values are one, and never leaves its box", () => {
    expect(curvePoints([4, 4], 4, 4).map(({ y }) => y)).toEqual([0.5, 0.5]);
    expect(curvePoints([9, -9], -2, 2).map(({ y }) => y)).toEqual([0, 1]);
  });
});
