// Counts of the last minutes against a list of everything that arrived.
import { describe, expect, it } from "vitest";

import type { Slices } from "./recent";
import { SLICE_MS, WINDOW_MS, read, take } from "./recent";

describe("what arrived in the last minutes", () => {
  it("is what a list of all arrivals says, and takes no more room than the window has slices", () => {
    const slices: Slices = new Map();
    const all: { at: number; what: "events" | "rejections" }[] = [];
    const start = 1_800_000_000_000;
    let random = 7;
    for (let now = start; now < start + 4 * WINDOW_MS; now += 777) {
      random = (random * 16_807) % 2_147_483_647;
      const what = random % 5 === 0 ? "rejections" : "events";
      all.push({ at: now, what });
      take(slices, now, what);
      if (random % 97 !== 0) continue;
      const first = (Math.floor(now / SLICE_MS) + 1) * SLICE_MS - WINDOW_MS;
      const within = all.filter(({ at }) => at >= first);
      const recent = read(slices, now);
      expect(recent.events).toBe(within.filter((each) => each.what === "events").length);
      expect(recent.rejections).toBe(within.filter((each) => each.what === "rejections").length);
      expect(recent.values.reduce((sum, value) => sum + value, 0)).toBe(recent.events);
      expect(recent.values).toHaveLength(WINDOW_MS / SLICE_MS);
      expect(slices.size).toBeLessThanOrEqual(WINDOW_MS / SLICE_MS);
    }
  });

  it("counts as now what a clock ahead dates later, and forgets what was before", () => {
    const slices: Slices = new Map();
    const now = 1_800_000_000_000;
    take(slices, now + 3 * SLICE_MS, "events", 12);
    take(slices, now - WINDOW_MS, "events", 5);
    expect(read(slices, now)).toMatchObject({ events: 12 });
    expect(read(slices, now).values.at(-1)).toBe(12);
    expect(slices.size).toBe(1);
  });
});
