// A forecast as an idea for the board of proposals.
import type { Estimate, PlaceForecast } from "../../../api/types";

const MONTH_DAYS = 30;

/** Sales of all categories more or less in 30 days; null where receipts tell none. Ends of the intervals are summed, as if all were wrong alike. */
export function salesPerMonth({ categories, meta }: PlaceForecast): Estimate | null {
  const told = categories.flatMap(({ sales }) => (sales ? [sales] : []));
  if (told.length === 0 || meta.days.length === 0) return null;
  const perMonth = (end: "forecast" | "low" | "high") => (told.reduce((sum, sales) => sum + sales[end] - sales.measured, 0) * MONTH_DAYS) / meta.days.length;
  return { value: perMonth("forecast"), low: perMonth("low"), high: perMonth("high") };
}

export function ideaOf(answer: PlaceForecast, title: string, finding: string, salesNote: string): { title: string; text: string; gain?: { money_per_month: Estimate } } {
  const money = salesPerMonth(answer);
  return { title, text: money ? `${finding} ${salesNote}` : finding, ...(money ? { gain: { money_per_month: money } } : {}) };
}
