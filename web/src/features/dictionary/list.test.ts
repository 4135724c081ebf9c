import { describe, expect, it } from "vitest";

import type { DictionaryEvent } from "../../api/types";
import { found, ordered, showOf } from "./list";

const event = (name: string, count: number, last_us: number | null, title = ""): DictionaryEvent => ({
  name,
  count,
  first_us: last_us,
  last_us,
  sources: [],
  channels: [],
  properties: 0,
  days: [],
  findings: 0,
  ...(title ? { note: { title, description: "", owner: "", status: null, version: 1, saved_at_us: 1, by: "lin" } } : {}),
});

const names = (events: readonly DictionaryEvent[]) => events.map(({ name }) => name);
const all = [event("purchase", 3, 5, "支付成功"), event("cart", 9, 7), event("planned", 0, null)];

describe("the list", () => {
  it("finds by every word, in names and in what people wrote", () => {
    expect(names(found(all, " "))).toEqual(["purchase", "cart", "planned"]);
    expect(names(found(all, "支付"))).toEqual(["purchase"]);
    expect(names(found(all, "P 支付"))).toEqual(["purchase"]);
    expect(names(found(all, "cart 支付"))).toEqual([]);
  });

  it("orders by a column, what has no value last either way", () => {
    expect(names(ordered(all, { column: "last_us", down: true }))).toEqual(["cart", "purchase", "planned"]);
    expect(names(ordered(all, { column: "last_us", down: false }))).toEqual(["purchase", "cart", "planned"]);
    expect(names(ordered(all, { column: "name", down: false }))).toEqual(["cart", "planned", "purchase"]);
    expect(ordered(all, null)).toBe(all);
  });

  it("shows events unless another part is asked for", () => {
    expect([showOf(undefined), showOf("quality"), showOf("nonsense")]).toEqual(["events", "quality", "events"]);
  });
});
