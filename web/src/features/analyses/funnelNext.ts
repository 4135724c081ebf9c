// What those did next who dropped off at a step, as one list that adds up to all of them.
import type { FunnelStep, People } from "../../api/types";

export type NextRow = { key: string; count: number; people: People | null } & (
  | { what: "event"; label: string; channel: string; when: "within" | "after" }
  | { what: "other" | "nothing" }
);

/** The first `most` rows; what else happened is added to what is not told apart. */
export function shortened(rows: readonly NextRow[], most: number): NextRow[] {
  const events = rows.filter(({ what }) => what === "event");
  if (events.length <= most) return [...rows];
  const left = rows.filter((row) => row.what === "other" || (row.what === "event" && events.indexOf(row) >= most));
  return [...events.slice(0, most), { key: "other", what: "other", people: null, count: left.reduce((sum, { count }) => sum + count, 0) }, ...rows.filter(({ what }) => what === "nothing")];
}

/** Most first, what is not told apart and nothing more at the end. Empty where nobody dropped off or it was not asked. */
export function nextOf({ next, dropped }: Pick<FunnelStep, "next" | "dropped">): NextRow[] {
  if (!next || dropped.instances === 0) return [];
  const events = (["within", "after"] as const).flatMap((when) =>
    next[when].map(({ label, channel, people }): NextRow => ({ key: `${when} ${channel} ${label}`, what: "event", label, channel, when, people, count: people.instances })),
  );
  const other: NextRow[] = next.other > 0 ? [{ key: "other", what: "other", people: null, count: next.other }] : [];
  const nothing: NextRow[] = next.nothing.instances > 0 ? [{ key: "nothing", what: "nothing", people: next.nothing, count: next.nothing.instances }] : [];
  return [...events.toSorted((a, b) => b.count - a.count), ...other, ...nothing];
}
