// What attribution comes to. The credits are those of the sample shop that the reference prints.
import { describe, expect, it } from "vitest";

import type { AttributedValue, AttributionNumbers } from "../../api/types";
import { attributionFinding, totals } from "./attributionFinding";
import { measureOf } from "./attributionInfo";

const people = (n: number) => ({ instances: n, customers: n, pick: "x" });
const CREDITED = 433;
const CREDITS = { catalog: [238, 233, 179.92, 383], search: [163, 127, 148.24, 296], promo_page: [24, 42, 55.4, 110], compare: [5, 13, 22.69, 46], support_chat: [3, 18, 26.75, 35] } as const;
const MODELS = ["first", "last", "markov_1", "participation"] as const;

const values: AttributedValue[] = Object.entries(CREDITS).map(([value, own]) => ({
  value,
  touches: 1,
  conversions: 1,
  touched: people(1),
  first: people(1),
  last: people(1),
  cost: null,
  credits: MODELS.map((model, index) => ({ model, conversions: own[index] ?? 0, share: (own[index] ?? 0) / CREDITED })),
}));
const numbers: AttributionNumbers = {
  conversions: { count: 470, people: people(328) },
  without_touch: { count: 37, people: people(30) },
  cut: 0,
  lost: people(261),
  open: people(241),
  lag: { count: 0 },
  values,
  chains: [],
  paths: [],
  path_variants: 0,
};

describe("attribution", () => {
  it("says who had no touch, what earns most by the last touch, and where models differ most", () => {
    const found = attributionFinding(numbers);
    if (found.kind !== "attribution") throw new Error(found.kind);
    expect(found.without?.share).toBeCloseTo(37 / 470, 12);
    expect(found.top).toMatchObject({ of: { value: "catalog" }, conversions: 233 });
    // Participation overlaps, so it is not set against the others.
    expect(found.differs).toMatchObject({ low: { model: "markov_1", of: { value: "catalog" } }, high: { model: "first" } });
    expect(found.few).toBe(false);
  });

  it("without conversions says nothing more", () => {
    expect(attributionFinding({ ...numbers, conversions: { count: 0, people: people(0) } })).toEqual({ kind: "nobody" });
  });

  it("adds up to the conversions with touches, but for participation", () => {
    const sums = Object.fromEntries(totals(numbers).map(({ model, conversions }) => [model, conversions]));
    expect(sums).toMatchObject({ first: CREDITED, last: CREDITED });
    expect(sums["markov_1"]).toBeCloseTo(CREDITED, 9);
    expect(sums["participation"]).toBeGreaterThan(CREDITED);
    expect(totals(numbers)[0]?.value).toBeNull();
  });

  it("measures what a model gives, or nothing", () => {
    const [catalog] = values;
    expect(catalog && measureOf(catalog, "last", "conversions")).toBe(233);
    expect(catalog && measureOf(catalog, "shapley", "conversions")).toBeNull();
    expect(catalog && measureOf(catalog, "last", "return_on_cost")).toBeNull();
  });
});
