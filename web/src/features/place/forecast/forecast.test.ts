// What a forecast is asked of and how it is read: the address, the changed floor, what cannot be asked, noise, and kept ones.
import { describe, expect, it } from "vitest";

import type { Floor, PlaceForecast, PlaceForecastOf, PlaceScores, Site, Zone } from "../../../api/types";
import { DEFAULTS, addressForm, readAddress } from "../view";
import { NO_CHANGE, readChange, stepsOf, withMove, withSwap, withoutMove, withoutSwap } from "./change";
import type { Change } from "./change";
import { ideaOf, salesPerMonth } from "./idea";
import { afterOf, daysOf, faultOf, floorsChanged, notSwapped, plansAhead, shareWithin } from "./layout";
import { bySize, changeOf, clearOf, clearest, helps, stateOf, stepOf, tells } from "./reading";

const square = (left: number, bottom: number, side: number) => [[left, bottom], [left + side, bottom], [left + side, bottom + side], [left, bottom + side]];
const zone = (id: string, left: number, more: Partial<Zone> = {}): Zone => ({ id, name: id, kind: "display", shape: square(left, 0, 2), ...more });

const floor: Floor = {
  id: "f1",
  name: "F1",
  outline: square(0, 0, 20),
  zones: [zone("wine", 0, { category: "wine" }), zone("milk", 4, { category: "milk" }), zone("also-milk", 8, { category: "milk" }), zone("sofa", 12), zone("table", 16), zone("till", 18, { kind: "till", shape: square(18, 10, 2) })],
} as unknown as Floor;
const site = { id: "s", name: "S", time_zone: "UTC", plans: [{ from: "2026-01-01", floors: [floor] }] } as unknown as Site;
const swap = (...swaps: [string, string][]): Change => ({ ...NO_CHANGE, swaps });
const move = (id: string, right: number, up: number): Change => ({ ...NO_CHANGE, moves: [{ zone: id, by_m: [right, up] }] });
const of = (after: Floor, id: string) => after.zones?.find((each) => each.id === id);

/** The site with another plan from the second of March on. */
const next = (...floors: object[]) => ({ ...site, plans: [...site.plans, { from: "2026-03-02", floors }] }) as unknown as Site;
const scores = (mean_error: number | null, mean_error_of_no_change: number | null) => ({ scored: [], covered: 0, mean_error, mean_error_of_no_change }) as PlaceScores;

describe("a change", () => {
  it.each<Change>([
    swap(["wine", "milk"], ["sofa", "table"]),
    { swaps: [["wine", "milk"]], moves: [{ zone: "sofa", by_m: [2.5, -1] }], plan: null },
    { ...NO_CHANGE, plan: "2026-03-02" },
  ])("is kept by the address: %j", (change) => {
    const view = { ...DEFAULTS, show: "forecast", change, told: "stopped", kept: 7 } as const;
    expect(readAddress("s", addressForm(view))).toEqual(view);
  });

  it("is read as far as it makes sense, and a plan stands alone", () => {
    expect(readChange("x")).toEqual(NO_CHANGE);
    expect(readChange({ swaps: [["a", "a"], ["a"], ["a", "b", "c"], [1, "b"], ["a", "b"]], moves: [{ zone: "a", by_m: [1, "x"] }, { zone: "a", by_m: [1, 2] }, { by_m: [1, 2] }] })).toEqual({ swaps: [["a", "b"]], moves: [{ zone: "a", by_m: [1, 2] }], plan: null });
    expect(readChange({ swaps: [["a", "b"]], plan: "2026-03-02" })).toEqual({ ...NO_CHANGE, plan: "2026-03-02" });
    expect(readChange({ swaps: Array.from({ length: 30 }, (_, at) => [`a${at}`, "b"]) }).swaps).toHaveLength(20);
    expect(readAddress("s", '{"v":1,"change":7,"told":"x","kept":-1}')).toEqual(DEFAULTS);
  });

  it("grows and shrinks by steps; a zone moves once, and one that did not move yet is no step", () => {
    const both = withMove(withSwap(NO_CHANGE, "wine", "milk"), "sofa", [0, 0]);
    expect(stepsOf(both)).toEqual(swap(["wine", "milk"]));
    const moved = withMove(withMove(both, "sofa", [1, 0]), "sofa", [2, 3]);
    expect(moved.moves).toEqual([{ zone: "sofa", by_m: [2, 3] }]);
    expect(withoutMove(withoutSwap(moved, 0), "sofa")).toEqual(NO_CHANGE);
    expect(withSwap({ ...NO_CHANGE, plan: "2026-03-02" }, "a", "b")).toEqual(swap(["a", "b"]));
  });
});

describe("the floor after it", () => {
  it("has goods exchanged where zones have categories, and whose they were", () => {
    const { floor: after, goods } = afterOf(floor, swap(["wine", "milk"]));
    expect([of(after, "wine")?.category, of(after, "milk")?.category]).toEqual(["milk", "wine"]);
    expect(of(after, "wine")?.shape).toEqual(of(floor, "wine")?.shape);
    expect([goods.get("wine")?.id, goods.get("milk")?.id, goods.has("sofa")]).toEqual(["milk", "wine", false]);
    // There and back is as it was.
    expect(afterOf(floor, swap(["wine", "milk"], ["wine", "milk"])).goods.size).toBe(0);
    const three = afterOf(floor, swap(["wine", "milk"], ["wine", "also-milk"])).goods;
    expect([three.get("wine")?.id, three.get("milk")?.id, three.get("also-milk")?.id]).toEqual(["also-milk", "wine", "milk"]);
  });

  it("has places exchanged where they have none, and then what moves", () => {
    const { floor: after } = afterOf(floor, { ...swap(["sofa", "table"]), moves: [{ zone: "sofa", by_m: [-1, 3] }] });
    expect(of(after, "sofa")?.shape).toEqual(square(15, 3, 2));
    expect(of(after, "table")?.shape).toEqual(square(12, 0, 2));
    expect(of(floor, "sofa")?.shape).toEqual(square(12, 0, 2));
  });
});

describe("what cannot be forecast", () => {
  const days = ["2026-02-01", "2026-02-02"];
  const fault = (change: Change, more: object = {}) => faultOf(change, { site, floor, asked: null, days, since: false, ...more })?.is ?? null;

  it("is told before it is asked", () => {
    expect([fault(NO_CHANGE), fault(swap(["wine", "milk"])), fault(swap(["sofa", "table"])), fault(move("sofa", 1, 2))]).toEqual([null, null, null, null]);
    expect([fault(swap(["wine", "roof"])), fault(swap(["wine", "till"])), fault(swap(["wine", "sofa"])), fault(swap(["milk", "also-milk"]))]).toEqual(["unknown", "nothing", "category", "alike"]);
    expect([fault(move("sofa", 50, 0)), fault(swap(["wine", "milk"], ["wine", "milk"])), fault(swap(["wine", "milk"]), { days: [] })]).toEqual(["outside", "same", "noDays"]);
    expect(fault({ ...NO_CHANGE, plan: "2026-03-02" })).toBe("noPlan");
    const [till, wine] = [of(floor, "till"), of(floor, "wine")];
    expect(till && wine && [notSwapped(wine, till), notSwapped(wine, wine)]).toEqual(["nothing", "itself"]);
  });

  it("is a plan with other doors, on several floors at once, or that changes nothing", () => {
    const gate = [{ id: "door", name: "Door", from: [4, 0], to: [6, 0] }];
    const to: Change = { ...NO_CHANGE, plan: "2026-03-02" };
    const swapped = afterOf(floor, swap(["wine", "milk"])).floor;
    expect(fault(to, { site: next(floor) })).toBe("same");
    expect(fault(to, { site: next(swapped) })).toBeNull();
    expect(fault(to, { site: next({ ...swapped, gates: gate }) })).toBe("doors");
    expect(fault(to, { site: next(swapped, { ...floor, id: "f2" }) })).toBe("floors");
    expect(fault(to, { site: next(swapped, { ...floor, id: "f2" }), asked: "f1" })).toBeNull();
    expect(fault(to, { site: next(swapped), days: ["2026-03-02"] })).toBe("noDays");
    const [old, other] = next(swapped, floor).plans;
    expect(old && other && floorsChanged(old, other)).toEqual(["f1"]);
  });

  it("rests on days of one plan; where the page says from when, others are not left out silently", () => {
    const two = { ...site, plans: [...site.plans, { from: "2026-02-02", floors: [floor] }] } as unknown as Site;
    const [wine, later] = [swap(["wine", "milk"]), { ...NO_CHANGE, plan: "2026-02-02" }];
    expect([daysOf(two, wine, days), daysOf(two, later, days), daysOf(site, wine, days)]).toEqual([["2026-02-02"], ["2026-02-01"], days]);
    expect([fault(wine, { site: two, since: true }), fault(wine, { site: two })]).toEqual(["plans", null]);
    expect([plansAhead(two, days).map(({ from }) => from), plansAhead(two, ["2026-02-03"]), plansAhead(two, [])]).toEqual([["2026-02-02"], [], []]);
  });

  it("measures how much of a shape lies in another", () => {
    expect([shareWithin(square(0, 0, 2), square(0, 0, 20)), shareWithin(square(19, 0, 2), square(0, 0, 20)), shareWithin(square(30, 0, 2), square(0, 0, 20))]).toEqual([1, 0.5, 0]);
  });
});

const value = (measured: number, forecast: number, low: number, high: number) => ({ measured, forecast, low, high });
const row = (id: string, measured: number, forecast: number, low: number, high: number, moves = false): PlaceForecastOf => ({ of: id, name: id, before: [id], after: [id], moves, reached: value(measured, forecast, low, high), stopped: value(0, 0, 0, 0) });

describe("a forecast", () => {
  const rows = [row("few", 10, 11, 8, 14), row("down", 100, 40, 30, 50), row("up", 50, 90, 80, 100), row("wide", 100, 300, 90, 500), row("same", 10, 11, 8, 14, true)];

  it("is within noise where what was measured lies within the interval, its ends included", () => {
    expect(rows.map(({ reached }) => tells(reached))).toEqual(["unclear", "down", "up", "unclear", "unclear"]);
    expect([tells(value(8, 10, 8, 12)), tells(value(12, 10, 8, 12)), tells(value(7.9, 10, 8, 12)), tells(value(0, 0, 0, 0))]).toEqual(["unclear", "unclear", "up", "unclear"]);
  });

  it("is read by the size of its changes, and told by the largest that is none of noise", () => {
    expect(bySize(rows, "reached").map(({ of: id }) => id)).toEqual(["wide", "down", "up", "same", "few"]);
    expect([clearest(rows, "reached")?.of, clearest(rows, "stopped"), clearOf(rows, "reached")]).toEqual(["down", null, 2]);
    expect(changeOf(value(100, 40, 30, 50))).toBe(-60);
  });

  it("is drawn the stronger the larger the change beside the largest", () => {
    expect([stepOf(value(100, 40, 30, 50), 60), stepOf(value(50, 90, 80, 100), 60), stepOf(value(50, 55, 51, 60), 60), stepOf(value(50, 55, 40, 60), 60), stepOf(value(1, 2, 2, 3), 0)]).toEqual([3, 2, 1, 0, 0]);
  });

  it("becomes an idea with its sales of 30 days, where there are any", () => {
    const answer = { meta: { days: ["2026-02-01", "2026-02-02", "2026-02-03"] }, categories: [{ ...row("a", 1, 1, 1, 1), sales: value(100, 130, 90, 160) }, { ...row("b", 1, 1, 1, 1), sales: value(50, 40, 30, 60) }, row("c", 1, 1, 1, 1)] } as unknown as PlaceForecast;
    expect(salesPerMonth(answer)).toEqual({ value: 200, low: -300, high: 700 });
    expect(ideaOf(answer, "Swap", "Found.", "Sales are.")).toEqual({ title: "Swap", text: "Found. Sales are.", gain: { money_per_month: { value: 200, low: -300, high: 700 } } });
    expect(ideaOf({ ...answer, categories: [] }, "Swap", "Found.", "Sales are.")).toEqual({ title: "Swap", text: "Found." });
  });
});

describe("a kept forecast", () => {
  it("waits for a later plan, then for days on which it holds", () => {
    const two = { ...site, plans: [...site.plans, { from: "2026-03-02", floors: [] }] } as unknown as Site;
    expect(stateOf("2026-02-28", site, ["2026-02-28", "2026-03-05"])).toEqual({ is: "change" });
    expect(stateOf("2026-02-28", two, ["2026-02-28", "2026-03-01"])).toEqual({ is: "days", from: "2026-03-02" });
    expect(stateOf("2026-02-28", two, ["2026-02-28", "2026-03-01", "2026-03-02", "2026-03-03"])).toEqual({ is: "ready", days: 2 });
    // A plan that held already is none that was forecast.
    expect(stateOf("2026-03-02", two, ["2026-03-03"])).toEqual({ is: "change" });
  });

  it("helps where it is less far off than saying that nothing changes", () => {
    expect([helps(scores(1, 2)), helps(scores(2, 1)), helps(scores(2, 2)), helps(scores(null, null))]).toEqual(["better", "worse", "same", null]);
  });
});
