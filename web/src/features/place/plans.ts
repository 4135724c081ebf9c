// Which of a site's plans is drawn: a day is read by the plan that holds on it.
import type { Plan, Site } from "../../api/types";

/** The plan that holds on a day, or the newest where no day is asked about; where none holds yet, the first. */
export function planOn(site: Site, day: string | undefined): Plan | undefined {
  const plans = site.plans.toSorted((a, b) => (a.from < b.from ? -1 : 1));
  return (day === undefined ? plans : plans.filter(({ from }) => from <= day)).at(-1) ?? plans[0];
}

/** How many plans hold on some of these days. */
export function plansOf(site: Site, days: readonly string[]): number {
  return new Set(days.map((day) => planOn(site, day)?.from)).size;
}
