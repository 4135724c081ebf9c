// Views over the calendar and of attribution survive their way through the address; what they ask is what the API takes.
import { describe, expect, it } from "vitest";

import { canonical } from "../../ui/scope/stored";
import { questionOf } from "./ask";
import { weightsOf, weightsText } from "./attributionView";
import type { AttributionView } from "./attributionView";
import { bracketsOf, bracketsText, timesOf } from "./timeViews";
import type { LifecycleView, RetentionView, StickinessView, SurvivalView } from "./timeViews";
import { addressForm, carried, defaultView, readAddress, readView, storedForm } from "./view";
import type { AnalysisView } from "./view";

const place = { zone: "Asia/Shanghai", first_us: 0, last_us: Date.UTC(2024, 5, 29) * 1000, currency: "CNY" };
const PURCHASE = [{ event: ["purchase"] }];
const PERIOD = { kind: "fixed", from: "2024-03-01", to: "2024-03-31" } as const;
const ENTRY = { from_us: Date.UTC(2024, 1, 29, 16) * 1000, to_us: Date.UTC(2024, 2, 31, 16) * 1000 };

const retention: RetentionView = {
  ...defaultView("retention"),
  period: PERIOD,
  only: { value: "web" },
  start: [{ event: ["product_view"], channel: ["web"] }],
  back: PURCHASE,
  starts: "every",
  calendar: "day",
  cohort: "month",
  clock: "rolling",
  reading: "brackets",
  brackets: [{ from: 0, to: 0 }, { from: 3, to: 9 }],
  last: 40,
  weekStart: "sunday",
  cells: "count",
};
const lifecycle: LifecycleView = { ...defaultView("lifecycle"), period: PERIOD, active: PURCHASE, calendar: "quarter", weekStart: "saturday" };
const stickiness: StickinessView = { ...defaultView("stickiness"), period: PERIOD, calendar: "week", per: "year", at: "2024-01-01" };
const survival: SurvivalView = { ...defaultView("survival"), end: PURCHASE, censor: "last_event", times: ["12h", "7d"], groups: [{ name: "", match: [{ event: ["promo"] }] }, { name: "empty", match: [] }] };
const attribution: AttributionView = {
  ...defaultView("attribution"),
  unit: { of: "session", timeout: "1h" },
  conversion: PURCHASE,
  touches: [{ event: ["ad"] }],
  direct: [{ channel: ["web"] }],
  credit: "utm_source",
  lookback: "7d",
  newest: 5,
  earlier: "keep",
  halfLife: "3d",
  weights: { first: 30, middle: 40, last: 30 },
  value: "amount",
  top: 5,
  costs: [{ value: "ads", amount: 99.5 }],
  models: ["last", "markov_2"],
  measure: "share",
};
const VIEWS: AnalysisView[] = [retention, lifecycle, stickiness, survival, attribution];

describe("views", () => {
  it("come back from an address and a stored link as they were", () => {
    for (const view of VIEWS) {
      expect(readView(JSON.parse(canonical(storedForm(view))))).toEqual(view);
      const query = new URLSearchParams({ view: addressForm(view) ?? "" }).toString();
      expect(readAddress(view.kind, new URLSearchParams(query).get("view") ?? undefined)).toEqual(view);
    }
  });

  it("lose what makes no sense and keep the rest", () => {
    const { brackets, calendar, cohort } = defaultView("retention");
    expect(readView({ ...storedForm(retention), calendar: "fortnight", cohort: 7, brackets: [{ from: 5, to: 1 }] })).toEqual({ ...retention, calendar, cohort, brackets });
    expect(readView({ ...storedForm(stickiness), at: "May" })).toEqual({ ...stickiness, at: "" });
    expect(readView({ ...storedForm(survival), times: ["soon", "7d"], censor: "never" })).toEqual({ ...survival, times: ["7d"], censor: "as_of" });
    const stored = { ...storedForm(attribution), unit: { of: "journey", journey: "j" }, weights: { first: 0, middle: 0, last: 0 }, costs: [{ value: "ads", amount: -1 }], models: ["guess"], measure: "luck" };
    const { unit, models, measure } = defaultView("attribution");
    expect(readView(stored)).toEqual({ ...attribution, unit, weights: null, costs: [], models, measure });
  });

  it("keep to what one looks at from one analysis to another", () => {
    expect(carried("attribution", retention)).toEqual({ ...defaultView("attribution"), period: PERIOD });
  });
});

describe("questions", () => {
  it("of retention group by a unit of their own, and have brackets instead of a last unit", () => {
    expect(questionOf(retention, place)).toEqual({
      scope: { entry: ENTRY, zone: "Asia/Shanghai" },
      start: [{ event: ["product_view"], channel: ["web"] }],
      return: PURCHASE,
      unit: "day",
      cohort: "month",
      starts: "every",
      clock: "rolling",
      week_start: "sunday",
      brackets: [{ from: 0, to: 0 }, { from: 3, to: 9 }],
    });
    // Months have no rolling clock; any event starts and returns.
    expect(questionOf({ ...defaultView("retention"), calendar: "month", cohort: "month", clock: "rolling", last: 3 }, place)).toEqual({
      scope: { entry: {}, zone: "Asia/Shanghai" },
      unit: "month",
      starts: "first",
      clock: "calendar",
      week_start: "monday",
      reading: "on",
      last: 3,
    });
  });

  it("of activity show a stretch instead of leaving out what was before it", () => {
    expect(questionOf(lifecycle, place)).toEqual({ scope: { entry: {}, zone: "Asia/Shanghai" }, over: ENTRY, active: PURCHASE, unit: "quarter", week_start: "saturday" });
    expect(questionOf(stickiness, place)).toEqual({ scope: { entry: {}, zone: "Asia/Shanghai" }, over: ENTRY, unit: "week", per: "year", week_start: "monday" });
  });

  it("of survival wait for an end; groups without a rule are not asked", () => {
    expect(questionOf(defaultView("survival"), place)).toBeNull();
    expect(questionOf(survival, place)).toEqual({ scope: { entry: {}, zone: "Asia/Shanghai" }, end: PURCHASE, censor: "last_event", at: ["12h", "7d"], groups: [{ name: "promo", match: [{ event: ["promo"] }] }] });
  });

  it("of attribution wait for a conversion, and say look-back, weights, costs and session", () => {
    expect(questionOf({ ...attribution, conversion: [{}] }, place)).toBeNull();
    expect(questionOf(attribution, place)).toEqual({
      scope: { entry: {}, zone: "Asia/Shanghai", subject: { of: "session", timeout: "1h" } },
      conversion: PURCHASE,
      touches: [{ event: ["ad"] }],
      direct: [{ channel: ["web"] }],
      credit: "utm_source",
      lookback: "7d",
      lookback_touches: 5,
      earlier: "keep",
      half_life: "3d",
      weights: { first: 30, middle: 40, last: 30 },
      value: "amount",
      currency: "CNY",
      top: 5,
      costs: [{ value: "ads", amount: 99.5 }],
    });
  });
});

describe("settings as text", () => {
  it("are brackets where they ascend without overlap", () => {
    expect(bracketsOf("0, 1-7、8–14")).toEqual([{ from: 0, to: 0 }, { from: 1, to: 7 }, { from: 8, to: 14 }]);
    expect(bracketsText([{ from: 0, to: 0 }, { from: 1, to: 7 }])).toBe("0, 1-7");
    for (const wrong of ["", "7-1", "1-7, 7-9", "x", "1-366", "1 2 a"]) expect(bracketsOf(wrong), wrong).toBeNull();
  });

  it("are lengths of time, or none", () => {
    expect(timesOf("1d，7d 30d")).toEqual(["1d", "7d", "30d"]);
    expect(timesOf("")).toEqual([]);
    expect(timesOf("1d, soon")).toBeNull();
  });

  it("are three weights of which one is not nothing", () => {
    expect(weightsOf("30/40/30")).toEqual({ first: 30, middle: 40, last: 30 });
    expect(weightsText({ first: 1, middle: 0, last: 2 })).toBe("1/0/2");
    for (const wrong of ["", "0/0/0", "1/2", "1/2/3/4", "a/b/c", "-1/0/1"]) expect(weightsOf(wrong), wrong).toBeNull();
  });
});
