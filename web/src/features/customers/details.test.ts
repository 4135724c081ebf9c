import { describe, expect, it } from "vitest";

import type { TimelineEvent } from "../../api/types";
import { plain } from "../../ui/plain";
import { details, placed } from "./details";

const event = (id: string, rest: object = {}) =>
  ({ event_id: id, columns: {}, props: {}, traits: {}, items: [], ...rest }) as unknown as TimelineEvent;

describe("timeline events", () => {
  it("have their place, the newest first, over pages that are each in time order", () => {
    const all = placed([{ events: [event("3"), event("4")], newer: 0, matched: 5 }, { events: [event("0")], newer: 4, matched: 5 }, { events: [event("1"), event("2")], newer: 2, matched: 5 }], 5);
    expect([0, 1, 2, 3, 4].map((index) => all.get(index)?.event_id)).toEqual(["4", "3", "2", "1", "0"]);
    expect(all.size).toBe(5);
  });

  it("keep their order below what came since they were asked for", () => {
    const all = placed([{ events: [event("4"), event("5"), event("6")], newer: 0, matched: 7 }, { events: [event("1"), event("2")], newer: 2, matched: 5 }], 7);
    expect([...all].toSorted(([a], [b]) => a - b).map(([index, { event_id }]) => [index, event_id])).toEqual([[0, "6"], [1, "5"], [2, "4"], [4, "2"], [5, "1"]]);
  });

  it("show typed columns, then properties, then traits", () => {
    const shown = details(event("1", { columns: { amount: 9.5 }, props: { plan: null }, traits: { tags: ["a"] } }));
    expect(shown).toEqual([
      ["amount", "9.5"],
      ["plan", "–"],
      ["tags", '["a"]'],
    ]);
    expect(plain(false)).toBe("false");
  });

  it("show fractions as they were written, and long ids whole", () => {
    expect(plain(69.27000000000001)).toBe("69.27");
    expect(plain({ amount: 0.1 + 0.2 })).toBe('{"amount":0.3}');
    expect(plain(9007199254740991)).toBe("9007199254740991");
  });
});
