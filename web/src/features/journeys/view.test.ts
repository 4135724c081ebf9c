// A view survives its way through the address and through a stored link; older and foreign ones are handled.
import { describe, expect, it } from "vitest";

import type { MapView } from "./view";
import { canonical } from "../../ui/scope/stored";
import { METRICS, UNITS, VIEW_VERSION, addressForm, defaultView, isBeside, readAddress, readView, storedForm } from "./view";

const periods: MapView["period"][] = [{ kind: "all" }, { kind: "last", days: 28 }, { kind: "fixed", from: "2024-02-29", to: "2024-03-31" }];
const compares: MapView["compare"][] = [
  { kind: "none" },
  { kind: "previous" },
  { kind: "year" },
  { kind: "fixed", from: "2023-01-01", to: "2023-01-31" },
  { kind: "group", group: { by: "everyone" } },
  { kind: "group", group: { by: "value", dimension: "traits.city_tier", value: "新一线 “1”" } },
  { kind: "version", version: 2 },
  { kind: "journey", journey: "return-goods" },
];
const groups: MapView["of"][] = [{ by: "everyone" }, { by: "persona", persona: "ad-visitor" }, { by: "value", dimension: "channel", value: "门店 A&B" }];

function every(): MapView[] {
  return periods.flatMap((period) =>
    compares.flatMap((compare) =>
      METRICS.flatMap((metric) =>
        UNITS.flatMap((unit) =>
          [[], ["web", "门店 A&B"].toSorted()].flatMap((channels) =>
            ([null, 3] as const).map(
              (version, index): MapView => ({
                journey: "online-purchase",
                version,
                period,
                of: groups[(index + channels.length + METRICS.indexOf(metric)) % groups.length] ?? { by: "everyone" },
                compare,
                values: version === 3 ? "both" : "own",
                layout: unit === "customers" ? "beside" : "over",
                metric,
                unit,
                channels,
                moves: version === 3 ? "table" : "diagram",
                curve: version === 3 ? "table" : "diagram",
                curves: channels.length > 0 ? ["*", "ad-visitor"] : [],
                lanes: channels.length > 0 ? "closed" : "open",
              }),
            ),
          ),
        ),
      ),
    ),
  );
}

const shown = (compare: MapView["compare"]) => (["over", "beside"] as const).map((layout) => isBeside({ compare, layout }));

describe("views", () => {
  it("come back from a stored link as they were", () => {
    for (const view of every()) expect(readView(JSON.parse(canonical(storedForm(view))))).toEqual(view);
  });

  it("come back from an address as they were", () => {
    for (const view of every()) {
      const query = new URLSearchParams({ view: addressForm(view) ?? "" }).toString();
      const text = new URLSearchParams(query).get("view") || undefined;
      expect(readAddress(view.journey, text)).toEqual(view);
    }
  });

  it("have one text, whatever the order of keys and channels, and none for the default", () => {
    const view = { ...defaultView("j"), channels: ["b", "a"], metric: "share" as const };
    const { channels: _, ...rest } = view;
    const shuffled = Object.fromEntries(Object.entries(rest).toReversed()) as Omit<MapView, "channels">;
    expect(canonical(storedForm(view))).toBe(canonical(storedForm({ channels: ["a", "b"], ...shuffled })));
    expect(canonical({ b: [{ d: 1, c: 2 }], a: undefined })).toBe('{"b":[{"c":2,"d":1}]}');
    expect(addressForm(defaultView("j"))).toBeUndefined();
  });

  it("of older versions are brought up to date, step by step", () => {
    const steps = {
      1: ({ since, ...view }: Record<string, unknown>) => ({ ...view, period: { kind: "last", days: since } }),
      2: ({ measure, ...view }: Record<string, unknown>) => ({ ...view, metric: measure }),
    };
    const old = { v: 1, page: "journey_map", journey: "j", since: 7, measure: "share" };
    expect(readView(old, steps, 3)).toEqual({ ...defaultView("j"), period: { kind: "last", days: 7 }, metric: "share" });
    expect(readView({ ...old, v: 2, period: { kind: "all" } }, steps, 3)).toEqual({ ...defaultView("j"), metric: "share" });
    expect(readView(old, { 2: steps[2] }, 3)).toBeNull();
  });

  it("of newer versions and of other pages are refused", () => {
    expect(readView({ v: VIEW_VERSION + 1, page: "journey_map", journey: "j" })).toBeNull();
    expect(readView({ v: VIEW_VERSION, page: "funnel", journey: "j" })).toBeNull();
    for (const nonsense of [null, 3, "x", [], {}, { v: "1" }]) expect(readView(nonsense)).toBeNull();
  });

  it("lose only the fields that make no sense", () => {
    const damaged = {
      v: VIEW_VERSION,
      page: "journey_map",
      journey: "j",
      metric: "mood",
      unit: "customers",
      version: -1,
      channels: ["web", 7],
      curves: [3],
      curve: "tables",
      period: { kind: "fixed", from: "2024-05-01", to: "2024-04-01" },
      compare: { kind: "group", group: { by: "persona" } },
      of: { by: "value", dimension: 7, value: "x" },
    };
    expect(readView(damaged)).toEqual({ ...defaultView("j"), unit: "customers", channels: ["web"] });
    expect(readAddress("j", "{not json")).toEqual(defaultView("j"));
    for (const compare of [{ kind: "version", version: 0 }, { kind: "version" }, { kind: "journey", journey: "" }, { kind: "journey", journey: 3 }]) {
      expect(readView({ v: VIEW_VERSION, page: "journey_map", journey: "j", compare, layout: "sideways", values: "all" })).toEqual(defaultView("j"));
    }
  });

  it("of another journey always stand beside it, others where that is chosen and something is compared", () => {
    expect([shown({ kind: "none" }), shown({ kind: "year" }), shown({ kind: "version", version: 1 }), shown({ kind: "journey", journey: "k" })]).toEqual([
      [false, false],
      [false, true],
      [false, true],
      [true, true],
    ]);
  });
});
