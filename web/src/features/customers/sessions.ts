// The sessions of a timeline: which events stand together, where a session ends, and which rows are left when some are folded.
// Events are counted from the newest, 0, on, and told apart by the number the server gave each: a later session has a higher one.
import type { TimelineEvent } from "../../api/types";

type Numbered = Pick<TimelineEvent, "session">;

/** Events that stand together on the screen. */
export interface Stretch {
  /** Null: no session is known of them. */
  session: number | null;
  /** Whether the session begins with the first of them, seen from the newest on. */
  begins: boolean;
  indices: number[];
}

/** A session of which only the first row is left. */
export interface Fold {
  session: number;
  /** Its newest event, and its oldest. */
  from: number;
  to: number;
}

/** The rows in sight by session. The system's own events have none: they go with the session above them. */
export function stretches(indices: readonly number[], events: ReadonlyMap<number, Numbered>): Stretch[] {
  const found: Stretch[] = [];
  for (const index of indices) {
    const own = events.get(index)?.session ?? null;
    const last = found.at(-1);
    const above = last ? last.session : nearest(index, events);
    if (last && (own === null || own === last.session || last.session === null)) {
      last.indices.push(index);
      last.session ??= own;
    } else {
      found.push({ session: own ?? above, begins: index === 0 || (own !== null && above !== null && own !== above), indices: [index] });
    }
  }
  return found;
}

/** The session of the nearest newer event that has one, among those that are known without a gap. */
function nearest(index: number, events: ReadonlyMap<number, Numbered>): number | null {
  for (let at = index - 1; events.has(at); at -= 1) {
    const session = events.get(at)?.session;
    if (session != null) return session;
  }
  return null;
}

/**
 * The oldest event of the session that begins at `from`, of `total` events in pages of `size`, each in order of time. Sessions
 * only get earlier, so it is looked for in ever longer steps and then between two of them: few pages are asked for even of a
 * session that has thousands.
 */
export async function lastOf({ session, from }: Pick<Fold, "session" | "from">, total: number, size: number, page: (nth: number) => Promise<readonly Numbered[]>): Promise<number> {
  /** The newest event of an earlier session on the page, or on the nearest newer one that tells of any session. */
  const earlierBy = async (nth: number): Promise<number | null> => {
    const events = await page(nth);
    const place = events.findLastIndex((event) => event.session != null && event.session < session);
    if (place >= 0) return nth * size + events.length - 1 - place;
    return events.some((event) => event.session != null) || nth === first ? null : earlierBy(nth - 1);
  };
  const first = Math.floor(from / size);
  const oldest = Math.ceil(total / size) - 1;
  let [below, above] = [first, first];
  let found = await earlierBy(first);
  for (let step = 1; found === null; step *= 2) {
    if (below === oldest) return total - 1;
    above = Math.min(below + step, oldest);
    // Where to look next is known only from the last look.
    // oxlint-disable-next-line no-await-in-loop
    found = await earlierBy(above);
    if (found === null) below = above;
  }
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    // oxlint-disable-next-line no-await-in-loop
    const there = await earlierBy(middle);
    if (there === null) below = middle;
    else [above, found] = [middle, there];
  }
  return found - 1;
}

/** What is folded, kept by how many events are older: that stays as it is when others come. */
export interface KeptFold {
  session: number;
  /** Events older than the newest of it that was there. */
  below: number;
  length: number;
}

/** A fold to keep, of `total` events. */
export function keep({ session, from, to }: Fold, total: number): KeptFold {
  return { session, below: total - 1 - from, length: to - from };
}

/** The folds of `total` events, in order; what came of a folded session since is folded with it. */
export function foldsOf(kept: readonly KeptFold[], total: number, events: ReadonlyMap<number, Numbered>): Fold[] {
  return kept
    .map(({ session, below, length }) => {
      const at = total - 1 - below;
      let from = at;
      while (from > 0 && events.get(from - 1)?.session === session) from -= 1;
      return { session, from, to: at + length };
    })
    .toSorted((a, b) => a.from - b.from);
}

/** Rows there are for `total` events. */
export function rowsOf(total: number, folds: readonly Fold[]): number {
  return folds.reduce((rows, { from, to }) => rows - (to - from), total);
}

/** The event of a row; `folds` in order. */
export function eventOf(row: number, folds: readonly Fold[]): number {
  return folds.reduce((index, { from, to }) => (index > from ? index + (to - from) : index), row);
}

/** The row of an event: that of its session where it is folded away. */
export function rowOf(index: number, folds: readonly Fold[]): number {
  return index - folds.reduce((hidden, { from, to }) => hidden + Math.max(0, Math.min(index, to) - from), 0);
}

/** Where visitors of a session said they came from: source and medium, else the page, else the campaign; null: nothing is said. */
export function cameFrom(columns: Record<string, unknown>): string | null {
  const text = (name: string) => (typeof columns[name] === "string" && columns[name] !== "" ? columns[name] : null);
  const marked = [text("utm_source"), text("utm_medium")].filter((each) => each !== null);
  return marked.length > 0 ? marked.join(" / ") : (text("referrer_host") ?? text("utm_campaign") ?? text("campaign"));
}
