// Parts stand on top of each other, away from the line on either side of it.
import { expect, it } from "vitest";

import { reach, stack } from "./stack";

const part = (key: string, value: number, below = false) => ({ key, value, look: "", below });

it("parts begin where the one before ends, and nothing takes no room", () => {
  const parts = stack([part("a", 3), part("none", 0), part("down", 4, true), part("b", 2)]);
  expect(parts.map(({ key, from, to }) => [key, from, to])).toEqual([["a", 0, 3], ["down", 0, 4], ["b", 3, 5]]);
});

it("bars reach as far as the longest on either side", () => {
  expect(reach([[part("a", 3), part("b", 2)], [part("a", 1), part("down", 4, true)]])).toEqual({ above: 5, below: 4 });
  expect(reach([])).toEqual({ above: 0, below: 0 });
});
