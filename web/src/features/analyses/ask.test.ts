// The question of a view, as the API takes it.
import { describe, expect, it } from "vitest";

import { questionOf, versusScope } from "./ask";
import { isRule, stepName } from "../../ui/rule/rules";
import { carried, defaultView, readAddress } from "./view";
import type { Step } from "./view";

const place = { zone: "Asia/Shanghai", first_us: 0, last_us: Date.UTC(2024, 5, 29) * 1000 };
const step = (event: string): Step => ({ name: "", match: [{ event: [event] }] });

describe("questions", () => {
  it("of a funnel wait for a step", () => {
    const view = defaultView("funnel");
    expect(questionOf(view, place)).toBeNull();
    expect(questionOf({ ...view, steps: [{ name: "x", match: [{}] }] }, place)).toBeNull();
    expect(questionOf({ ...view, steps: [step("a"), { name: "", match: [] }] }, place)).toEqual({
      scope: { entry: {}, zone: "Asia/Shanghai" },
      steps: [{ name: "a", match: [{ event: ["a"] }] }],
      mode: "ordered",
      window: "7d",
    });
  });

  it("of a journey's funnel leave steps, window and mode to the journey", () => {
    const view = { ...defaultView("funnel"), unit: { of: "journey", journey: "j" } as const, steps: [step("a")] };
    expect(questionOf(view, place)).toEqual({ scope: { entry: {}, zone: "Asia/Shanghai" }, journey: { id: "j" } });
  });

  it("say period, people, channels, sessions and breakdown in the scope", () => {
    const view = {
      ...defaultView("paths"),
      period: { kind: "fixed", from: "2024-03-01", to: "2024-03-01" } as const,
      of: { by: "value", dimension: "channel", value: "web" } as const,
      channels: ["web"],
      by: { dimension: "platform", at: 2, top: 3 },
    };
    const from_us = Date.UTC(2024, 1, 29, 16) * 1000;
    expect(questionOf(view, place)).toEqual({
      scope: {
        entry: { from_us, to_us: from_us + 86_400_000_000 },
        zone: "Asia/Shanghai",
        events: [{ channel: ["web"] }],
        subjects: [{ channel: ["web"] }],
        subject: { of: "session", timeout: "30m" },
        by: { dimension: "platform", at: { step: 2 }, top: 3 },
      },
      collapse: true,
      steps: 5,
      top: 5,
    });
  });

  it("ask for what is shown, and no more", () => {
    const view = { ...defaultView("funnel"), steps: [step("a")] };
    expect(questionOf({ ...view, part: "trend", trend: "month" }, place)).toMatchObject({ options: { trend: "month" } });
    expect(questionOf({ ...view, part: "next" }, place)).toMatchObject({ options: { next: true } });
    expect(questionOf({ ...view, part: "time" }, place)).toEqual(questionOf(view, place));
    const flow = { ...defaultView("transitions"), depth: 7, after: ["a"], target: "b" };
    expect(questionOf(flow, place)).toEqual({ scope: { entry: {}, zone: "Asia/Shanghai" } });
    expect(questionOf({ ...flow, part: "steps" }, place)).toMatchObject({ steps: 7 });
    expect(questionOf({ ...flow, part: "next" }, place)).toMatchObject({ after: ["a"], target: "b" });
  });

  it("of segments and of RFM wait until they are about something", () => {
    expect(questionOf(defaultView("segments"), place)).toBeNull();
    expect(questionOf({ ...defaultView("segments"), segments: ["a"] }, place)).toMatchObject({ segments: ["a"], trend_days: 90 });
    expect(questionOf({ ...defaultView("segments"), segments: ["a"], days: 0 }, place)).not.toHaveProperty("trend_days");
    expect(questionOf(defaultView("rfm"), place)).toBeNull();
    expect(questionOf({ ...defaultView("rfm"), match: [{ event: ["a"] }], last: "90d" }, place)).toMatchObject({
      model: { match: [{ event: ["a"] }], value: "amount", high: 4, ties: "together", within: { last: "90d" } },
    });
  });

  it("leave out tests that are half written", () => {
    const half: Step = { name: "", match: [{ event: ["a"], where: [{ column: "", op: "eq", value: "1" }, { column: "amount", op: "gt", value: "" }, { column: "error", op: "missing" }] }] };
    const asked = questionOf({ ...defaultView("funnel"), steps: [half] }, place) as { steps: Step[] };
    expect(asked.steps[0]?.match).toEqual([{ event: ["a"], where: [{ column: "error", op: "missing" }] }]);
  });
});

describe("what is compared with", () => {
  const view = { ...defaultView("sessions"), period: { kind: "last", days: 7 } as const, channels: ["web"] };
  const own = { entry: { from_us: Date.UTC(2024, 5, 22, 16) * 1000, to_us: Date.UTC(2024, 5, 29, 16) * 1000 }, zone: "Asia/Shanghai", events: [{ channel: ["web"] }], subject: { of: "session", timeout: "30m" } };

  it("changes one thing and leaves the rest", () => {
    expect(versusScope(view, place)).toBeNull();
    const before = { from_us: Date.UTC(2024, 5, 15, 16) * 1000, to_us: Date.UTC(2024, 5, 22, 16) * 1000 };
    expect(versusScope({ ...view, versus: { kind: "previous" } }, place)).toEqual({ ...own, entry: before });
    expect(versusScope({ ...view, versus: { kind: "channels", channels: ["app"] } }, place)).toEqual({ ...own, events: [{ channel: ["app"] }] });
    expect(versusScope({ ...view, versus: { kind: "group", group: { by: "segment", segment: "vip" } } }, place)).toEqual({ ...own, segments: ["vip"] });
  });

  it("has the same days where activity over them is asked, which other days could not be put beside", () => {
    const active = { ...defaultView("lifecycle"), period: view.period };
    const { scope, over } = questionOf(active, place) as { scope: object; over: object };
    expect(over).toEqual(own.entry);
    expect(versusScope({ ...active, versus: { kind: "channels", channels: ["web"] } }, place)).toEqual({ ...scope, events: own.events });
    expect(carried("stickiness", { ...view, versus: { kind: "previous" } }).versus).toEqual({ kind: "none" });
    expect(readAddress("lifecycle", JSON.stringify({ v: 1, versus: { kind: "year" } })).versus).toEqual({ kind: "none" });
    expect(carried("retention", { ...view, versus: { kind: "previous" } }).versus).toEqual({ kind: "previous" });
  });

  it("is nothing where there is no period to go back from", () => {
    expect(versusScope({ ...view, period: { kind: "all" }, versus: { kind: "previous" } }, place)).toBeNull();
  });
});

describe("questions of paths and sessions", () => {
  const scope = { entry: {}, zone: "Asia/Shanghai" };
  const whole = { collapse: true, steps: 5, top: 5 };
  const paths = { ...defaultView("paths"), unit: { of: "customer" } as const };
  const cart = [{ event: ["cart"] }];
  const purchase = [{ event: ["purchase"] }];

  it("leave out an anchor nobody has chosen an event for, and one that is not asked for", () => {
    expect(questionOf({ ...paths, anchors: "between" }, place)).toEqual({ scope, ...whole });
    expect(questionOf({ ...paths, anchors: "none", from: cart }, place)).toEqual({ scope, ...whole });
    expect(questionOf({ ...paths, anchors: "from", from: cart, to: purchase }, place)).toEqual({ scope, ...whole, cut: { from: { match: cart } } });
  });

  it("say how a path is cut", () => {
    const view = {
      ...paths,
      anchors: "between" as const,
      from: cart,
      each: true,
      to: purchase,
      last: true,
      orNot: true,
      window: "30m",
      hide: ["home"],
      keep: ["cart", "purchase"],
      expand: [{ event: "cart", by: "channel", top: 3 }, { event: "", by: "page", top: 3 }],
      goal: [...purchase, {}],
    };
    const cut = {
      from: { match: cart, each: true },
      to: { match: purchase, last: true, or_not: true },
      window: "30m",
      hide: [{ event: ["home"] }],
      only: [{ event: ["cart", "purchase"] }],
      expand: [{ event: "cart", by: "channel", top: 3 }],
      goal: purchase,
    };
    expect(questionOf(view, place)).toEqual({ scope, ...whole, cut });
    const { expand: _, ...ofStages } = cut;
    expect(questionOf({ ...view, unit: { of: "journey", journey: "j" } }, place)).toEqual({ scope, ...whole, journey: { id: "j" }, cut: ofStages });
  });

  it("part subjects in two, or take one side", () => {
    expect(questionOf({ ...paths, having: cart, without: true }, place)).toEqual({ scope, ...whole, having: { match: cart, not: true } });
    expect(questionOf({ ...paths, having: cart, without: true, split: purchase }, place)).toEqual({ scope, ...whole, split: purchase });
  });

  it("say what a session is, of sessions and of all else that counts them", () => {
    const rules = { timeout: "1h", longest: "4h", midnight: true, campaign: "utm_campaign", apart: [{ channels: ["pos"], timeout: "", longest: "", instant: true }, { channels: [], timeout: "2h", longest: "", instant: false }] };
    const subject = { of: "session", timeout: "1h", longest: "4h", midnight: true, campaign: "utm_campaign", channels: [{ channels: ["pos"], instant: true }] };
    expect(questionOf({ ...defaultView("sessions"), ...rules }, place)).toEqual({ scope: { ...scope, subject } });
    expect(questionOf({ ...defaultView("transitions"), unit: { of: "session", ...rules } }, place)).toEqual({ scope: { ...scope, subject } });
    expect(questionOf(defaultView("sessions"), place)).toEqual({ scope: { ...scope, subject: { of: "session", timeout: "30m" } } });
  });
});

it("a step is called by its name, else by what does it", () => {
  expect(stepName({ ...step("a"), name: " 加购 " })).toBe("加购");
  expect(stepName({ name: "", match: [{ event: ["a", "b"] }, { event: ["c"] }] })).toBe("a | b | c");
  expect(stepName({ name: "", match: [{ where: [{ column: "amount", op: "gt", value: "9" }] }] })).toBe("amount gt 9");
  expect(isRule([{ event: [] }])).toBe(false);
});
