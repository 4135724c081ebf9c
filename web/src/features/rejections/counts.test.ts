import { expect, it } from "vitest";

import { reasons } from "./counts";

it("reasons are summed over sources, the most frequent first", () => {
  const counts = [
    { source: "shop", code: "time_missing", count: 2 },
    { source: "pos", code: "event_missing", count: 3 },
    { source: "pos", code: "time_missing", count: 4 },
  ];
  expect(reasons(counts, undefined)).toEqual([
    { code: "time_missing", count: 6 },
    { code: "event_missing", count: 3 },
  ]);
  expect(reasons(counts, "shop")).toEqual([{ code: "time_missing", count: 2 }]);
});
