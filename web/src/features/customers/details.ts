// Events of a timeline: their order, and what they carry beside their name, as text.
import type { TimelineEvent } from "../../api/types";
import { plain } from "../../ui/plain";

/** Events of pages, each in order of time, by their place in the list of all: 0 is the newest. */
export function placed(pages: readonly { page: number; events: readonly TimelineEvent[] }[], size: number): Map<number, TimelineEvent> {
  return new Map(pages.flatMap(({ page, events }) => events.map((event, nth): [number, TimelineEvent] => [page * size + events.length - 1 - nth, event])));
}

/** Typed columns first, then properties, then traits. */
export function details(event: TimelineEvent): [string, string][] {
  const parts = [event.columns, event.props, event.traits] as Record<string, unknown>[];
  return parts.flatMap((part) => Object.entries(part).map(([key, value]): [string, string] => [key, plain(value)]));
}
