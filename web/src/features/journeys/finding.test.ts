// The sentence says what the numbers say, in each of their cases.
import { describe, expect, it } from "vitest";

import type { JourneyMap, People, Share, StageMetrics } from "../../api/types";
import { FEW, finding } from "./finding";

const people = (instances: number): People => ({ instances, customers: instances, pick: "x" });
const share = (hits: number, of: number): Share => ({ hits, of, share: of > 0 ? hits / of : null, low: null, high: null });

function stage(id: string, left: number, next: [number, number], conversion?: number): StageMetrics {
  return {
    stage: id,
    name: { "zh-CN": id, en: id },
    left_last: people(left),
    to_next: share(...next),
    ...(conversion === undefined ? {} : { expect: { conversion } }),
    conversion_met: conversion === undefined ? null : next[0] / next[1] >= conversion,
  } as unknown as StageMetrics;
}

function map(stages: StageMetrics[], goal: number, open = 0): JourneyMap {
  const left = stages.reduce((sum, each) => sum + each.left_last.instances, 0);
  return {
    stages,
    totals: {
      started: people(left + goal + open),
      goal: people(goal),
      left: people(left),
      open: people(open),
      conversion: share(goal, goal + left),
    },
  } as unknown as JourneyMap;
}

describe("finding", () => {
  it("names the stage most lost journeys ended at, and its shortfall", () => {
    const found = finding(map([stage("browse", 20, [80, 100], 0.7), stage("pay", 60, [40, 100], 0.65)], 40));
    expect(found).toMatchObject({ kind: "left_at", stage: { stage: "pay" }, shareOfLeft: 0.75, few: false, change: null, shortest: null });
    expect(found.kind === "left_at" && found.expected).toMatchObject({ conversion: 0.4, expected: 0.65, met: false });
  });

  it("names the stage furthest short where the lossy one does as expected", () => {
    const stages = [stage("browse", 90, [90, 100], 0.85), stage("cart", 5, [70, 100], 0.75), stage("pay", 5, [30, 100], 0.65)];
    const found = finding(map(stages, 10));
    expect(found).toMatchObject({ kind: "left_at", stage: { stage: "browse" }, expected: { met: true }, shortest: { stage: { stage: "pay" } } });
  });

  it("keeps the earlier stage of two that lose equally", () => {
    expect(finding(map([stage("a", 10, [1, 2]), stage("b", 10, [1, 2])], 0))).toMatchObject({ stage: { stage: "a" } });
  });

  it("says when nothing is expected, when journeys are few, and how conversion changed", () => {
    const before = map([stage("a", 20, [1, 2])], 20);
    expect(finding(map([stage("a", FEW, [1, 2])], 10), before)).toMatchObject({
      expected: null,
      few: false,
      change: { direction: "down", by: -0.25 },
    });
    expect(finding(map([stage("a", FEW - 1, [1, 2])], FEW - 1), before)).toMatchObject({ few: true, change: { direction: "same" } });
    expect(finding(map([stage("a", 10, [1, 2])], 30), before)).toMatchObject({ change: { direction: "up", by: 0.25 } });
  });

  it("does not compare a period whose losses are still to come", () => {
    const before = map([stage("a", 80, [1, 2])], 20, 1);
    const recent = map([stage("a", 30, [1, 2])], 30, 60);
    expect(finding(recent, before)).toMatchObject({ change: { direction: "unripe", open: 60, share: 0.5, shareBefore: 1 / 101 } });
    expect(finding(before, recent)).toMatchObject({ change: { direction: "unripe", share: 1 / 101, shareBefore: 0.5 } });
    expect(finding(map([stage("a", 80, [1, 2])], 20, 2), before)).toMatchObject({ change: { direction: "same" } });
  });

  it("has words for nobody, and for nobody lost", () => {
    expect(finding(map([stage("a", 0, [0, 0])], 0))).toEqual({ kind: "nobody" });
    expect(finding(map([stage("a", 0, [3, 3])], 3, 2))).toEqual({ kind: "none_left", arrived: 3, open: 2 });
  });
});
