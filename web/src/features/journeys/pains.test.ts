import { describe, expect, it } from "vitest";

import type { TrackedPain } from "../../api/types";
import { painOnTop, painsOf } from "./pains";
import { defaultView } from "./view";

const pains = [{ pain: { key: "a", stage: "pay" } }, { pain: { key: "b", stage: "browse" } }, { pain: { key: "c", stage: "pay" } }] as unknown as TrackedPain[];

describe("pains on the map", () => {
  it("counts those of a stage and names the one that costs most", () => {
    expect(painsOf(pains, "pay")).toEqual({ count: 2, worst: pains[0] });
    expect(painsOf(pains, "arrive")).toEqual({ count: 0, worst: null });
  });

  it("puts the first on top of a map of everything, and of no other", () => {
    const whole = defaultView("buy");
    expect(painOnTop(whole, pains)).toBe(pains[0]);
    expect(painOnTop(whole, [])).toBeNull();
    expect(painOnTop({ ...whole, period: { kind: "last", days: 28 } }, pains)).toBeNull();
    expect(painOnTop({ ...whole, channels: ["app"] }, pains)).toBeNull();
    expect(painOnTop({ ...whole, compare: { kind: "year" } }, pains)).toBeNull();
  });
});
