// The table and the mapping say the same.
import { describe, expect, it } from "vitest";

import type { MappingSuggestion } from "../../api/types";
import { amountsAsked, documentOf, draftOf, isTabular, lacksOf, needsZone, withRole, yamlOf } from "./mapping";

const column = (name: string, samples: string[], more: Partial<MappingSuggestion["columns"][number]> = {}) => ({ name, filled: 3, samples, times: [], has_offset: false, is_number: false, is_amount: false, ...more });

const SUGGESTION: MappingSuggestion = {
  format: "csv",
  sheets: [],
  sheet: null,
  rows: 3,
  columns: [
    column("下单时间", ["2024/3/1 10:00"], { times: ["%Y/%m/%d %H:%M"] }),
    column("会员号", ["007"]),
    column("手机号", ["138"]),
    column("金额", ["5"], { is_number: true, is_amount: true }),
    column("件数", ["2"], { is_number: true }),
    column("a b", ["x"]),
  ],
  mapping: {
    source: { const: "orders" },
    files: [
      {
        match: "orders.csv",
        types: { 件数: "integer" },
        time: { column: "下单时间", format: ["%Y/%m/%d %H:%M"], zone: "UTC" },
        identifiers: [
          { namespace: "会员号", column: "会员号" },
          { namespace: "手机号", column: "手机号" },
        ],
        event: { const: "orders" },
        channel: { const: "unknown" },
        columns: { amount: { column: "金额" } },
      },
    ],
  } as never,
  yaml: "",
  doubts: [
    { code: "zone_missing", column: "下单时间", text: "" },
    { code: "channel_missing", column: null, text: "" },
  ],
  notes: [],
};

describe("the table", () => {
  it("is filled by the suggestion, and what the file does not say is asked", () => {
    const draft = draftOf(SUGGESTION, "Asia/Shanghai");
    expect(draft.roles).toEqual({ 下单时间: "time", 会员号: "identifier", 手机号: "identifier", 金额: "amount", 件数: "property", "a b": "property" });
    expect([draft.zone, draft.event, draft.channel]).toEqual(["Asia/Shanghai", "orders", ""]);
    expect(needsZone(draft, SUGGESTION)).toBe(true);
    expect(lacksOf(draft, SUGGESTION)).toEqual(["channel"]);
    expect(lacksOf({ ...draft, channel: "store", zone: "" }, SUGGESTION)).toEqual(["zone"]);
  });

  it("becomes a mapping, which keeps what it does not show", () => {
    let draft = { ...draftOf(SUGGESTION, "Asia/Shanghai"), channel: "store", link: true };
    draft = withRole(draft, "手机号", "trait", SUGGESTION);
    draft = withRole(draft, "a b", "ignore", SUGGESTION);
    draft = withRole(draft, "件数", "amount", SUGGESTION);
    expect(draft.roles["金额"]).toBe("property");
    expect(draft.identifiers).toEqual(["会员号"]);
    expect(documentOf(draft, SUGGESTION)).toEqual({
      source: { const: "orders" },
      files: [
        {
          match: "orders.csv",
          time: { column: "下单时间", format: ["%Y/%m/%d %H:%M"], zone: "Asia/Shanghai" },
          identifiers: [{ namespace: "会员号", column: "会员号" }],
          event: { const: "orders" },
          channel: { const: "store" },
          columns: { amount: { column: "件数" } },
          traits: { 手机号: { column: "手机号" } },
          props: { except: ["a b"] },
        },
      ],
    });
  });

  it("is written as YAML that quotes what would read otherwise", () => {
    const draft = { ...draftOf(SUGGESTION, "Asia/Shanghai"), channel: "no" };
    const lines = yamlOf(documentOf(withRole(draft, "a b", "ignore", SUGGESTION), SUGGESTION)).split("\n");
    expect(lines).toEqual([
      "source: orders",
      "match: orders.csv",
      'time: {column: 下单时间, format: ["%Y/%m/%d %H:%M"], zone: "Asia/Shanghai"}',
      "identifiers:",
      "  - {namespace: 会员号, column: 会员号}",
      "  - {namespace: 手机号, column: 手机号}",
      "event: {const: orders}",
      'channel: {const: "no"}',
      "types: {件数: integer}",
      "columns:",
      "  amount: {column: 金额}",
      'props: {except: ["a b"]}',
      "",
    ]);
  });

  it("asks for the amount where none is, until one is or it is meant to be left out", () => {
    let draft = draftOf(SUGGESTION, "Asia/Shanghai");
    expect(amountsAsked(draft, SUGGESTION)).toEqual([]);
    draft = withRole(draft, "金额", "property", SUGGESTION);
    expect(amountsAsked(draft, SUGGESTION)).toEqual(["金额"]);
    expect(amountsAsked(withRole(draft, "金额", "ignore", SUGGESTION), SUGGESTION)).toEqual([]);
    expect(amountsAsked(withRole(draft, "件数", "amount", SUGGESTION), SUGGESTION)).toEqual([]);
  });

  it("keeps how numbers are read, what is skipped and what is left out", () => {
    const [entry] = (SUGGESTION.mapping as unknown as { files: object[] }).files;
    const more = { numbers: { decimal: ".", group: ",", style: "amount" }, skip_if: 'row["会员号"] in ["合计"]', props: { except: ["a b"] } };
    const suggestion = { ...SUGGESTION, mapping: { source: { const: "orders" }, files: [{ ...entry, ...more }] } as never };
    expect(isTabular(suggestion)).toBe(true);
    expect(documentOf(draftOf(suggestion, "Asia/Shanghai"), suggestion).files[0]).toMatchObject(more);
    for (const beyond of [{ columns: { amount: { expr: "1.0" } } }, { traits: { tier: { column: "level" } } }, { props: "none" }]) {
      expect(isTabular({ ...suggestion, mapping: { source: { const: "o" }, files: [{ ...entry, ...beyond }] } as never })).toBe(false);
    }
  });
});
