// The rules by which positions become visits, and what each is where the site does not say.
import type { PlaceRules } from "../../../api/types";

/** Fields in the order they are read, those within another with a dot; `null` may stand for a field that is `optional`, and for a whole group that is. */
export const GROUPS = [
  { group: "cleaning", optional: false, fields: { speed_max_m_s: 3, gap_seconds: 2, smooth: true, error_m: 0.15, snap_m: 2 } },
  { group: "visits", optional: false, fields: { least_seconds: 10, absence_seconds: 10_800 } },
  { group: "stitching", optional: true, fields: { gap_seconds: 10, speed_max_m_s: 1.5, slack_m: 0.6, door_m: 1.5 } },
  { group: "staff", optional: true, fields: { staff_only_seconds: 10, stay_seconds: 14_400 } },
  { group: "groups", optional: true, fields: { overlap: 0.8, apart_m: 1.4, drift_m_s: 0.5 } },
  { group: "zones", optional: false, fields: { exit_buffer_m: 0.3, merge_seconds: 2, drop_seconds: 0.5 } },
  { group: "stops", optional: false, fields: { radius_m: 1, least_seconds: 5 } },
  { group: "queues", optional: false, fields: { slow_m_s: 0.3, window_seconds: 2, away_seconds: 5 } },
  { group: "receipts", optional: true, fields: { "matching.scale_seconds": 2, "matching.window_seconds": 10, "matching.unseen": 0.05, "matching.least_probability": 0.5 } },
  { group: "members", optional: true, fields: { return_minutes: 180, "matching.scale_seconds": 2, "matching.window_seconds": 10, "matching.unseen": 0.05, "matching.least_probability": 0.8 } },
  { group: "signals", optional: true, fields: { reach_m: 2.5, reach_seconds: 2 } },
] as const;

/** Which events are meant, where the site does not say. */
export const EVENTS = { receipts: ["purchase"], members: ["member_scan"] } as const satisfies Partial<Record<string, readonly string[]>>;

export type Group = (typeof GROUPS)[number]["group"];
export const SHOWN_FROM = 5;

/** Fields that may be `null`: the rule is off. */
export const NULLABLE: readonly string[] = ["cleaning.speed_max_m_s", "cleaning.snap_m"];

/** Groups that are off where nothing is said of them: they join what else is apart. */
export const OFF: readonly Group[] = ["receipts", "members", "signals"];

type Value = number | boolean | null;
type Said = Record<string, unknown>;

/** What holds of a group: what the site says, or else its default; null: the group is off. */
export function heldBy(rules: PlaceRules | undefined, group: Group): Record<string, Value> | null {
  const normal: Record<string, Value> = GROUPS.find((each) => each.group === group)?.fields ?? {};
  const said = rules?.[group] as Said | null | undefined;
  if (said === null || (said === undefined && OFF.includes(group))) return null;
  return Object.fromEntries(
    Object.entries(normal).map(([field, value]) => {
      const own = at(said, field);
      return [field, own === undefined ? value : own];
    }),
  );
}

function at(said: Said | undefined, field: string): Value | undefined {
  const [outer = "", inner] = field.split(".");
  const value = said?.[outer];
  return (inner === undefined ? value : (value as Said | undefined)?.[inner]) as Value | undefined;
}

/** A group with one of its fields said; the rest of it stays as it is said, or not. */
export function withField(rules: PlaceRules | undefined, group: Group, field: string, value: Value): Said {
  const said = (rules?.[group] ?? {}) as Said;
  const [outer = "", inner] = field.split(".");
  return { ...said, [outer]: inner === undefined ? value : { ...(said[outer] as Said | undefined), [inner]: value } };
}

/** The events a group means; null: it means none. */
export function eventsOf(rules: PlaceRules | undefined, group: Group): readonly string[] | null {
  if (group !== "receipts" && group !== "members") return null;
  return rules?.[group]?.events ?? EVENTS[group];
}

/** Names as one writes them in a line, and back. */
export const written = (names: readonly string[]) => names.join(", ");

export function namesIn(text: string): string[] {
  const names = text.split(/[,，、\n]/).map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ""))];
}
