// Events of a timeline: their order, and what they carry beside their name, as text.
import type { TimelineEvent } from "../../api/types";

/**
 * Pages as the API gives them (the newest first, each in time order, ties in the order of the source) as one list,
 * newest first.
 */
export function newestFirst(pages: TimelineEvent[][]): TimelineEvent[] {
  return pages.flatMap((page) => page.toReversed());
}

/** Fractions to twelve digits: sums of cents lose the tail that binary numbers give them. Ids stay whole. */
function tidy(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(12)) : value;
}

/** A value as a person reads it. */
export function plain(value: unknown): string {
  if (value === null || value === undefined) return "–";
  return typeof value === "object" ? JSON.stringify(value, tidy) : String(tidy("", value));
}

/** Typed columns first, then properties, then traits. */
export function details(event: TimelineEvent): [string, string][] {
  const parts = [event.columns, event.props, event.traits] as Record<string, unknown>[];
  return parts.flatMap((part) => Object.entries(part).map(([key, value]): [string, string] => [key, plain(value)]));
}
