// Sides beside each other: differences, their intervals, and days that differ in number.
import { describe, expect, it } from "vitest";

import type { PlaceZones } from "../../../api/types";
import { shareDifference } from "./interval";
import { byDay, rowsOf } from "./sides";

const side = (days: string[], visits: number, zones: [string, number][], withheld: string[] = []) =>
  ({
    meta: { days, shown_from: 5 },
    visits,
    zones: zones.map(([zone, came]) => ({ zone, name: zone, kind: "display", floor: "f", visits: came, reach: came / visits })),
    withheld: withheld.map((zone) => ({ zone, name: zone, kind: "display", floor: "f" })),
  }) as unknown as PlaceZones;

describe("the difference of two shares", () => {
  // Newcombe 1998, tables of method 10.
  it.each([
    [56, 70, 48, 80, 0.2, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.6, 0.1705, 0.809],
    [10, 10, 0, 10, 1, 0.6075, 1],
  ])("%i/%i − %i/%i has the interval that is printed", (a, m, b, n, value, low, high) => {
    const found = shareDifference(a, m, b, n);
    expect([found?.value.toFixed(4), found?.low.toFixed(4), found?.high.toFixed(4)]).toEqual([value, low, high].map((number) => number.toFixed(4)));
  });
  it("is none where nobody came", () => {
    expect(shareDifference(0, 0, 1, 2)).toBeNull();
  });
});

describe("zones of two sides", () => {
  it("stand beside each other, also those of one side only, and few are told", () => {
    const rows = rowsOf("visits", side(["2026-03-01"], 20, [["a", 10], ["b", 8]]), side(["2026-03-02"], 40, [["a", 12]], ["b"]));
    expect(rows.map(({ zone, one, other, difference, withheld }) => [zone, one, other, difference, withheld])).toEqual([["a", 10, 12, -2, false], ["b", 8, null, null, true]]);
  });
  it("are counted by the day where a side has more of them; shares are not", () => {
    const [one, other] = [side(["2026-03-01", "2026-03-02"], 40, [["a", 10]]), side(["2026-03-03"], 20, [["a", 4]])];
    expect([byDay("visits", one, other), byDay("reach", one, other), byDay("visits", one, one)]).toEqual([true, false, false]);
    expect(rowsOf("visits", one, other)[0]).toMatchObject({ one: 5, other: 4, difference: 1 });
    expect(rowsOf("reach", one, other)[0]?.interval?.value).toBeCloseTo(0.05);
  });
});
