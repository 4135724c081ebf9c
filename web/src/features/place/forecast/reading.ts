// How a forecast is read: which of its changes are more than chance and the model's error, and which counts most; and whether a
// kept one can be scored yet.
import type { PlaceForecastOf, PlaceForecastValue, PlaceScores, Site } from "../../../api/types";
import { planOn } from "../plans";
import type { Told } from "./change";

export const TELLS = ["up", "down", "unclear"] as const;
/** Which way a number goes; `unclear`: what was measured lies within the interval of the forecast. */
export type Tells = (typeof TELLS)[number];

/** Forecast less measured. */
export function changeOf({ measured, forecast }: PlaceForecastValue): number {
  return forecast - measured;
}

export function tells({ measured, low, high }: PlaceForecastValue): Tells {
  if (measured < low) return "up";
  return measured > high ? "down" : "unclear";
}

/** The largest change first; of equal ones what moves. */
export function bySize(list: readonly PlaceForecastOf[], told: Told): PlaceForecastOf[] {
  const size = (of: PlaceForecastOf) => Math.abs(changeOf(of[told]));
  return list.toSorted((a, b) => size(b) - size(a) || Number(b.moves) - Number(a.moves));
}

/** The largest change that is more than noise; null: there is none. */
export function clearest(list: readonly PlaceForecastOf[], told: Told): PlaceForecastOf | null {
  return bySize(list, told).find((of) => tells(of[told]) !== "unclear") ?? null;
}

export function clearOf(list: readonly PlaceForecastOf[], told: Told): number {
  return list.filter((of) => tells(of[told]) !== "unclear").length;
}

/** Steps of a colour. */
export const STEPS = 3;

/** How strongly a change is drawn beside the largest one, from 1 to 3; 0 where it is within noise. */
export function stepOf(value: PlaceForecastValue, most: number): number {
  if (tells(value) === "unclear" || most <= 0) return 0;
  return Math.max(1, Math.ceil((Math.abs(changeOf(value)) / most) * STEPS));
}

/** Whether what was forecast can be compared with what happened. */
export type State =
  | { is: "ready"; days: number }
  /** No later plan is in the definition. */
  | { is: "change" }
  /** There are no positions yet of days on which it holds. */
  | { is: "days"; from: string };

/** `last`: the forecast's last day; `days`: those with positions. */
export function stateOf(last: string, site: Site, days: readonly string[]): State {
  const next = site.plans.map(({ from }) => from).filter((from) => from > last).toSorted()[0];
  if (next === undefined) return { is: "change" };
  const after = days.filter((day) => day > last && (planOn(site, day)?.from ?? "") > last);
  return after.length > 0 ? { is: "ready", days: after.length } : { is: "days", from: next };
}

/** Whether a forecast was of more help than saying that nothing changes; null: nothing was scored. */
export function helps({ mean_error, mean_error_of_no_change }: PlaceScores): "better" | "worse" | "same" | null {
  if (mean_error == null || mean_error_of_no_change == null) return null;
  if (mean_error === mean_error_of_no_change) return "same";
  return mean_error < mean_error_of_no_change ? "better" : "worse";
}
