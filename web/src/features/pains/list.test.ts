import { describe, expect, it } from "vitest";

import openapi from "../../../../crates/server/tests/openapi.json";
import { PAIN_STATUSES } from "../../api/pains";
import type { TrackedPain } from "../../api/types";
import { KINDS, countWith, readFilter, shown, stretch, writeFilter } from "./list";

const tracked = (key: string, status: TrackedPain["status"], kind: string, stage: string) =>
  ({ status, pain: { key, kind, stage } }) as unknown as TrackedPain;
const PAINS = [
  tracked("a", "found", "step_error", "pay"),
  tracked("b", "closed", "drop_off", "pay"),
  tracked("c", "came_back", "drop_off", "browse"),
];
const keys = (pains: TrackedPain[]) => pains.map(({ pain }) => pain.key);

describe("the pain list", () => {
  it("knows every kind and status of the API", () => {
    const { PainKind, PainStatus } = openapi.components.schemas;
    expect([...KINDS].toSorted()).toEqual([...PainKind.enum].toSorted());
    expect([...PAIN_STATUSES].toSorted()).toEqual([...PainStatus.enum].toSorted());
  });

  it("shows what nobody has closed, in the order given, unless the address says otherwise", () => {
    expect(keys(shown(PAINS, readFilter({})))).toEqual(["a", "c"]);
    expect(keys(shown(PAINS, readFilter({ status: "all" })))).toEqual(["a", "b", "c"]);
    expect(keys(shown(PAINS, readFilter({ status: "all", kind: "drop_off" })))).toEqual(["b", "c"]);
    expect(keys(shown(PAINS, readFilter({ status: "closed", stage: "pay" })))).toEqual(["b"]);
  });

  it("counts what a choice would show beside the other choices", () => {
    const filter = readFilter({ stage: "pay" });
    expect(countWith(PAINS, filter, { status: "all" })).toBe(2);
    expect(countWith(PAINS, filter, { stage: null })).toBe(2);
    expect(countWith(PAINS, filter, { kind: "loop" })).toBe(0);
  });

  it("leaves what makes no sense out of an address, and writes the shortest one", () => {
    expect(readFilter({ status: "mended", kind: "bad_luck" })).toEqual({ status: "open", kind: null, stage: null });
    expect(writeFilter(readFilter({}))).toEqual({});
    const full = { status: "owned", kind: "stall", stage: "pay" };
    expect(writeFilter(readFilter(full))).toEqual(full);
  });
});

const at = (from_us: number, to_us: number, dated = true, looked: TrackedPain["looked"] = {}) =>
  stretch({ pain: { from_us, to_us, dated } as TrackedPain["pain"], looked, as_of_us: 1000 }, 100);

describe("the stretch of a pain", () => {
  it("has the ends that lie within what was looked at", () => {
    expect(at(300, 700)).toEqual({ from_us: 300, to_us: 700 });
    expect(at(300, 1000)).toEqual({ from_us: 300, to_us: null });
    expect(at(100, 700)).toEqual({ from_us: null, to_us: 700 });
    expect(at(200, 800, true, { from_us: 200, to_us: 800 })).toEqual({ from_us: null, to_us: null });
  });

  it("has none where the pain is of the whole period", () => {
    expect(at(300, 700, false)).toEqual({ from_us: null, to_us: null });
  });
});
