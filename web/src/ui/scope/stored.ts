// How what a page shows is written down, in its address and in stored views: canonical JSON with a version, so that the
// same view always has the same text and the same hash.
import type { PeriodChoice } from "./period";

type Fields = Record<string, unknown>;

/** From the version of the key to the next one. */
export type Migrations = Record<number, (view: Fields) => Fields>;

/** JSON with sorted keys and no spaces. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  const sorted = entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join(",")}}`;
}

/** The fields of `view` that are not as they are by default. */
export function changed(view: object, normal: object): Fields {
  const defaults = normal as Fields;
  return Object.fromEntries(Object.entries(view).filter(([key, field]) => canonical(field) !== canonical(defaults[key])));
}

/** A stored view brought up to `version`; null where it is none, of a newer version, or of one nobody can read any more. */
export function migrated(stored: unknown, migrations: Migrations, version: number): Fields | null {
  if (stored === null || typeof stored !== "object" || Array.isArray(stored)) return null;
  let fields = stored as Fields;
  let at = fields["v"];
  if (typeof at !== "number" || at > version) return null;
  while (at < version) {
    const step = migrations[at];
    if (!step) return null;
    fields = step(fields);
    at += 1;
  }
  return fields;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Two days as they are stored; null where they are none. */
export function readDays(value: Fields): { kind: "fixed"; from: string; to: string } | null {
  const { from, to } = value;
  const days = typeof from === "string" && typeof to === "string" && DAY.test(from) && DAY.test(to) && from <= to;
  const real = days && !Number.isNaN(Date.parse(from)) && !Number.isNaN(Date.parse(to));
  return real ? { kind: "fixed", from, to } : null;
}

/** A period as it is stored; null where it makes no sense. */
export function readPeriod(value: unknown): PeriodChoice | null {
  if (value === null || typeof value !== "object") return null;
  const choice = value as Fields;
  const days = choice["days"];
  if (choice["kind"] === "all") return { kind: "all" };
  if (choice["kind"] === "last" && typeof days === "number" && Number.isInteger(days) && days > 0 && days <= 3660) {
    return { kind: "last", days };
  }
  return choice["kind"] === "fixed" ? readDays(choice) : null;
}
