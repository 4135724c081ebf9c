// Names are found by words, initials and sounds, and what is meant comes first.
import { describe, expect, it } from "vitest";

import type { Searchable } from "./match";
import { find } from "./match";
import { READINGS } from "../../ui/readings";

const entry = (label: string, ...words: string[]): Searchable => ({ id: label, label, words });
const names = (query: string, entries: readonly Searchable[], recent: string[] = []) => find(query, entries, recent, READINGS).map(({ label }) => label);

const CHINESE = ["总览", "数据源", "客户", "用户分群", "旅程地图", "痛点", "漏斗分析", "留存分析", "归因分析", "成员与权限", "银行开户", "重复购买", "长期客户", "会员 VIP 旅程"].map((label) => entry(label));

describe("pinyin", () => {
  it("finds names by all of their sounds, by their initials, by a mixture, and by the beginning of the last", () => {
    for (const query of ["loudoufenxi", "ldfx", "loudfx", "ldfenxi", "loudouf", "lou dou", "lou'dou'fen'xi", "LDFX"]) expect(names(query, CHINESE), query).toEqual(["漏斗分析"]);
    expect(names("tongdian", CHINESE)).toEqual(["痛点"]);
    expect(names("yhfq", CHINESE)).toEqual(["用户分群"]);
  });

  it("takes each reading of a character", () => {
    for (const query of ["yinhang", "yinxing", "yhkh", "yxkh"]) expect(names(query, CHINESE), query).toEqual(["银行开户"]);
    for (const query of ["chongfu", "zhongfu", "cfgm", "zfgm", "zhfgm"]) expect(names(query, CHINESE), query).toContain("重复购买");
    for (const query of ["changqi", "zhangqi"]) expect(names(query, CHINESE), query).toEqual(["长期客户"]);
    for (const query of ["nver", "nuer", "nüer"]) expect(names(query, [entry("女儿")]), query).toEqual(["女儿"]);
  });

  it("goes on over Latin letters and marks in the name", () => {
    for (const query of ["huiyuanvip", "hyviplc", "hy vip lc"]) expect(names(query, CHINESE), query).toEqual(["会员 VIP 旅程"]);
  });

  it("does not take a name for what it does not sound like", () => {
    for (const query of ["loudoux", "fenxilou", "zzzz", "kehux"]) expect(names(query, CHINESE), query).toEqual([]);
  });

  it("puts what begins with the sound before what has it within, and the shorter first", () => {
    expect(names("kehu", CHINESE)).toEqual(["客户", "长期客户"]);
    expect(names("fenxi", CHINESE)).toEqual(["漏斗分析", "留存分析", "归因分析"]);
  });

  it("answers long letters without end in no time", () => {
    const long = entry("西安".repeat(30));
    expect(names("xian".repeat(15), [long])).toEqual([long.label]);
    expect(names(`${"xian".repeat(14)}q`, [long])).toEqual([]);
  });
});

describe("words", () => {
  const ENGLISH = ["Overview", "Customers", "New journey", "Pain points", "Path analysis", "Online purchase", "Analyse pain"].map((label) => entry(label));

  it("are matched from the whole over beginnings and initials to parts and letters", () => {
    expect(names("pain points", ENGLISH)).toEqual(["Pain points"]);
    expect(names("pa", ENGLISH)).toEqual(["Pain points", "Path analysis", "Analyse pain"]);
    expect(names("nj", ENGLISH)).toEqual(["New journey"]);
    expect(names("tome", ENGLISH)).toEqual(["Customers"]);
    expect(names("cstmr", ENGLISH)).toEqual(["Customers"]);
    expect(names("purchase online", ENGLISH)).toEqual(["Online purchase"]);
    expect(names("xyz", ENGLISH)).toEqual([]);
  });

  it("ignore case, accents and full width", () => {
    expect(names("ｏｖｅｒ", ENGLISH)).toEqual(["Overview"]);
    expect(names("cafe", [entry("Café")])).toEqual(["Café"]);
    expect(names("漏斗", CHINESE)).toEqual(["漏斗分析"]);
  });

  it("find a thing by its other names, behind those that are called so", () => {
    const entries = [entry("漏斗分析", "funnel"), entry("Funnel of May")];
    expect(names("funnel", entries)).toEqual(["漏斗分析", "Funnel of May"]);
    expect(names("fun", entries)).toEqual(["漏斗分析", "Funnel of May"]);
  });

  it("put what was used lately first among equals, and not before what matches better", () => {
    expect(names("fenxi", CHINESE, ["归因分析"])[0]).toBe("归因分析");
    expect(names("pa", ENGLISH, ["Analyse pain"])[0]).toBe("Pain points");
    expect(names("", ENGLISH)).toHaveLength(ENGLISH.length);
  });
});
