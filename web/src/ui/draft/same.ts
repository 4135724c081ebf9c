// Steps of a definition being edited: each makes a new one and touches nothing but what it is about.
import type { LocalizedText } from "../../api/types";

/** Fields to set; those that are undefined are taken away. */
export type Patch<T> = { [Field in keyof T]?: T[Field] | undefined };

export function patched<T extends object>(whole: T, patch: Patch<T>): T {
  const given = Object.entries(patch);
  const next = { ...whole, ...Object.fromEntries(given.filter(([, value]) => value !== undefined)) } as T;
  for (const [field, value] of given) if (value === undefined) delete next[field as keyof T];
  return next;
}

/** Whether both say the same; the order of fields says nothing. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object" || Array.isArray(a) !== Array.isArray(b)) return false;
  const [of, other] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const fields = Object.keys(of);
  return fields.length === Object.keys(other).length && fields.every((field) => field in other && same(of[field], other[field]));
}

/** The text with its words in one language changed; what it says in others stays. */
export function renamed(text: LocalizedText | null | undefined, language: string, value: string): LocalizedText {
  return text == null || typeof text === "string" ? value : { ...text, [language]: value };
}

/** Of the languages a text stands in, the one that is read in `language`; undefined where none is of it. */
export function ownTag(tags: readonly string[], language: string): string | undefined {
  return tags.find((tag) => tag === language) ?? tags.find((tag) => baseOf(tag) === baseOf(language));
}

/** The language of a tag, without its region. */
export const baseOf = (tag: string): string => tag.split("-")[0] ?? tag;
