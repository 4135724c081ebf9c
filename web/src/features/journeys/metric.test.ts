import { describe, expect, it } from "vitest";

import { RAMP_STEPS, difference, rampStep } from "./metric";

describe("metrics", () => {
  it("climb the ramp, from the first step for anything to the last for the largest", () => {
    expect(rampStep(null, 10)).toBe(0);
    expect(rampStep(0, 10)).toBe(0);
    expect(rampStep(1e-9, 10)).toBe(1);
    expect(rampStep(10, 10)).toBe(RAMP_STEPS);
    expect(rampStep(11, 10)).toBe(RAMP_STEPS);
    const steps = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((value) => rampStep(value, 10));
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  });

  it("differ in points where they are shares, in percent where they are numbers", () => {
    expect(difference(0.5, 0.25, true)).toEqual({ kind: "points", by: 0.25 });
    expect(difference(30, 20, false)).toEqual({ kind: "ratio", by: 0.5 });
    expect(difference(0, 0, false)).toEqual({ kind: "ratio", by: 0 });
    expect(difference(3, 0, false)).toEqual({ kind: "none" });
    expect(difference(null, 3, false)).toEqual({ kind: "none" });
  });
});
