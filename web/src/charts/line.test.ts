// Lines, stairs and bands lie where their scale says.
import { expect, it } from "vitest";

import { bandPath, linePath, nearest, pointAt, runsOf } from "./line";
import type { Field } from "./line";

const field: Field = { x: { low: 0, high: 10 }, y: { low: 0, high: 1 }, left: 0, top: 0, width: 100, height: 100 };
const points = [{ x: 0, y: 1, low: 1, high: 1 }, { x: 5, y: 0.5, low: 0.4, high: 0.6 }, { x: 10, y: 0.2, low: 0, high: 0.3 }];

it("lines go from point to point, stairs keep their height up to the next", () => {
  expect(linePath(field, points, false)).toBe("M0.0 0.0L50.0 50.0L100.0 80.0");
  expect(linePath(field, points, true)).toBe("M0.0 0.0H50.0V50.0H100.0V80.0");
});

it("bands go there along the upper bound and back along the lower", () => {
  expect(bandPath(field, points, false)).toBe("M0.0 0.0L50.0 40.0L100.0 70.0L100.0 100.0L50.0 60.0L0.0 0.0Z");
  expect(bandPath(field, points, true)).toBe("M0.0 0.0H50.0V40.0H100.0V70.0L100.0 100.0V60.0H50.0V0.0H0.0Z");
  expect(bandPath(field, [{ x: 0, y: 1 }, { x: 1, y: 1 }], false)).toBe("");
});

it("stairs speak for what lies between their points, and for nothing beyond their end", () => {
  expect(pointAt(points, 7, true)?.y).toBe(0.5);
  expect(pointAt(points, 11, true)).toBeNull();
  expect(pointAt(points, 7, false)).toBeNull();
  expect(pointAt(points, 5, false)?.y).toBe(0.5);
});

it("the nearest stop is found, none among none", () => {
  expect(nearest([0, 5, 10], 7)).toBe(1);
  expect(nearest([0, 5, 10], 99)).toBe(2);
  expect(nearest([], 1)).toBe(-1);
});

it("a line breaks at a stop where it has no point", () => {
  const [a, b, c] = [{ x: 0, y: 1 }, { x: 5, y: 1 }, { x: 15, y: 1 }];
  expect(runsOf([a, b, c], [0, 5, 10, 15])).toEqual([[a, b], [c]]);
  expect(runsOf([a, b, c], [0, 5, 15])).toEqual([[a, b, c]]);
  expect(runsOf([], [0, 5])).toEqual([]);
});
