import { describe, expect, it } from "vitest";

import type { DatedChange, KeptNamedView } from "../../api/types";
import { AS_IT_IS, draftOf, emptyDraft, measurable, read } from "./form";
import type { Known } from "./form";

const named = (id: number, ask: string) => ({ id, named: { name: `view ${id}`, view: "0123456789abcdef", asks: { question: { ask, scope: { zone: "UTC" } } } } }) as unknown as KeptNamedView;

const known: Known = { views: [named(3, "funnel"), named(4, "lifecycle")], change: null, figureName: (figure) => figure, segmentName: (key) => `segment ${key}` };

function change(of: ReturnType<typeof read>): DatedChange {
  if (!("change" in of)) throw new Error(JSON.stringify(of.faults));
  return of.change;
}

describe("the form of a dated change", () => {
  it("says what is missing", () => {
    expect(read({ ...emptyDraft("buy", "pay"), windowDays: "0", leftOutDays: "x" }, known)).toEqual({ faults: { title: true, day: true, windowDays: true, leftOutDays: true } });
    expect(read({ ...emptyDraft("", ""), title: "a", day: "2024-03-01" }, known)).toEqual({ faults: { journey: true } });
  });

  it("asks a map, or what a named view asks", () => {
    const draft = { ...emptyDraft("buy", "pay"), title: " costs ", day: "2024-03-01" };
    const map = change(read({ ...draft, figure: "stage_onward" }, known));
    expect(map).toEqual({
      title: "costs",
      day: "2024-03-01",
      journey: "buy",
      stage: "pay",
      metric: { name: "stage_onward", question: { ask: "journey_map", journey: { id: "buy" } }, figure: { of: "stage_onward", stage: "pay" } },
      window_days: 28,
      left_out_days: 0,
    });
    const view = change(read({ ...draft, metric: "view:3", group: "others" }, known));
    expect(view.metric).toEqual({ name: "view 3", view: "0123456789abcdef", question: { ask: "funnel", scope: { zone: "UTC" } } });
    expect(view.group).toEqual({ name: "segment others", scope: { zone: "UTC", segments: ["others"] } });
    expect(measurable(known.views).map(({ id }) => id)).toEqual([3]);
  });

  it("gives back what it was given", () => {
    const draft = { ...emptyDraft("buy", "pay"), title: "costs", day: "2024-03-01", metric: "view:3", group: "others", note: "why" };
    const made = change(read(draft, known));
    const again = draftOf(made);
    expect(again.metric).toBe(AS_IT_IS);
    expect(change(read(again, { ...known, views: [], change: made }))).toEqual(made);
    const map = change(read({ ...draft, metric: "map", group: "", figure: "stage_reached", proposal: 7 }, known));
    expect(change(read(draftOf(map), { ...known, change: map }))).toEqual(map);
  });
});
