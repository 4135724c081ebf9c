// Events of a timeline: their order, and what they carry beside their name, as text.
import type { TimelineEvent } from "../../api/types";
import { plain } from "../../ui/plain";

/**
 * Pages as the API gives them (the newest first, each in time order, ties in the order of the source) as one list,
 * newest first.
 */
export function newestFirst(pages: TimelineEvent[][]): TimelineEvent[] {
  return pages.flatMap((page) => page.toReversed());
}

/** Typed columns first, then properties, then traits. */
export function details(event: TimelineEvent): [string, string][] {
  const parts = [event.columns, event.props, event.traits] as Record<string, unknown>[];
  return parts.flatMap((part) => Object.entries(part).map(([key, value]): [string, string] => [key, plain(value)]));
}
