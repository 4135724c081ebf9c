// What of the dictionary is shown: by a word looked for, in an order.
import type { NameNote } from "../../api/types";
import type { Sorting } from "../../ui/SortHead";

export const SHOWS = ["events", "properties", "quality"] as const;
export type Show = (typeof SHOWS)[number];

export function showOf(text: string | undefined): Show {
  return SHOWS.find((show) => show === text) ?? "events";
}

interface Named {
  name: string;
  note?: NameNote | null;
}

/** Those whose name, title, description or owner holds each of the words. */
export function found<T extends Named>(all: readonly T[], wanted: string): readonly T[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return all;
  const text = ({ name, note }: Named) => [name, note?.title, note?.description, note?.owner].join(" ").toLowerCase();
  return all.filter((one) => words.every((word) => text(one).includes(word)));
}

/** In the order of a column; null: as they came. Equal ones stay as they were. */
export function ordered<T, Column extends keyof T & string>(all: readonly T[], by: Sorting<Column> | null): readonly T[] {
  if (by === null) return all;
  const way = by.down ? -1 : 1;
  return all.toSorted((one, other) => {
    const [a, b] = [one[by.column], other[by.column]];
    if (a == null || b == null) return Number(a == null) - Number(b == null);
    return way * (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b)));
  });
}
