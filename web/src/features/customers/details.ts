// Events of a timeline: their order, and what they carry beside their name, as text.
import type { TimelineEvent } from "../../api/types";
import { plain } from "../../ui/plain";

/** Part of a list of events, in order of time, when there were `matched` of them and `newer` ones came before these. */
export interface Part {
  events: readonly TimelineEvent[];
  newer: number;
  matched: number;
}

/** Events by their place in the list of `total` that there are now: 0 is the newest. What came since came before all. */
export function placed(parts: readonly Part[], total: number): Map<number, TimelineEvent> {
  return new Map(parts.flatMap(({ events, newer, matched }) => events.map((event, nth): [number, TimelineEvent] => [total - matched + newer + events.length - 1 - nth, event])));
}

/** Typed columns first, then properties, then traits. */
export function details(event: TimelineEvent): [string, string][] {
  const parts = [event.columns, event.props, event.traits] as Record<string, unknown>[];
  return parts.flatMap((part) => Object.entries(part).map(([key, value]): [string, string] => [key, plain(value)]));
}
