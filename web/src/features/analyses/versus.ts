// What an answer is compared with: another period, other channels, or other people. Everything else stays as it is.
import { readGroup } from "../../ui/scope/group";
import type { Group } from "../../ui/scope/group";
import type { CompareChoice } from "../../ui/scope/period";
import { readDays } from "../../ui/scope/stored";

export type Versus = CompareChoice | { kind: "channels"; channels: string[] } | { kind: "group"; group: Group };

export const NOTHING_ELSE: Versus = { kind: "none" };

/** Analyses that show the periods of what is chosen side by side already: of another period there is no number to put beside theirs. */
const BY_PERIOD = ["lifecycle", "stickiness"];

/** Whether an analysis can be compared with another period. */
export function comparesPeriods(kind: string): boolean {
  return !BY_PERIOD.includes(kind);
}

/** The comparison as far as an analysis has it. */
export function fitting(kind: string, versus: Versus): Versus {
  return comparesPeriods(kind) || versus.kind === "group" || versus.kind === "channels" ? versus : NOTHING_ELSE;
}

/** A comparison as it is stored; null where it makes no sense. */
export function readVersus(value: unknown): Versus | null {
  if (value === null || typeof value !== "object") return null;
  const fields = value as Record<string, unknown>;
  const { kind, channels } = fields;
  if (kind === "none" || kind === "previous" || kind === "year") return { kind };
  if (kind === "fixed") return readDays(fields);
  if (kind === "channels") {
    const named = Array.isArray(channels) ? channels.filter((channel) => typeof channel === "string" && channel !== "") : [];
    return named.length > 0 ? { kind, channels: named.toSorted() } : null;
  }
  const group = kind === "group" ? readGroup(fields["group"]) : null;
  return group && { kind: "group", group };
}
