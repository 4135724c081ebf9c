// What a clock shows is held against moments that are written with their offset.
import { describe, expect, it } from "vitest";

import { momentOf, readClock } from "./clock";

describe("a clock", () => {
  it.each([
    ["2026/03/01 10:00", "%Y/%m/%d %H:%M", "2026-03-01T10:00:00Z"],
    ["2026/3/1 9:05", "%Y/%m/%d %H:%M", "2026-03-01T09:05:00Z"],
    ["2026-03-01 10:00:30", "iso8601", "2026-03-01T10:00:30Z"],
    ["2026-03-01T10:00", "iso8601", "2026-03-01T10:00:00Z"],
    ["01.02.2026 10:00", "%d.%m.%Y %H:%M", "2026-02-01T10:00:00Z"],
    ["2026年3月1日 10:00:00", "%Y年%m月%d日 %H:%M:%S", "2026-03-01T10:00:00Z"],
  ])("is read: %s as %s", (text, pattern, iso) => {
    expect(readClock(text, pattern)).toEqual({ ms: Date.parse(iso), timed: true });
  });

  it("shows a day without time, and nothing that is written otherwise", () => {
    expect(readClock("2026-03-01", "iso8601")).toEqual({ ms: Date.parse("2026-03-01T00:00:00Z"), timed: false });
    expect(readClock("昨天", "%Y/%m/%d")).toBeNull();
    expect(readClock("1709280000", "unix_s")).toBeNull();
  });

  it.each([
    ["2026-03-01T10:00:00", "Asia/Shanghai", "2026-03-01T10:00:00+08:00"],
    ["2026-03-01T10:00:00", "UTC", "2026-03-01T10:00:00Z"],
    ["2026-07-01T10:00:00", "Europe/Berlin", "2026-07-01T10:00:00+02:00"],
    ["2026-03-29T03:30:00", "Europe/Berlin", "2026-03-29T03:30:00+02:00"],
    ["2026-10-25T00:30:00", "America/New_York", "2026-10-25T00:30:00-04:00"],
  ])("of a zone: %s in %s", (clock, zone, moment) => {
    expect(momentOf(Date.parse(`${clock}Z`), zone)).toBe(Date.parse(moment) * 1000);
  });
});
