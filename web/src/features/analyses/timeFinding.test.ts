// What analyses over the calendar come to. Numbers are those of the sample shop by month, as the reference prints them.
import { describe, expect, it } from "vitest";

import type { LifecycleNumbers, RetentionNumbers, StickinessNumbers, SurvivalAnswer } from "../../api/types";
import { wilson } from "./interval";
import { chosenPeriod, curvesOf, lifecycleFinding, retentionFinding, stickinessFinding, survivalFinding } from "./timeFinding";

const people = (n: number, pick = "x") => ({ instances: n, customers: n, pick });
const share = (hits: number, of: number) => ({ hits, of, ...wilson(hits, of) });

/** Returned and due by month after the start. */
const TOTAL = [[597, 597], [433, 535], [269, 368], [124, 187], [39, 63], [0, 0]] as const;

function retention(total: readonly (readonly [number, number])[] = TOTAL): RetentionNumbers {
  return {
    started: people(600, "started"),
    columns: total.map((_, from) => ({ name: String(from), from, to: from })),
    total: total.map(([hits, of], index) => ({ name: String(index), returned: people(hits, `returned/${index}`), share: share(hits, of) })),
    cohorts: [
      { cohort: "2024-01-01", from_us: 1, to_us: 2, started: people(63), cells: [] },
      { cohort: "2024-06-01", from_us: 3, to_us: 4, started: people(3), cells: [] },
    ],
  };
}

describe("retention", () => {
  it("says the first unit after the start, and the last for which enough are due", () => {
    const found = retentionFinding(retention());
    if (found.kind !== "retention") throw new Error(found.kind);
    expect(found).toMatchObject({ from_us: 1, to_us: 4, early: { index: 1, column: { name: "1" } }, late: { index: 4 }, spread: null, few: false });
    expect(found.early?.at.share).toBeCloseTo(0.8093, 4);
  });

  it("says no second unit where too few are due, and none at all where nobody is", () => {
    expect(retentionFinding(retention([[63, 63], [20, 29], [5, 12]]))).toMatchObject({ early: { index: 1 }, late: null });
    expect(retentionFinding(retention([[63, 63], [0, 0]]))).toMatchObject({ early: null, late: null });
    expect(retentionFinding({ ...retention(), started: people(0) })).toEqual({ kind: "nobody" });
  });

  it("compares groups by the unit it says", () => {
    const group = (value: string, hits: number, of: number) => ({ group: "value" as const, value, ...retention([[of, of], [hits, of]]) });
    expect(retentionFinding(retention(), [group("a", 90, 100), group("b", 40, 100), group("tiny", 1, 2)])).toMatchObject({ spread: { high: { group: { value: "a" } }, low: { group: { value: "b" } }, apart: true } });
  });
});

it("lifecycle speaks of the last period that has ended, and of the one before it", () => {
  const period = (name: string, active: number, complete = true) => ({ period: name, from_us: 0, to_us: 1, complete, active: people(active), new: people(0), retained: people(0), resurrected: people(0), dormant: people(0), retained_share: share(0, 0) });
  const periods: LifecycleNumbers["periods"] = [period("2024-04-01", 453), period("2024-05-01", 468), period("2024-06-01", 462, false)];
  const found = lifecycleFinding({ customers: people(600), periods });
  expect(found).toMatchObject({ kind: "lifecycle", period: { period: "2024-05-01" }, before: { period: "2024-04-01" }, few: false });
  expect(found.kind === "lifecycle" && found.change).toBeCloseTo(15 / 453, 12);
  expect(lifecycleFinding({ customers: people(3), periods: [period("2024-06-01", 3, false)] })).toMatchObject({ period: { period: "2024-06-01" }, before: null, change: null, few: true });
  expect(lifecycleFinding({ customers: people(0), periods: [] })).toEqual({ kind: "nobody" });
});

it("stickiness looks at the period chosen, else at the last that has ended", () => {
  const period = (name: string, active: number, complete = true) => ({ period: name, from_us: 0, to_us: 1, complete, active: people(active), units: 31, counts: [{ name: "2", units: 2, exactly: people(1), at_least: people(2), share: share(2, active) }] });
  const numbers: StickinessNumbers = { customers: people(600), periods: [period("2024-04-01", 453), period("2024-05-01", 468), period("2024-06-01", 462, false)], units: [] };
  expect(chosenPeriod(numbers, "")?.period).toBe("2024-05-01");
  expect(chosenPeriod(numbers, "2024-06-01")?.period).toBe("2024-06-01");
  expect(chosenPeriod(numbers, "1999-01-01")?.period).toBe("2024-05-01");
  expect(stickinessFinding(numbers, "")).toMatchObject({ before: { period: "2024-04-01" }, again: { units: 2 }, few: false });
  expect(stickinessFinding({ ...numbers, periods: [] }, "")).toEqual({ kind: "nobody" });
});

const curve = (name: string, n: number): SurvivalAnswer["curves"][number] => ({ name, started: people(n), ended: people(1), censored: people(1), median: {}, horizon_s: 1, restricted_mean_s: 1, at: [], steps: [], steps_complete: true });
const meta = {} as SurvivalAnswer["meta"];
const test = (p_value: number) => ({ chi2: 1, df: 1, p_value });

const groupOf = (value: string, n: number) => ({ group: "value" as const, value, started: people(n), curves: [curve("all", n)] });

describe("survival", () => {
  it("draws everyone with the groups of a breakdown, and tells whether those differ", () => {
    const answer: SurvivalAnswer = { meta, started: people(100), curves: [curve("all", 100)], groups: [groupOf("a", 60), groupOf("b", 40), groupOf("c", 0)], groups_log_rank: test(0.02) };
    expect(curvesOf(answer, answer).map(({ curve: { started }, group: of }) => [of?.value ?? null, started.instances])).toEqual([[null, 100], ["a", 60], ["b", 40]]);
    expect(survivalFinding(answer, answer)).toMatchObject({ kind: "survival", curve: { name: "all" }, test: { p_value: 0.02 }, few: false });
  });

  it("draws groups by rule, of the part of a breakdown that is chosen", () => {
    const answer: SurvivalAnswer = { meta, started: people(100), curves: [curve("promo", 10), curve("other", 90)], log_rank: test(0.5), groups_log_rank: test(0.02), groups: [groupOf("a", 60)] };
    const part = { started: people(20), curves: [curve("promo", 5), curve("other", 15)], log_rank: test(0.9) };
    expect(curvesOf(answer, part).map(({ name, curve: { started } }) => [name, started.instances])).toEqual([["promo", 5], ["other", 15]]);
    expect(survivalFinding(answer, part)).toMatchObject({ curve: null, test: { p_value: 0.9 }, few: true });
  });
});
