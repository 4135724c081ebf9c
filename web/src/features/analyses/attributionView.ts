// What the page of attribution remembers, and what the API is asked for it.
import type { AskedRule, AskedScope } from "../../api/queries";
import { isFields, isSpan, readCount, readRule, readWord } from "./fields";
import type { Fields } from "./fields";
import { ruleOf } from "../../ui/rule/rules";
import type { Asked, Only, Unit } from "./view";

/** All models, in the order they are shown. */
export const MODELS = [
  "first",
  "last",
  "last_non_direct",
  "linear",
  "position_u",
  "position_j",
  "position_inverse_j",
  "position_custom",
  "time_decay",
  "participation",
  "markov_1",
  "markov_2",
  "shapley",
] as const;
export type Model = (typeof MODELS)[number];

export const EARLIER = ["reset", "keep"] as const;
/** What the table says of each model. */
export const MEASURES = ["conversions", "share", "value", "cost_per_conversion", "return_on_cost"] as const;
export type Measure = (typeof MEASURES)[number];

export interface Weights {
  first: number;
  middle: number;
  last: number;
}

export interface ChannelCost {
  value: string;
  amount: number;
}

export interface AttributionView extends Asked {
  kind: "attribution";
  unit: Unit;
  only: Only;
  conversion: AskedRule;
  /** Empty: any event but conversions. */
  touches: AskedRule;
  /** Touches that came by themselves; empty: none are told apart. */
  direct: AskedRule;
  /** What of a touch is credited. */
  credit: string;
  lookback: string;
  /** The newest touches that count; null: 1,000. */
  newest: number | null;
  earlier: (typeof EARLIER)[number];
  halfLife: string;
  weights: Weights | null;
  /** Number column of a conversion; empty: conversions are only counted. */
  value: string;
  top: number;
  costs: ChannelCost[];
  /** Models drawn as bars. */
  models: Model[];
  measure: Measure;
}

export const LOOKBACKS = ["1d", "7d", "14d", "30d", "60d", "90d"] as const;
export const HALF_LIVES = ["1d", "3d", "7d", "14d", "30d"] as const;
export const NEWEST = [1, 3, 5, 10, 20, 50] as const;
export const NEWEST_MAX = 1000;
export const VALUES_TOPS = [5, 10, 20, 30] as const;
const VALUES_MAX = 200;
/** Models drawn side by side: as many as there are colours to tell apart. */
export const DRAWN_MAX = 6;
const DRAWN: Model[] = ["first", "last", "linear", "markov_1", "shapley"];

export function attributionDefaults(scope: Asked): AttributionView {
  return {
    kind: "attribution",
    ...scope,
    unit: { of: "customer" },
    only: "all",
    conversion: [],
    touches: [],
    direct: [],
    credit: "channel",
    lookback: "30d",
    newest: null,
    earlier: "reset",
    halfLife: "7d",
    weights: null,
    value: "",
    top: 20,
    costs: [],
    models: DRAWN,
    measure: "conversions",
  };
}

export function readAttribution(fields: Fields, asked: Asked, given: { only: Only; unit: Unit }): AttributionView {
  const view = attributionDefaults(asked);
  const { credit, value, models, costs } = fields;
  const chosen = Array.isArray(models) ? MODELS.filter((model) => models.includes(model)).slice(0, DRAWN_MAX) : view.models;
  return {
    ...view,
    ...given,
    conversion: readRule(fields["conversion"]),
    touches: readRule(fields["touches"]),
    direct: readRule(fields["direct"]),
    credit: typeof credit === "string" && credit !== "" ? credit : view.credit,
    lookback: isSpan(fields["lookback"]) ? fields["lookback"] : view.lookback,
    newest: readCount(fields["newest"], NEWEST_MAX),
    earlier: readWord(EARLIER, fields["earlier"]) ?? view.earlier,
    halfLife: isSpan(fields["halfLife"]) ? fields["halfLife"] : view.halfLife,
    weights: readWeights(fields["weights"]),
    value: typeof value === "string" ? value : "",
    top: readCount(fields["top"], VALUES_MAX) ?? view.top,
    costs: Array.isArray(costs) ? costs.filter(isFields).flatMap(readCost) : [],
    models: chosen.length > 0 ? chosen : view.models,
    measure: readWord(MEASURES, fields["measure"]) ?? view.measure,
  };
}

function isWeight(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function readWeights(value: unknown): Weights | null {
  if (!isFields(value)) return null;
  const { first, middle, last } = value;
  const all = isWeight(first) && isWeight(middle) && isWeight(last) && first + middle + last > 0;
  return all ? { first, middle, last } : null;
}

function readCost({ value, amount }: Fields): ChannelCost[] {
  return typeof value === "string" && isWeight(amount) ? [{ value, amount }] : [];
}

/** `40/20/40` as weights; null where it is none. */
export function weightsOf(text: string): Weights | null {
  const [first, middle, last, ...more] = text.split(/[/:,，\s]+/).filter((part) => part !== "");
  if (more.length > 0) return null;
  return readWeights({ first: Number(first), middle: Number(middle), last: Number(last) });
}

export function weightsText(weights: Weights | null): string {
  return weights ? `${weights.first}/${weights.middle}/${weights.last}` : "";
}

/** null while there is no conversion. */
export function attributionQuestion(view: AttributionView, scope: AskedScope & object, currency: string | null): object | null {
  const conversion = ruleOf(view.conversion);
  if (conversion.length === 0) return null;
  const [touches, direct] = [ruleOf(view.touches), ruleOf(view.direct)];
  const costs = view.costs.filter(({ value }) => value !== "");
  return {
    scope,
    conversion,
    ...(touches.length > 0 ? { touches } : {}),
    ...(direct.length > 0 ? { direct } : {}),
    credit: view.credit,
    lookback: view.lookback,
    ...(view.newest === null ? {} : { lookback_touches: view.newest }),
    earlier: view.earlier,
    half_life: view.halfLife,
    ...(view.weights ? { weights: view.weights } : {}),
    ...(view.value ? { value: view.value } : {}),
    ...(currency ? { currency } : {}),
    top: view.top,
    ...(costs.length > 0 ? { costs } : {}),
  };
}
