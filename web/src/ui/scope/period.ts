// Periods of a question: what a person chooses, and the UTC microseconds it means in the workspace's zone.
import type { CalendarDate } from "@internationalized/date";
import { fromAbsolute, parseDate, toCalendarDate } from "@internationalized/date";

import type { Period, WorkspaceInfo } from "../../api/types";

/** Rolling choices follow the newest event; fixed ones name their days (both included). */
export type PeriodChoice =
  | { kind: "all" }
  | { kind: "last"; days: number }
  | { kind: "fixed"; from: string; to: string };

export type CompareChoice =
  | { kind: "none" }
  | { kind: "previous" }
  | { kind: "year" }
  | { kind: "fixed"; from: string; to: string };

/** Days a choice covers, both ends included. */
export interface Days {
  from: CalendarDate;
  to: CalendarDate;
}

export type DataRange = Pick<WorkspaceInfo, "first_us" | "last_us" | "zone">;

export const LAST_DAYS = [7, 28, 90] as const;

function dayOf(us: number, zone: string): CalendarDate {
  return toCalendarDate(fromAbsolute(Math.floor(us / 1000), zone));
}

/** First and last day with events; null without events. */
export function dataDays(range: DataRange): Days | null {
  if (range.first_us == null || range.last_us == null) return null;
  // An event that a wrong clock dated ahead is no day there is data of yet.
  const last_us = Math.max(range.first_us, Math.min(range.last_us, Date.now() * 1000));
  return { from: dayOf(range.first_us, range.zone), to: dayOf(last_us, range.zone) };
}

/** The days a choice means; null for all of time. */
export function chosenDays(choice: PeriodChoice, range: DataRange): Days | null {
  if (choice.kind === "all") return null;
  if (choice.kind === "fixed") return { from: parseDate(choice.from), to: parseDate(choice.to) };
  const data = dataDays(range);
  return data && { from: data.to.subtract({ days: choice.days - 1 }), to: data.to };
}

/** Number of days from `from` to `to`, both included. */
export function dayCount(days: Days): number {
  return days.to.compare(days.from) + 1;
}

/** The days compared with; null where there is nothing to compare with. */
export function comparedDays(compare: CompareChoice, days: Days | null): Days | null {
  if (compare.kind === "fixed") return { from: parseDate(compare.from), to: parseDate(compare.to) };
  if (compare.kind === "none" || days === null) return null;
  if (compare.kind === "year") return { from: days.from.subtract({ years: 1 }), to: days.to.subtract({ years: 1 }) };
  const length = dayCount(days);
  return { from: days.from.subtract({ days: length }), to: days.to.subtract({ days: length }) };
}

/** Calendar edges as the API's half-open period. */
export function periodOf(days: Days | null, zone: string): Period {
  if (days === null) return {};
  const startUs = (day: CalendarDate) => day.toDate(zone).getTime() * 1000;
  return { from_us: startUs(days.from), to_us: startUs(days.to.add({ days: 1 })) };
}

/** Makes a rolling choice name its days, so that a link shows the same period for ever. */
export function fixed(choice: PeriodChoice, range: DataRange): PeriodChoice {
  const days = choice.kind === "last" ? chosenDays(choice, range) : null;
  return days ? { kind: "fixed", from: days.from.toString(), to: days.to.toString() } : choice;
}
