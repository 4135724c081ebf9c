// Months of a calendar.
import { expect, it } from "vitest";

import { monthsOf } from "./months";

it("months are whole, begin on their weekday, and stand once in order", () => {
  const months = monthsOf(["2026-03-02", "2026-02-28", "2026-03-01", "2024-02-29"]);
  expect(months.map(({ month, blanks, days }) => [month, blanks, days.length, days.at(-1)])).toEqual([
    ["2024-02", 3, 29, "2024-02-29"],
    ["2026-02", 6, 28, "2026-02-28"],
    ["2026-03", 6, 31, "2026-03-31"],
  ]);
});
