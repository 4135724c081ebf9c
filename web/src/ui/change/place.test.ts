// A change stands at the period its day lies in, and at none beyond.
import { expect, it } from "vitest";

import { periodOf } from "./place";

it("days are their own periods", () => {
  const days = ["2026-03-01", "2026-03-02", "2026-03-03"];
  expect(["2026-02-28", "2026-03-01", "2026-03-03", "2026-03-04"].map((day) => periodOf(days, day))).toEqual([null, 0, 2, null]);
});

it("weeks and months hold their days, the last as long as the one before", () => {
  const weeks = ["2026-03-02", "2026-03-09"];
  expect(["2026-03-08", "2026-03-15", "2026-03-16"].map((day) => periodOf(weeks, day))).toEqual([0, 1, null]);
  const months = ["2026-01-01", "2026-02-01"];
  expect(["2026-01-31", "2026-02-28"].map((day) => periodOf(months, day))).toEqual([0, 1]);
});

it("a single period is a day, and no period holds nothing", () => {
  expect([periodOf(["2026-03-01"], "2026-03-01"), periodOf(["2026-03-01"], "2026-03-02"), periodOf([], "2026-03-01")]).toEqual([0, null, null]);
});
