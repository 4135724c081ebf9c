// A segment is offered only where it means what the answer counted. (That the sizes are equal, the stories prove on real data.)
import { describe, expect, it } from "vitest";

import { savableOf } from "./savable";
import { inChannels } from "./whoTests";
import type { FunnelView } from "./funnelView";
import { defaultView } from "./view";

const place = { zone: "UTC", first_us: 0, last_us: Date.UTC(2024, 5, 29) * 1000 };
const people = (customers: number) => ({ customers, instances: customers, pick: "p" });
const step = (name: string, customers: number) => ({ name, reached: people(customers) });
const steps = [step("a", 10), step("b", 6), step("c", 1)];
const answer = { subjects: people(20), steps };
const view: FunnelView = { ...defaultView("funnel"), steps: ["a", "b", "c"].map((event) => ({ name: "", match: [{ event: [event] }] })) };

const sequence = (...events: string[]) => ({ sequence: { steps: events.map((event) => [{ event: [event] }]), span: "7d" } });

describe("what can be kept as a segment", () => {
  it("of a funnel is who reached a step, and who did not go on, in the window", () => {
    const found = savableOf(view, answer, place);
    expect(found.map(({ key, customers }) => [key, customers])).toEqual([
      ["reached-0", 10],
      ["stopped-0", 4],
      ["reached-1", 6],
      ["stopped-1", 5],
      ["reached-2", 1],
      ["everyone", 20],
    ]);
    expect(found[2]?.who).toEqual(sequence("a", "b"));
    expect(found[3]?.who).toEqual({ all: [sequence("a", "b"), { not: sequence("a", "b", "c") }] });
  });

  it("says period, people and channels", () => {
    const scoped: FunnelView = { ...view, window: "", channels: ["web"], period: { kind: "fixed", from: "2024-03-01", to: "2024-03-01" }, of: { by: "segment", segment: "vip" } };
    const found = savableOf(scoped, answer, place);
    const from_us = Date.UTC(2024, 2, 1) * 1000;
    const any = ["exists", "missing"].map((op) => ({ where: [{ column: "text", op }], channel: ["web"] }));
    expect(found[0]?.who).toEqual({
      all: [{ segment: "vip" }, { did: { match: [{ event: ["a"], channel: ["web"] }], within: { from_us, to_us: from_us + 86_400_000_000 }, is: { gte: 1 } } }],
    });
    expect(found.at(-1)?.who).toEqual({ all: [{ segment: "vip" }, { did: { match: any, within: { from_us, to_us: from_us + 86_400_000_000 }, is: { gte: 1 } } }] });
    // Later steps may lie after a period that is over; of one that is not, all known ones lie in it.
    expect(found.map(({ key }) => key)).toEqual(["reached-0", "everyone"]);
    const now = savableOf({ ...view, period: { kind: "fixed", from: "2024-03-01", to: "2024-06-30" } }, answer, place);
    expect(now[2]?.who).toEqual({ sequence: { ...sequence("a", "b").sequence, within: { from_us, to_us: Date.UTC(2024, 6, 1) * 1000 } } });
  });

  it("is nothing where a segment cannot say it", () => {
    expect(savableOf({ ...view, unit: { of: "session", timeout: "30m" } }, answer, place)).toEqual([]);
    expect(savableOf({ ...view, unit: { of: "journey", journey: "j" } }, answer, place)).toEqual([]);
    expect(savableOf({ ...view, mode: "strict_order" }, answer, place).map(({ key }) => key)).toEqual(["everyone"]);
    const changes: Partial<FunnelView>[] = [
      { count: "totals" },
      { entry: "first" },
      { reuse: true },
      { hold: ["channel"] },
      { exclusions: [{ match: [{ event: ["error"] }], after: null, before: null, effect: "drop" }] },
      { steps: view.steps.map((each, index) => ({ ...each, ...(index === 1 ? { optional: true as const } : {}) })) },
    ];
    for (const change of changes) expect(savableOf({ ...view, ...change }, answer, place).map(({ key }) => key)).toEqual(["everyone"]);
    expect(savableOf({ ...view, count: "sessions" }, answer, place)).toEqual([]);
    expect(savableOf({ ...view, channels: ["web"], of: { by: "value", dimension: "channel", value: "store" } }, answer, place)).toEqual([]);
    const sessions = defaultView("sessions");
    expect(savableOf({ ...sessions, period: { kind: "last", days: 7 } }, { sessions: people(3) }, place)).toEqual([]);
    const rfm = { ...defaultView("rfm"), match: [{ event: ["purchase"] }] };
    const named = { named: [{ group: "important_value", people: people(2) }] };
    expect(savableOf(rfm, named, place)).toHaveLength(1);
    expect(savableOf({ ...rfm, channels: ["web"] }, named, place)).toEqual([]);
  });

  it("of overlaps names who is in and who is not", () => {
    const overlaps = [
      { segments: ["x"], members: people(5), only: people(3) },
      { segments: ["x", "y"], members: people(2), only: people(1) },
    ];
    const segments = ["x", "y", "z"].map((id) => ({ id }));
    const found = savableOf({ ...defaultView("segments"), segments: ["x", "y", "z"] }, { population: people(9), segments, overlaps }, place);
    expect(found.map(({ who, customers }) => [who, customers])).toEqual([
      [{ all: [{ segment: "x" }, { segment: "y" }] }, 2],
      [{ all: [{ segment: "x" }, { segment: "y" }, { not: { segment: "z" } }] }, 1],
    ]);
  });
});

it("a rule on some channels keeps what both say", () => {
  expect(inChannels([{ event: ["a"], channel: ["web", "app"] }, { channel: ["store"] }, { event: ["b"] }], ["web"])).toEqual([
    { event: ["a"], channel: ["web"] },
    { event: ["b"], channel: ["web"] },
  ]);
  expect(inChannels([{ channel: ["store"] }], ["web"])).toBeNull();
});

describe("what over time can be kept as a segment", () => {
  const weeks = [0, 1, 2].map((week) => ({ from_us: week * 7, to_us: week * 7 + 7 }));
  const [before, last] = [weeks[0], weeks[1]];
  const any = ["exists", "missing"].map((op) => ({ where: [{ column: "text", op }] }));
  const cart = [{ event: ["cart"] }];
  const happened = (within: object | undefined, match: object = cart) => ({ did: { match, within, is: { gte: 1 } } });

  it("is who was what in the last stretch that is over", () => {
    const periods = weeks.map((week, at) => ({ ...week, period: `w${at}`, complete: at < 2, active: people(9), new: people(1), retained: people(2), resurrected: people(3), dormant: people(4) }));
    const found = savableOf({ ...defaultView("lifecycle"), active: cart, period: { kind: "last", days: 7 } }, { periods }, place);
    expect(found.map(({ is, names, customers }) => [is, names, customers])).toEqual([
      ["active", ["w1"], 9],
      ["new", ["w1"], 1],
      ["retained", ["w1"], 2],
      ["resurrected", ["w1"], 3],
      ["dormant", ["w1"], 4],
    ]);
    expect(found[3]?.who).toEqual({ all: [happened(last), { not: happened(before) }, { not: { first: { match: cart, within: last } } }] });
    expect(found[4]?.who).toEqual({ all: [happened(before), { not: happened(last) }] });
    expect(savableOf(defaultView("lifecycle"), { periods: periods.slice(1) }, place)).toEqual([]);
  });

  it("is who started, all of them or in a cohort, and who came to the end", () => {
    const cohorts = weeks.map((week, at) => ({ ...week, cohort: `w${at}`, started: people(at), cells: [] }));
    const retention = { ...defaultView("retention"), start: cart };
    const found = savableOf(retention, { started: people(7), cohorts }, place);
    expect(found.map(({ key, customers }) => [key, customers])).toEqual([["started", 7], ["cohort-w2", 2], ["cohort-w1", 1], ["cohort-w0", 0]]);
    expect(found[1]?.who).toEqual({ first: { match: cart, within: weeks[2] } });
    expect(savableOf({ ...retention, starts: "every" }, { started: people(7), cohorts }, place)).toHaveLength(1);
    expect(savableOf({ ...retention, period: { kind: "last", days: 7 } }, { started: people(7), cohorts }, place)).toEqual([]);
    const survival = { ...defaultView("survival"), start: cart, end: [{ event: ["purchase"] }] };
    const curves = [{ ended: people(4), censored: people(3) }];
    expect(savableOf(survival, { started: people(7), curves }, place).map(({ is, customers }) => [is, customers])).toEqual([["ended", 4], ["lasting", 3], ["started", 7]]);
    const groups = [{ name: "g", match: cart }];
    expect(savableOf({ ...survival, groups }, { started: people(7), curves }, place).map(({ is }) => is)).toEqual(["started"]);
  });

  it("is who was active on so many days, and who converted in the period", () => {
    const counts = [1, 2, 3, 4].map((units) => ({ units, at_least: people(10 - units) }));
    const stickiness = defaultView("stickiness");
    const periods = [{ ...weeks[0], period: "w0", complete: true, active: people(9), counts }];
    const found = savableOf(stickiness, { periods }, place);
    expect(found.map(({ key, customers }) => [key, customers])).toEqual([["active", 9], ["days-2", 8], ["days-3", 7]]);
    expect(found[1]?.who).toEqual({ did: { match: any, within: weeks[0], measure: "days", is: { gte: 2 } } });
    expect(savableOf({ ...stickiness, calendar: "week" }, { periods }, place)).toHaveLength(1);
    const attribution = { ...defaultView("attribution"), conversion: cart, period: { kind: "fixed" as const, from: "2024-03-01", to: "2024-03-01" } };
    const from_us = Date.UTC(2024, 2, 1) * 1000;
    const [converted] = savableOf(attribution, { conversions: { people: people(5) } }, place);
    expect(converted).toMatchObject({ is: "converted", customers: 5, who: happened({ from_us, to_us: from_us + 86_400_000_000 }) });
  });
});
