// What answers come to. The numbers are those of the sample shop's funnel of five steps in 7 days.
import { describe, expect, it } from "vitest";

import type { FunnelStep } from "../../api/types";
import { funnelFinding, pathsFinding, sessionsFinding, transitionsFinding, versusFinding } from "./finding";
import { apart, wilson } from "./interval";

const REACHED = [522, 417, 260, 139, 54];
const DROPPED = [95, 130, 102, 68, 0];
const durations = { count: 0 };

function steps(reached = REACHED, dropped = DROPPED): FunnelStep[] {
  return reached.map((count, index) => {
    const share = (of: number) => ({ hits: count, of, ...wilson(count, of) });
    const people = (n: number, what: string) => ({ instances: n, customers: n, pick: `step/${index + 1}${what}` });
    return {
      name: `s${index + 1}`,
      reached: people(count, ""),
      from_previous: share(reached[Math.max(0, index - 1)] ?? 0),
      from_first: share(reached[0] ?? 0),
      dropped: people(dropped[index] ?? 0, "/dropped"),
      open: people(0, "/open"),
      time_from_previous: durations,
    };
  });
}

const subjects = (n: number) => ({ instances: n, customers: n, pick: "subjects" });

describe("the interval", () => {
  it("is the one the server gives", () => {
    // Of 522 the funnel's second step has 417, as the API answers.
    const at = wilson(417, 522);
    expect(at?.low).toBeCloseTo(0.7623358660959497, 12);
    expect(at?.high).toBeCloseTo(0.8309988639189164, 12);
    expect(wilson(0, 0)).toBeNull();
    expect(wilson(5, 5)?.high).toBe(1);
  });

  it("tells shares apart only where nothing is common", () => {
    expect(apart({ low: 0.1, high: 0.2 }, { low: 0.21, high: 0.3 })).toBe(true);
    expect(apart({ low: 0.1, high: 0.2 }, { low: 0.2, high: 0.3 })).toBe(false);
  });
});

describe("a funnel", () => {
  it("says conversion, and after which step most are lost", () => {
    const found = funnelFinding({ steps: steps() });
    if (found.kind !== "funnel") throw new Error(found.kind);
    expect(found.conversion?.share).toBeCloseTo(54 / 522, 12);
    expect(found.worst?.from.name).toBe("s2");
    expect(found.worst?.to.name).toBe("s3");
    expect(found.worst?.lost.share).toBeCloseTo(130 / 417, 12);
    expect(found.few).toBe(false);
    expect(found.spread).toBeNull();
  });

  it("does not lose people before a step that may be left out", () => {
    const withOptional = steps([10, 4, 6], [4, 0, 0]).map((step, index) => ({ ...step, optional: index === 1 }));
    const found = funnelFinding({ steps: withOptional });
    expect(found.kind === "funnel" && found.worst).toMatchObject({ from: { name: "s1" }, to: { name: "s3" } });
  });

  it("compares groups only where they are not tiny, and says whether intervals touch", () => {
    const group = (value: string, reached: number[]) => ({ group: "value" as const, value, subjects: subjects(reached[0] ?? 0), steps: steps(reached, [0, 0]) });
    const far = funnelFinding({ steps: steps(), groups: [group("a", [200, 150]), group("b", [200, 40]), group("tiny", [3, 0])] });
    expect(far.kind === "funnel" && far.spread).toMatchObject({ high: { group: { value: "a" } }, low: { group: { value: "b" } }, apart: true });
    const near = funnelFinding({ steps: steps(), groups: [group("a", [200, 45]), group("b", [200, 40])] });
    expect(near.kind === "funnel" && near.spread?.apart).toBe(false);
    const alone = funnelFinding({ steps: steps(), groups: [group("a", [200, 45]), group("tiny", [3, 0])] });
    expect(alone.kind === "funnel" && alone.spread).toBeNull();
  });

  it("nobody entered says nothing more", () => {
    expect(funnelFinding({ steps: steps([0, 0], [0, 0]) })).toEqual({ kind: "nobody" });
  });
});

it("paths say where most begin and which is the commonest", () => {
  const found = pathsFinding({
    subjects: subjects(100),
    variants: 7,
    top: [{ path: ["a", "b"], people: { instances: 12, customers: 9, pick: "path/a/b" } }],
    positions: [{ labels: [{ label: "a", subjects: 40, pick: "step/1/a" }] }],
  });
  expect(found).toMatchObject({ kind: "paths", start: { label: "a", at: { share: 0.4 } }, commonest: { pick: "path/a/b", subjects: 12 }, variants: 7, few: false });
});

it("paths with a goal say their conversion, of those whose end is known", () => {
  // As the sample shop answers: 489 paths from a cart on, 151 of which come to a purchase within half an hour.
  const found = pathsFinding({
    subjects: subjects(489),
    variants: 136,
    top: [],
    positions: [],
    to_goal: { hits: 151, of: 489, share: 151 / 489 },
    ends: { goal: { subjects: 151, pick: "end/goal" }, left: { subjects: 338, pick: "end/left" }, open: { subjects: 0, pick: "end/open" } },
  });
  if (found.kind !== "paths") throw new Error(found.kind);
  expect(found.conversion).toMatchObject({ reached: 151, pick: "end/goal", open: 0 });
  expect(found.conversion?.at?.share).toBeCloseTo(0.3088, 4);
  expect(pathsFinding({ subjects: subjects(5), variants: 1, top: [], positions: [], to_goal: null })).toMatchObject({ conversion: null, few: true });
});

const shares = (here: number, there: number, low: number, high: number) => ({
  here: { hits: here, of: 100 },
  there: { hits: there, of: 100 },
  difference: { value: (here - there) / 100, low, high },
});

describe("two sides of a split", () => {
  it("are told apart by their conversion, and whether it may be chance", () => {
    const goal = shares(30, 20, -0.02, 0.21);
    expect(versusFinding({ to_goal: goal, positions: [] }, true)).toMatchObject({ kind: "conversion", here: { share: 0.3 }, there: { share: 0.2 }, apart: false });
    expect(versusFinding({ to_goal: shares(40, 20, 0.07, 0.32), positions: [] }, true)).toMatchObject({ apart: true });
    expect(versusFinding({ to_goal: { ...goal, difference: null }, positions: [] }, true)).toBeNull();
  });

  it("without a goal by the step they differ most at, of those that can be told apart", () => {
    const told = [
      { position: 2, label: "b", ...shares(30, 10, 0.09, 0.3) },
      { position: 1, label: "a", ...shares(60, 30, -0.01, 0.6) },
      { position: 3, label: null, ...shares(90, 10, 0.7, 0.87) },
    ];
    expect(versusFinding({ positions: told }, false)).toMatchObject({ kind: "step", position: 2, label: "b" });
    expect(versusFinding({ positions: told.slice(1) }, false)).toEqual({ kind: "alike" });
    expect(versusFinding({ positions: [] }, false)).toBeNull();
  });
});

it("transitions leave out an event that follows itself, but count it in the share", () => {
  const edge = (from: string, to: string, count: number) => ({ from, to, count, people: subjects(1), share: 0, share_with_end: 0, gap: durations });
  const found = transitionsFinding({ subjects: subjects(50), edges: [edge("a", "a", 60), edge("a", "b", 40)], ends: [{ label: "b", subjects: 30, pick: "end/b" }, { label: "a", subjects: 20, pick: "end/a" }], nodes: [], steps: [] });
  expect(found).toMatchObject({ kind: "transitions", edge: { to: "b" }, at: { share: 0.4 }, end: { label: "b", at: { share: 0.6 } } });
});

it("sessions say how many bounce and where most begin", () => {
  const numbers = { sessions: subjects(3605), bounces: subjects(231), entries: [{ label: "home", subjects: 1148, pick: "entry/home" }] };
  const found = sessionsFinding(numbers);
  if (found.kind !== "sessions") throw new Error(found.kind);
  expect(found.bounced?.share).toBeCloseTo(231 / 3605, 12);
  expect(found.entry).toMatchObject({ label: "home", pick: "entry/home" });
  expect(sessionsFinding({ ...numbers, sessions: subjects(0) })).toEqual({ kind: "nobody" });
});
