// What came next after dropping off adds up to all who dropped off, also where it is told in short.
import { describe, expect, it } from "vitest";

import type { FunnelStep } from "../../api/types";
import { nextOf, shortened } from "./funnelNext";

const people = (instances: number) => ({ instances, customers: instances, pick: "p" });
const event = (label: string, n: number) => ({ label, channel: "web", people: people(n) });
const step = { dropped: people(20), next: { within: [event("a", 6), event("b", 2)], after: [event("a", 5), event("c", 1)], other: 4, nothing: people(2) } } as Pick<FunnelStep, "next" | "dropped">;
const sum = (rows: ReturnType<typeof nextOf>) => rows.reduce((all, { count }) => all + count, 0);

describe("what came next", () => {
  it("adds up, most first, with what is not told apart and nothing more at the end", () => {
    const rows = nextOf(step);
    expect(rows.map(({ key, count }) => [key, count])).toEqual([
      ["within web a", 6],
      ["after web a", 5],
      ["within web b", 2],
      ["after web c", 1],
      ["other", 4],
      ["nothing", 2],
    ]);
    expect(sum(rows)).toBe(20);
  });

  it("adds up in short, too", () => {
    const rows = shortened(nextOf(step), 2);
    expect(rows.map(({ key, count }) => [key, count])).toEqual([
      ["within web a", 6],
      ["after web a", 5],
      ["other", 7],
      ["nothing", 2],
    ]);
    expect(shortened(nextOf(step), 9)).toEqual(nextOf(step));
  });

  it("is nothing where nobody dropped off or it was not asked", () => {
    expect(nextOf({ ...step, dropped: people(0) })).toEqual([]);
    expect(nextOf({ dropped: people(3), next: null })).toEqual([]);
  });
});
