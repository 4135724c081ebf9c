// The rules by which positions become visits, and what each is where the site does not say.
import type { PlaceRules } from "../../../api/types";

/** Fields in the order they are read; `null` may stand for a field that is `optional`, and for a whole group that is. */
export const GROUPS = [
  { group: "cleaning", optional: false, fields: { speed_max_m_s: 3, gap_seconds: 2, smooth: true, error_m: 0.15, snap_m: 2 } },
  { group: "visits", optional: false, fields: { least_seconds: 10, absence_seconds: 10_800 } },
  { group: "stitching", optional: true, fields: { gap_seconds: 10, speed_max_m_s: 1.5, slack_m: 0.6, door_m: 1.5 } },
  { group: "staff", optional: true, fields: { staff_only_seconds: 10, stay_seconds: 14_400 } },
  { group: "groups", optional: true, fields: { overlap: 0.8, apart_m: 1.4, drift_m_s: 0.5 } },
  { group: "zones", optional: false, fields: { exit_buffer_m: 0.3, merge_seconds: 2, drop_seconds: 0.5 } },
  { group: "stops", optional: false, fields: { radius_m: 1, least_seconds: 5 } },
  { group: "queues", optional: false, fields: { slow_m_s: 0.3, window_seconds: 2, away_seconds: 5 } },
] as const;

export type Group = (typeof GROUPS)[number]["group"];
export const SHOWN_FROM = 5;

/** Fields that may be `null`: the rule is off. */
export const NULLABLE: readonly string[] = ["cleaning.speed_max_m_s", "cleaning.snap_m"];

type Fields = Record<string, number | boolean | null>;

/** What holds of a group: what the site says, or else its default; null: the group is off. */
export function heldBy(rules: PlaceRules | undefined, group: Group): Fields | null {
  const normal = GROUPS.find((each) => each.group === group)?.fields ?? {};
  const said = rules?.[group] as Fields | null | undefined;
  return said === null ? null : { ...normal, ...said };
}
