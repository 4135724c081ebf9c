// What attribution comes to: how many conversions, what earns most, and where the models differ most.
import type { AttributedValue, AttributionNumbers } from "../../api/types";
import { FEW } from "./finding";
import { wilson } from "./interval";
import type { Interval } from "./interval";
import type { Model } from "./attributionView";

export interface Credited {
  of: AttributedValue;
  model: Model;
  conversions: number;
  share: number;
}

export type AttributionFinding =
  | { kind: "nobody" }
  | {
      kind: "attribution";
      conversions: AttributionNumbers["conversions"];
      /** Those nobody is credited for. */
      without: Interval | null;
      /** What earns most by the last touch. */
      top: Credited | null;
      /** Where the models say most different things: its smallest and its largest share. */
      differs: { low: Credited; high: Credited } | null;
      few: boolean;
    };

/** Models whose shares add up to one, so that they can be set against each other. */
function divides({ model }: { model: string }): boolean {
  return model !== "participation";
}

export function attributionFinding({ conversions, without_touch, values }: AttributionNumbers): AttributionFinding {
  if (conversions.count === 0) return { kind: "nobody" };
  const credits = values.filter(({ value }) => value != null).map((of) => of.credits.filter(divides).flatMap(({ model, conversions: count, share }) => (share == null ? [] : [{ of, model, conversions: count, share }])));
  const byLast = credits.flatMap((own) => own.filter(({ model }) => model === "last"));
  const [top = null] = byLast.toSorted((a, b) => b.share - a.share);
  const spans = credits.flatMap((own) => {
    const [low, high] = [own.toSorted((a, b) => a.share - b.share)[0], own.toSorted((a, b) => b.share - a.share)[0]];
    return low && high && high.share > low.share ? [{ low, high }] : [];
  });
  const [differs = null] = spans.toSorted((a, b) => b.high.share - b.low.share - (a.high.share - a.low.share));
  return {
    kind: "attribution",
    conversions,
    without: wilson(without_touch.count, conversions.count),
    top: top && top.share > 0 ? top : null,
    differs,
    few: conversions.people.customers < FEW,
  };
}

export interface Total {
  model: Model;
  conversions: number;
  share: number | null;
  value: number | null;
}

/** What the credits of each model add up to: the conversions with touches, but for participation. */
export function totals({ values }: Pick<AttributionNumbers, "values">): Total[] {
  const sums = new Map<Model, Total>();
  for (const { credits } of values) {
    for (const { model, conversions, share, value } of credits) {
      const own = sums.get(model) ?? { model, conversions: 0, share: null, value: null };
      sums.set(model, {
        model,
        conversions: own.conversions + conversions,
        share: share == null ? own.share : (own.share ?? 0) + share,
        value: value == null ? own.value : (own.value ?? 0) + value,
      });
    }
  }
  return [...sums.values()];
}
