// What a funnel's settings ask, and that exclusions stay between their steps however those are moved.
import { describe, expect, it } from "vitest";

import type { Exclusion, FunnelView } from "./funnelView";
import { countOf, funnelQuestion, rearranged } from "./funnelView";
import { defaultView, readView } from "./view";

const rule = (event: string) => [{ event: [event] }];
const exclusion = (after: number | null, before: number | null): Exclusion => ({ match: rule("error"), after, before, effect: "drop" });
const view: FunnelView = {
  ...defaultView("funnel"),
  steps: ["a", "b", "c", "d"].map((event) => ({ name: "", match: rule(event) })),
};
const options = (change: Partial<FunnelView>) => (funnelQuestion({ ...view, ...change }, { entry: {}, zone: "UTC" }) as { options?: object }).options;
const optional = (...places: number[]) => view.steps.map((step, index) => ({ ...step, ...(places.includes(index) ? { optional: true as const } : {}) }));

describe("a funnel asks", () => {
  it("nothing beyond its steps where nothing is set", () => {
    expect(options({})).toBeUndefined();
    expect(options({ part: "trend", trend: "day" })).toEqual({ trend: "day" });
  });

  it("what is set, steps counted from 1", () => {
    const all = { count: "sessions", entry: "first", reuse: true, hold: ["channel"], steps: optional(1), exclusions: [exclusion(null, 3), exclusion(3, null)], part: "next" } as const;
    expect(options({ ...all, hold: ["channel"], exclusions: [...all.exclusions] })).toEqual({
      count: "sessions",
      entry: "first",
      reuse: true,
      hold: ["channel"],
      optional: [2],
      next: true,
      exclusions: [
        { match: rule("error"), before: 3, effect: "drop" },
        { match: rule("error"), after: 3, effect: "drop" },
      ],
    });
  });

  it("not what the server takes only with other settings", () => {
    expect(options({ count: "totals", entry: "first" })).toEqual({ count: "totals" });
    expect(options({ mode: "unordered", steps: optional(1), exclusions: [exclusion(2, 3)] })).toEqual({ exclusions: [{ match: rule("error"), effect: "drop" }] });
    expect(options({ mode: "strict_order", count: "totals", reuse: true, hold: ["site"], exclusions: [exclusion(null, null)], part: "next" })).toEqual({ next: true });
    expect(options({ unit: { of: "journey", journey: "j" }, count: "totals", part: "trend" })).toEqual({ trend: "week" });
    expect(options({ unit: { of: "session", timeout: "1h" }, count: "sessions" })).toBeUndefined();
  });

  it("with the places steps have among those that are complete", () => {
    const steps = [view.steps[0], { name: "", match: [{}] }, ...optional(2).slice(1)].flatMap((step) => step ?? []);
    expect(options({ steps, exclusions: [exclusion(3, 5), exclusion(2, 5), { ...exclusion(null, null), match: [{}] }] })).toEqual({
      optional: [3],
      exclusions: [{ match: rule("error"), after: 2, before: 4, effect: "drop" }],
    });
  });
});

it("a funnel counts what it says only in a mode that takes options", () => {
  expect(countOf({ ...view, count: "totals" })).toBe("totals");
  expect(countOf({ ...view, count: "totals", mode: "strict_once" })).toBe("uniques");
});

const moved = (exclusions: Exclusion[], order: number[], steps = view.steps) => rearranged({ steps, exclusions }, order).exclusions.map(({ after, before }) => [after, before]);

describe("exclusions", () => {
  it("stay between their steps", () => {
    expect(moved([exclusion(2, 3)], [0, 1, 2, 3])).toEqual([[2, 3]]);
    expect(moved([exclusion(2, 3), exclusion(null, 2), exclusion(3, null)], [1, 0, 2, 3])).toEqual([[null, 3], [null, null], [3, null]]);
    expect(moved([exclusion(2, 3)], [0, 2, 1, 3])).toEqual([[2, 3]]);
  });

  it("reach to the ends of the funnel where a step is gone or may be left out", () => {
    expect(moved([exclusion(2, 3)], [0, 2, 3])).toEqual([[null, 2]]);
    expect(moved([exclusion(2, 3)], [0, 1, 2, 3], optional(1))).toEqual([[null, 3]]);
    expect(moved([exclusion(null, 2)], [1])).toEqual([[null, null]]);
  });

  it("are not at a step that becomes the first or last, which everyone takes", () => {
    expect(rearranged({ steps: optional(1), exclusions: [] }, [1, 0, 2, 3]).steps.some((step) => step.optional)).toBe(false);
  });
});

describe("the window and the tolerance of a funnel", () => {
  const steps = [{ name: "", match: [{ event: ["a"] }] }];
  const read = (fields: object) => readView({ v: 1, page: "analysis", kind: "funnel", steps, ...fields }) as FunnelView;
  const asked = (fields: object) => funnelQuestion(read(fields), { entry: {}, zone: "UTC" }) as { window?: string; options?: object };

  it("are read where the API takes them, else as by default", () => {
    for (const window of ["7d", "session:10m", "calendar:quarter", ""]) expect(read({ window }).window).toBe(window);
    for (const window of ["session", "session:", "calendar:hour", "soon"]) expect(read({ window }).window).toBe("7d");
    expect([read({ tolerance: 500 }).tolerance, read({ tolerance: 60_001 }).tolerance, read({ tolerance: "x" }).tolerance]).toEqual([500, 0, 0]);
  });

  it("are asked only of funnels that have them", () => {
    expect(asked({ window: "session:30m" })).toMatchObject({ window: "session:30m" });
    expect(asked({ window: "session:30m", mode: "strict_order" }).window).toBeUndefined();
    expect(asked({ tolerance: 500 }).options).toEqual({ tie_tolerance_ms: 500 });
    for (const other of [{ mode: "strict" }, { mode: "unordered" }, { mode: "default" }]) expect(asked({ tolerance: 500, ...other }).options).toBeUndefined();
    expect(asked({ tolerance: 500, reuse: true }).options).toEqual({ reuse: true });
  });
});
