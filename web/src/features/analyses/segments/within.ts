// The days a fixed window of a segment means in the workspace's zone.
import type { CalendarDate } from "@internationalized/date";
import { fromAbsolute, toCalendarDate } from "@internationalized/date";

import type { Window } from "./who";

/** First and last day, both included; a side that is open is undefined. null where the window names no days. */
export function daysIn(within: Window, zone: string): { from: CalendarDate | undefined; to: CalendarDate | undefined } | null {
  if (within.from_us == null && within.to_us == null) return null;
  const day = (us: number) => toCalendarDate(fromAbsolute(Math.floor(us / 1000), zone));
  return {
    from: within.from_us == null ? undefined : day(within.from_us),
    // A window ends before its last moment.
    to: within.to_us == null ? undefined : day(within.to_us - 1000),
  };
}
