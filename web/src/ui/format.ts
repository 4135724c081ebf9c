// Numbers, shares, durations and times as people of a language write them.
import { useMemo } from "react";

import type { Language } from "./language";
import { useLanguage } from "./language";

const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86_400;
/** Counts from here on are shortened (12.3万, 123K); the whole number stands in the explanation. */
const SHORT_FROM = 100_000;
/** What is printed where there is nothing to measure. */
export const NOTHING = "–";

export interface Format {
  /** A whole number, never shortened. */
  whole(value: number): string;
  /** A whole number, shortened from 100,000 on. */
  count(value: number): string;
  /** A measure with at most two digits behind the point. */
  decimal(value: number | null | undefined): string;
  /** An estimated number of people or things: digits behind the point only of small ones. */
  rough(value: number): string;
  /** 0.123 as 12.3%. */
  percent(share: number | null | undefined): string;
  /** A difference of two shares in percentage points, signed. */
  points(difference: number, unit?: string): string;
  /** A relative difference, signed. */
  change(ratio: number): string;
  /** How many milliseconds something took. */
  elapsed(ms: number): string;
  /** Seconds in the unit that fits. */
  duration(seconds: number | null | undefined): string;
  money(value: number | null | undefined, currency: string | null | undefined): string;
  /** Microseconds since 1970 as date and time of a zone. */
  dateTime(us: number | null | undefined, zone: string): string;
  date(us: number | null | undefined, zone: string): string;
  /** A day that belongs to no zone, as `2024-05-20`. */
  day(day: string): string;
  /** The month a day that belongs to no zone lies in. */
  month(day: string): string;
  /** Time of day with seconds. */
  time(us: number, zone: string): string;
}

/** The minus sign, which is as wide as the plus. */
function minus(text: string): string {
  return text.replace("-", "−");
}

export function makeFormat(language: Language): Format {
  const numbers = (options: Intl.NumberFormatOptions = {}) => new Intl.NumberFormat(language, options);
  const whole = numbers({ maximumFractionDigits: 0 });
  const compact = numbers({ notation: "compact", maximumFractionDigits: 1 });
  const decimal = numbers({ maximumFractionDigits: 2 });
  const tenths = numbers({ maximumFractionDigits: 1 });
  const percent = numbers({ style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const signed = numbers({ minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: "exceptZero" });
  const change = numbers({ style: "percent", maximumFractionDigits: 1, signDisplay: "exceptZero" });
  const units = (unit: string) => numbers({ style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 1 });
  const [second, minute, hour, day] = [units("second"), units("minute"), units("hour"), units("day")];
  // Making a format is slow, and a table may write thousands of dates.
  const stamps = new Map<Intl.DateTimeFormatOptions, Map<string, Intl.DateTimeFormat>>();
  const stamp = (us: number, zone: string, options: Intl.DateTimeFormatOptions) => {
    const zones = stamps.get(options) ?? new Map<string, Intl.DateTimeFormat>();
    const known = zones.get(zone) ?? new Intl.DateTimeFormat(language, { timeZone: zone, ...options });
    stamps.set(options, zones.set(zone, known));
    return known.format(us / 1000);
  };
  const when = (us: number | null | undefined, zone: string, options: Intl.DateTimeFormatOptions) =>
    us == null ? NOTHING : stamp(us, zone, options);
  // In English 01/04 is read both ways, so months have names there.
  const dayParts =
    language === "en"
      ? ({ year: "numeric", month: "short", day: "numeric" } as const)
      : ({ year: "numeric", month: "2-digit", day: "2-digit" } as const);

  const momentParts = { ...dayParts, hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  const timeParts = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;
  const monthParts = { year: "numeric", month: "short" } as const;

  return {
    whole: (value) => whole.format(value),
    count: (value) => (Math.abs(value) < SHORT_FROM ? whole : compact).format(value),
    decimal: (value) => (value == null ? NOTHING : decimal.format(value)),
    rough: (value) => {
      const size = Math.abs(value);
      return (size < 10 ? tenths : size < SHORT_FROM ? whole : compact).format(value);
    },
    percent: (share) => (share == null ? NOTHING : percent.format(share)),
    points: (difference, unit = "pp") => `${minus(signed.format(difference * 100))}\u00a0${unit}`,
    change: (ratio) => minus(change.format(ratio)),
    elapsed: (ms) => (ms < 1 ? "<1" : whole.format(ms)),
    duration: (seconds) => {
      if (seconds == null) return NOTHING;
      if (seconds < MINUTE_S) return second.format(seconds);
      if (seconds < HOUR_S) return minute.format(seconds / MINUTE_S);
      if (seconds < 2 * DAY_S) return hour.format(seconds / HOUR_S);
      return day.format(seconds / DAY_S);
    },
    money: (value, currency) => {
      if (value == null) return NOTHING;
      const size = Math.abs(value);
      // A workspace has one currency, and what the server says of it writes ¥ and $ in both languages.
      const money = currency ? { style: "currency" as const, currency, currencyDisplay: "narrowSymbol" as const } : {};
      if (size >= SHORT_FROM) return numbers({ ...money, notation: "compact", maximumFractionDigits: 1 }).format(value);
      // Cents matter in a basket, not in a month's sales.
      if (size >= 1000) return numbers({ ...money, maximumFractionDigits: 0 }).format(value);
      return numbers(currency ? money : { maximumFractionDigits: 2 }).format(value);
    },
    dateTime: (us, zone) => when(us, zone, momentParts),
    date: (us, zone) => when(us, zone, dayParts),
    day: (text) => stamp(Date.parse(text) * 1000, "UTC", dayParts),
    month: (text) => stamp(Date.parse(text) * 1000, "UTC", monthParts),
    time: (us, zone) => stamp(us, zone, timeParts),
  };
}

export function useFormat(): Format {
  const language = useLanguage();
  return useMemo(() => makeFormat(language), [language]);
}

const SPAN_S: Record<string, number> = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: HOUR_S, d: DAY_S, w: 7 * DAY_S };

/** Seconds of a span as definitions write it (`30m`, `7d`); null if it is none. */
export function spanSeconds(span: string | null | undefined): number | null {
  const parts = /^(\d+)\s*(us|ms|s|m|h|d|w)$/.exec(span ?? "");
  const unit = parts?.[2] === undefined ? undefined : SPAN_S[parts[2]];
  return parts && unit !== undefined ? Number(parts[1]) * unit : null;
}
