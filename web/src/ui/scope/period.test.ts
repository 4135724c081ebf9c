// Days become the right microseconds, also where a day has 23 or 25 hours.
import { describe, expect, it } from "vitest";

import type { DataRange } from "./period";
import { chosenDays, comparedDays, dataDays, dayCount, fixed, periodOf } from "./period";

const us = (iso: string) => Date.parse(iso) * 1000;
const range = (zone: string): DataRange => ({ first_us: us("2024-01-04T10:00:00Z"), last_us: us("2024-06-29T22:02:40Z"), zone });

describe("periods", () => {
  it("end with the last day that has events, in the workspace's zone", () => {
    expect(dataDays(range("UTC"))?.to.toString()).toBe("2024-06-29");
    expect(dataDays(range("Asia/Shanghai"))?.to.toString()).toBe("2024-06-30");
    const week = chosenDays({ kind: "last", days: 7 }, range("Asia/Shanghai"));
    expect(week && periodOf(week, "Asia/Shanghai")).toEqual({
      from_us: us("2024-06-24T00:00:00+08:00"),
      to_us: us("2024-07-01T00:00:00+08:00"),
    });
  });

  it("follow summer time", () => {
    const days = chosenDays({ kind: "fixed", from: "2024-03-31", to: "2024-03-31" }, range("Europe/Berlin"));
    const { from_us: from, to_us: to } = periodOf(days, "Europe/Berlin");
    expect(((to ?? 0) - (from ?? 0)) / 3_600_000_000).toBe(23);
  });

  it("compare with as many days just before, or the same days a year before", () => {
    const days = chosenDays({ kind: "fixed", from: "2024-03-01", to: "2024-03-10" }, range("UTC"));
    const previous = comparedDays({ kind: "previous" }, days);
    expect([previous?.from.toString(), previous?.to.toString()]).toEqual(["2024-02-20", "2024-02-29"]);
    expect(previous && dayCount(previous)).toBe(10);
    expect(comparedDays({ kind: "year" }, days)?.from.toString()).toBe("2023-03-01");
    expect(comparedDays({ kind: "previous" }, null)).toBeNull();
    expect(comparedDays({ kind: "none" }, days)).toBeNull();
  });

  it("are all of time without edges, and nothing without events", () => {
    expect(periodOf(chosenDays({ kind: "all" }, range("UTC")), "UTC")).toEqual({});
    expect(chosenDays({ kind: "last", days: 7 }, { first_us: null, last_us: null, zone: "UTC" })).toBeNull();
  });

  it("stop rolling when fixed", () => {
    expect(fixed({ kind: "last", days: 7 }, range("UTC"))).toEqual({ kind: "fixed", from: "2024-06-23", to: "2024-06-29" });
    expect(fixed({ kind: "all" }, range("UTC"))).toEqual({ kind: "all" });
  });
});
