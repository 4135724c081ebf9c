// What the clock of a file says, and when that is: the pattern of its times read, and a zone's offset found.

interface Reading {
  /** The clock reading as if it were UTC, milliseconds. */
  ms: number;
  /** Whether it says a time of day. */
  timed: boolean;
}

const PARTS: Record<string, string> = { Y: "(?<Y>\\d{4})", m: "(?<m>\\d{1,2})", d: "(?<d>\\d{1,2})", H: "(?<H>\\d{1,2})", M: "(?<M>\\d{1,2})", S: "(?<S>\\d{1,2})" };
const ISO = "%Y-%m-%d[ T]%H:%M(?::%S)?";
const ISO_DAY = "%Y-%m-%d";

/** The clock reading in a text, written as a mapping's pattern says; null if it says another. */
export function readClock(text: string, pattern: string): Reading | null {
  for (const each of pattern === "iso8601" ? [ISO, ISO_DAY] : [escaped(pattern)]) {
    const body = each.replaceAll(/%(\w)/g, (all, letter: string) => PARTS[letter] ?? all);
    const found = new RegExp(`^${body}`).exec(text.trim())?.groups;
    if (!found) continue;
    const [year, month, day, hour, minute, second] = ["Y", "m", "d", "H", "M", "S"].map((part) => Number(found[part] ?? Number.NaN));
    if (year === undefined || month === undefined || day === undefined) continue;
    const ms = Date.UTC(year, month - 1, day, hour || 0, minute || 0, second || 0);
    if (!Number.isNaN(ms)) return { ms, timed: hour !== undefined && !Number.isNaN(hour) };
  }
  return null;
}

const escaped = (pattern: string) => pattern.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** When a clock of a zone shows a reading, microseconds. */
export function momentOf(ms: number, zone: string): number {
  // What lies an offset away may have another one; the second look is right but within the hour that is skipped or twice.
  const first = ms - offsetOf(ms, zone);
  return (ms - offsetOf(first, zone)) * 1000;
}

function offsetOf(ms: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" }).formatToParts(ms);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((each) => each.type === type)?.value ?? 0);
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second")) - Math.floor(ms / 1000) * 1000;
}
