// How long a funnel may take, as the API writes it: a length of time, one session, or the rest of a day, week or month.
import { isSpan } from "./fields";

const UNITS = ["day", "week", "month", "quarter", "year"] as const;

/** Offered beside lengths of time. */
export const SESSION_WINDOWS = ["session:10m", "session:30m", "session:1h"] as const;
export const CALENDAR_WINDOWS = UNITS.map((unit) => `calendar:${unit}` as const);

export function windowParts(window: string): ["session", string] | ["calendar", (typeof UNITS)[number]] | null {
  const [kind, rest = ""] = window.split(":", 2);
  if (kind === "session" && isSpan(rest)) return [kind, rest];
  const unit = UNITS.find((each) => each === rest);
  return kind === "calendar" && unit ? [kind, unit] : null;
}

export function isFunnelWindow(value: unknown): value is string {
  return isSpan(value) || (typeof value === "string" && windowParts(value) !== null);
}
