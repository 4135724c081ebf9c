// The question of a view, as the API takes it.
import { describe, expect, it } from "vitest";

import { isComplete, questionOf, stepName } from "./ask";
import { defaultView } from "./view";
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

  it("leave out tests that are half written", () => {
    const half: Step = { name: "", match: [{ event: ["a"], where: [{ column: "", op: "eq", value: "1" }, { column: "amount", op: "gt", value: "" }, { column: "error", op: "missing" }] }] };
    const asked = questionOf({ ...defaultView("funnel"), steps: [half] }, place) as { steps: Step[] };
    expect(asked.steps[0]?.match).toEqual([{ event: ["a"], where: [{ column: "error", op: "missing" }] }]);
  });
});

it("a step is called by its name, else by what does it", () => {
  expect(stepName({ ...step("a"), name: " 加购 " })).toBe("加购");
  expect(stepName({ name: "", match: [{ event: ["a", "b"] }, { event: ["c"] }] })).toBe("a | b | c");
  expect(stepName({ name: "", match: [{ where: [{ column: "amount", op: "gt", value: "9" }] }] })).toBe("amount gt 9");
  expect(isComplete({ name: "x", match: [{ event: [] }] })).toBe(false);
});
