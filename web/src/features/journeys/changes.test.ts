// Paths of changes lead to the thing and the field they speak of.
import { describe, expect, it } from "vitest";

import { asText, nameIn, placeOf } from "./changes";

const definition = (name: string) => ({
  id: "j",
  name: "j",
  gap: "1d",
  goal: { name: "g", touchpoints: ["cart"] },
  stages: [{ id: "decide", name, touchpoints: [{ id: "cart", name: "Cart", match: [] }], cards: [{ id: "c", lane: "note" as const, text: "A note" }] }],
});
const first = (text: unknown) => asText(text, (localized) => (typeof localized === "string" ? localized : (localized["en"] ?? "")));

describe("a change", () => {
  it("is placed by its path", () => {
    expect(placeOf("name")).toEqual({ kind: "journey", id: null, stage: null, field: "name" });
    expect(placeOf("goal.target")).toEqual({ kind: "journey", id: null, stage: null, field: "goal.target" });
    expect(placeOf("stages[decide]")).toEqual({ kind: "stage", id: "decide", stage: null, field: null });
    expect(placeOf("stages[check-out].expect.time")).toEqual({ kind: "stage", id: "check-out", stage: null, field: "expect.time" });
    expect(placeOf("stages[decide].touchpoints[cart].match")).toEqual({ kind: "touchpoint", id: "cart", stage: "decide", field: "match" });
    expect(placeOf("stages[decide].cards[x_1]")).toEqual({ kind: "card", id: "x_1", stage: "decide", field: null });
    expect(placeOf("personas[phone].customers")).toEqual({ kind: "persona", id: "phone", stage: null, field: "customers" });
    expect(placeOf("signals[slow]")).toEqual({ kind: "signal", id: "slow", stage: null, field: null });
  });

  it("is named by the definition that has the thing, the newer first", () => {
    const both = [definition("New"), definition("Old")];
    expect(nameIn(both, placeOf("stages[decide].name"))).toBe("New");
    expect(nameIn([undefined, both[1]], placeOf("stages[decide]"))).toBe("Old");
    expect(nameIn(both, placeOf("stages[decide].touchpoints[cart]"))).toBe("Cart");
    expect(nameIn(both, placeOf("stages[decide].cards[c]"))).toBe("A note");
    expect(nameIn(both, placeOf("stages[gone]"))).toBeNull();
    expect(nameIn(both, placeOf("gap"))).toBeNull();
  });

  it("tells values that are texts, numbers or lists of texts, and leaves the rest", () => {
    expect([first("14d"), first(0.3), first({ en: "Cart", "zh-CN": "购物车" }), first(["a", "b"])]).toEqual(["14d", "0.3", "Cart", "a → b"]);
    expect([first(null), first([{ event: ["x"] }]), first({ time: 3 })]).toEqual([null, null, null]);
  });
});
