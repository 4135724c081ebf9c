// Numbers of a breakdown in bands: as many as one says, or between boundaries of one's own.
import type { DictionaryProperty } from "../../api/types";
import { isTrait } from "../../ui/scope/group";

/** So many bands of about equal size, or where bands begin, ascending. No boundary yet: as many as usual. */
export type Bands = number | number[];

export const BANDS = [3, 5, 10] as const;
export const BANDS_USUAL = 5;
export const BANDS_MAX = 100;

export function readBands(value: unknown): Bands | undefined {
  if (Array.isArray(value)) return ascending(value.filter((edge) => typeof edge === "number")).slice(0, BANDS_MAX - 1);
  return typeof value === "number" && Number.isInteger(value) && value >= 2 && value <= BANDS_MAX ? value : undefined;
}

/** As the API takes them. */
export function askedBands(bands: Bands): object {
  if (typeof bands === "number") return { count: bands };
  return bands.length > 0 ? { edges: bands } : { count: BANDS_USUAL };
}

/** Boundaries as somebody types them, in any order; null where something else stands among them. */
export function typedEdges(text: string): number[] | null {
  const parts = text.split(/[\s,，、;；]+/).filter((part) => part !== "");
  const edges = parts.map(Number);
  return edges.every(Number.isFinite) && edges.length < BANDS_MAX ? ascending(edges) : null;
}

export function writtenEdges(edges: readonly number[]): string {
  return edges.join(", ");
}

/** Columns of every workspace that hold numbers; of properties and traits only the dictionary knows. */
const NUMBERS: readonly string[] = ["amount", "quantity", "score", "duration_seconds"];

/** Whether a dimension's values are known to be numbers. */
export function holdsNumbers(dimension: string, properties: readonly DictionaryProperty[]): boolean {
  return NUMBERS.includes(dimension) || (isOpen(dimension) && properties.find(({ name }) => name === dimension)?.types[0] === "number");
}

/** Whether any sort of value may be set. */
export function isOpen(dimension: string): boolean {
  return dimension.startsWith("props.") || isTrait(dimension);
}

function ascending(edges: readonly number[]): number[] {
  return [...new Set(edges.filter(Number.isFinite))].toSorted((a, b) => a - b);
}
