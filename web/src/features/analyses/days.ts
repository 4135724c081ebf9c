// Days in a row: those that an answer leaves out, because nothing happened on them, are days all the same.

const DAY_MS = 86_400_000;

/** How many days after 1970 a day `2024-03-31` is. */
export function dayNumber(day: string): number {
  return Date.parse(day) / DAY_MS;
}

export function dayText(number: number): string {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}

/** A value for each day from the first to the last; `none` where the answer has none. Days come oldest first. */
export function everyDay<Of extends { day: string }>(days: readonly Of[], value: (of: Of) => number, none = 0): { x: number; y: number }[] {
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) return [];
  const known = new Map(days.map((of) => [dayNumber(of.day), value(of)]));
  const from = dayNumber(first.day);
  return Array.from({ length: dayNumber(last.day) - from + 1 }, (_, index) => ({ x: from + index, y: known.get(from + index) ?? none }));
}
