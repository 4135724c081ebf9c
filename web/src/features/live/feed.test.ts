import { describe, expect, it } from "vitest";

import type { LiveEvent, LiveRejection } from "../../api/types";
import type { Arrival } from "./feed";
import { KEPT_MAX, SHOWN_MAX, arrived, fresh, gist, joined, matches, refused, shown, since } from "./feed";

const event = (seq: number, rest: Partial<LiveEvent> = {}) =>
  arrived({
    seq,
    received_us: seq,
    time_us: seq,
    source: "shop",
    protocol: "segment",
    event: "page_view",
    channel: "web",
    identifiers: [{ namespace: "user_id", value: "Member-7" }],
    columns: { amount: 0.1 + 0.2 },
    traits: {},
    props: { plan: "gold" },
    items: [],
    late: false,
    ...rest,
  });
const rejection = (seq: number, rest: Partial<LiveRejection> = {}) =>
  refused({ seq, received_us: seq, source: "shop", protocol: "segment", code: "time_missing", field: "time", reason: "no time", original: '{"event":"order_paid"}', ...rest });

const told = (kept: Arrival[], batch: Arrival[]) => joined(kept, fresh(kept, batch));

describe("the feed", () => {
  it("stands newest first, and what is told again counts once", () => {
    const first = told([], [event(1), event(2)]);
    const again = told(first, [event(1), event(2), rejection(2), event(3)]);
    expect(again.map(({ id }) => id)).toEqual(["e3-3", "r2-2", "e2-2", "e1-1"]);
    // Nothing new: the very list, so that nothing is drawn again.
    expect(told(again, [event(3)])).toBe(again);
  });

  it("keeps and shows no more than it may, the newest of both", () => {
    const kept = told([], Array.from({ length: KEPT_MAX + 100 }, (_, n) => event(n)));
    expect(kept).toHaveLength(KEPT_MAX);
    expect(kept[0]).toMatchObject({ seq: KEPT_MAX + 99 });
    expect(shown(kept, {})).toHaveLength(SHOWN_MAX);
    // A filter looks through all that is kept, not only through what is shown.
    expect(shown(kept, { who: "member" })).toHaveLength(SHOWN_MAX);
    expect(shown([...kept.slice(0, 1000), event(0, { event: "rare" })], { event: "rare" })).toHaveLength(1);
  });

  it("knows what came while it stood still, also when that is more than is kept", () => {
    const frozen = told([], [event(1), event(2)]);
    expect(since(frozen, frozen)).toBe(0);
    expect(since(told(frozen, [event(3), rejection(4)]), frozen)).toBe(2);
    expect(since(told(frozen, Array.from({ length: KEPT_MAX }, (_, n) => event(n + 3))), frozen)).toBe(KEPT_MAX);
  });

  it("is filtered by source, channel, parts of names and identifiers, and to what was refused", () => {
    const paid = event(1, { event: "order_paid", channel: "store" });
    expect(matches(paid, { source: "shop", channel: "store", event: "PAID", who: "user_id: member" })).toBe(true);
    for (const filter of [{ source: "pos" }, { channel: "web" }, { event: "view" }, { who: "member-8" }, { rejected: true }]) {
      expect(matches(paid, filter)).toBe(false);
    }
    expect(matches(rejection(1), { rejected: true, event: "order" })).toBe(true);
    expect(matches(rejection(1), { who: "member" })).toBe(false);
    expect(matches(rejection(1), { channel: "web" })).toBe(false);
  });

  it("says in a line what an event is about", () => {
    expect(gist(event(1))).toBe("amount: 0.3 · plan: gold");
    expect(gist(rejection(1))).toBe('{"event":"order_paid"}');
  });
});
