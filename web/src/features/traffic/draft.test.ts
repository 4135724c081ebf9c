import { describe, expect, it } from "vitest";

import type { TrafficRuleSet } from "../../api/types";
import { added, changed, draftOf, emptyRule, moved, removed, renamed, ruleFor, ruleNumber, rulesOf, same, sourcesOf, sourcesText, valuesOf } from "./draft";

const rule = (name: string) => ({ name, any: [{ all: [{ field: "source" as const, op: "is" as const, values: [name] }] }], group: "email" });
const SET: TrafficRuleSet = { groups: [{ id: "email", name: "Email" }], lists: [], rules: [rule("a"), rule("b"), rule("c")] };
const names = (draft: ReturnType<typeof draftOf>) => draft.rules.map((each) => each.rule.name);

describe("a draft of traffic rules", () => {
  it("moves, changes, removes and adds rules, and keeps what each is", () => {
    const draft = draftOf(SET);
    expect(names(moved(draft, 2, -1))).toEqual(["a", "c", "b"]);
    expect(moved(draft, 2, -1).rules[1]?.key).toBe(2);
    expect(names(moved(draft, 0, -1))).toEqual(["a", "b", "c"]);
    expect(names(moved(draft, 2, 1))).toEqual(["a", "b", "c"]);
    expect(names(changed(draft, 1, rule("x")))).toEqual(["a", "x", "c"]);
    expect(names(removed(draft, 1))).toEqual(["a", "c"]);
    const grown = added(removed(draft, 2), emptyRule("new", "email"));
    expect(grown.rules.map(({ key }) => key)).toEqual([0, 1, 3]);
    expect(same(rulesOf(draft), SET)).toBe(true);
    expect(same(rulesOf(grown), SET)).toBe(false);
  });

  it("makes a rule of what no rule takes", () => {
    const of = { source: "kiosk-7", medium: "(not set)", referrer_host: "", campaign: "spring", events: 1, first_us: 0, last_us: 0 };
    expect(ruleFor(of, "store")).toEqual({ name: "kiosk-7", any: [{ all: [{ field: "source", op: "is", values: ["kiosk-7"] }] }], group: "store" });
    expect(ruleFor({ ...of, medium: "tv" }, "store").any[0]?.all).toHaveLength(2);
    expect(ruleFor({ ...of, source: "(not set)" }, "store").any[0]?.all).toEqual([{ field: "campaign", op: "is", values: ["spring"] }]);
  });

  it("reads lists as they are written", () => {
    expect(valuesOf("微信， wx,,weixin ")).toEqual(["微信", "wx", "weixin"]);
    const sources = [{ source: "baidu", also: ["baidu.com", "百度"] }, { source: "sogou" }];
    expect(sourcesOf(sourcesText({ id: "s", name: "S", sources }))).toEqual(sources);
    expect(renamed({ en: "Store", "zh-CN": "门店" }, "en", "Shop")).toEqual({ en: "Shop", "zh-CN": "门店" });
    expect(ruleNumber("rules[4].any[0].all[1].values")).toBe(5);
    expect(ruleNumber("lists[0].id")).toBeNull();
  });
});
