import { describe, expect, it } from "vitest";

import { makeFormat, spanSeconds } from "./format";

const zh = makeFormat("zh-CN");
const en = makeFormat("en");

describe("format", () => {
  it("shortens counts from 100,000 on, by 万 in Chinese", () => {
    expect(zh.count(99_999)).toBe("99,999");
    expect(zh.count(123_456)).toBe("12.3万");
    expect(en.count(123_456)).toBe("123.5K");
    expect(zh.whole(123_456)).toBe("123,456");
  });

  it("writes estimates without digits they do not have, and days of no zone", () => {
    expect([en.rough(7.5598), en.rough(95.7), en.rough(123_456)]).toEqual(["7.6", "96", "123.5K"]);
    expect([en.day("2026-12-20"), zh.day("2026-12-20")]).toEqual(["Dec 20, 2026", "2026/12/20"]);
  });

  it("writes how long an answer took, never as nothing", () => {
    expect([en.elapsed(0), en.elapsed(0.4), zh.elapsed(1), zh.elapsed(1_234)]).toEqual(["<1", "<1", "1", "1,234"]);
  });

  it("writes shares and their differences", () => {
    expect(zh.percent(0.4212)).toBe("42.1%");
    expect(zh.percent(null)).toBe("–");
    expect(en.points(-0.0363)).toBe("−3.6\u00a0pp");
    expect(zh.points(0.0363, "个百分点")).toBe("+3.6\u00a0个百分点");
    expect(en.change(0.5)).toBe("+50%");
  });

  it("writes money as prices are written: cents of small sums, none of large ones", () => {
    expect([en.money(120.5, "CNY"), zh.money(120.5, "CNY"), zh.money(120.5, "USD")]).toEqual(["¥120.50", "¥120.50", "$120.50"]);
    expect(en.money(120.5, "USD")).toBe("$120.50");
    expect(en.money(127.64, "USD")).toBe("$127.64");
    expect(en.money(94068.8, "USD")).toBe("$94,069");
    expect(en.money(1_719_900, "USD")).toBe("$1.7M");
  });

  it("takes the unit of a duration that fits", () => {
    expect(en.duration(42)).toBe("42 sec");
    expect(en.duration(90)).toBe("1.5 min");
    expect(en.duration(36 * 3600)).toBe("36 hr");
    expect(en.duration(3 * 86_400)).toBe("3 days");
    expect(zh.duration(90)).toMatch(/^1\.5\s?分钟$/);
    expect(zh.duration(null)).toBe("–");
  });

  it("writes times in the given zone, and no date that is read two ways", () => {
    const us = Date.parse("2024-06-29T22:02:40Z") * 1000;
    expect(zh.dateTime(us, "Asia/Shanghai")).toBe("2024/06/30 06:02");
    expect(en.date(us, "UTC")).toBe("Jun 29, 2024");
  });

  it("reads spans as definitions write them", () => {
    expect([spanSeconds("90s"), spanSeconds("5m"), spanSeconds("12h"), spanSeconds("2w")]).toEqual([90, 300, 43_200, 1_209_600]);
    expect([spanSeconds("soon"), spanSeconds(null)]).toEqual([null, null]);
  });
});
