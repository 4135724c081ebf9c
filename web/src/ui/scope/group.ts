// Whom a question is of, or is compared with: everyone, a persona, a segment, or who has one value of one dimension. And the
// part of a question that means it.
import type { AskedRule } from "../../api/queries";
import type { Journey } from "../../api/types";

export type Group =
  | { by: "everyone" }
  | { by: "persona"; persona: string }
  /** Members of a segment the workspace stores. */
  | { by: "segment"; segment: string }
  /** One value of a dimension: `channel`, a text column such as `platform`, or `traits.…` of the customer. */
  | { by: "value"; dimension: string; value: string };

export const EVERYONE: Group = { by: "everyone" };

/** The ways to say who counts; none for everyone. */
export interface GroupScope {
  persona?: string;
  customers?: AskedRule;
  subjects?: AskedRule;
  segments?: string[];
}

/** Whether a dimension is the customer's own and not of single events. */
export function isTrait(dimension: string): boolean {
  return dimension.startsWith("traits.");
}

/**
 * What asks for a group; null where the definition has no such persona or no rule says who it is. A trait is a matter of
 * the customer. A channel, site or platform is one of events: there the journeys count that have at least one event of
 * their own with the value, with all their events, so that one journey may be in several groups.
 */
export function groupScope(group: Group, definition: Pick<Journey, "personas"> | undefined): GroupScope | null {
  if (group.by === "everyone") return {};
  if (group.by === "persona") {
    const rule = definition?.personas?.find((persona) => persona.id === group.persona)?.customers;
    return rule && rule.length > 0 ? { persona: group.persona } : null;
  }
  if (group.by === "segment") return { segments: [group.segment] };
  const { dimension, value } = group;
  if (dimension === "channel") return { subjects: [{ channel: [value] }] };
  const rule: AskedRule = [{ where: [{ column: dimension, op: "eq", value }] }];
  return isTrait(dimension) ? { customers: rule } : { subjects: rule };
}

function named(text: unknown): text is string {
  return typeof text === "string" && text !== "";
}

/** A group as it is stored; null where it makes no sense. */
export function readGroup(value: unknown): Group | null {
  if (value === null || typeof value !== "object") return null;
  const { by, persona, segment, dimension, value: of } = value as Record<string, unknown>;
  if (by === "everyone") return EVERYONE;
  if (by === "persona") return named(persona) ? { by, persona } : null;
  if (by === "segment") return named(segment) ? { by, segment } : null;
  return by === "value" && named(dimension) && typeof of === "string" ? { by, dimension, value: of } : null;
}

export function sameGroup(a: Group, b: Group): boolean {
  if (a.by === "persona" && b.by === "persona") return a.persona === b.persona;
  if (a.by === "segment" && b.by === "segment") return a.segment === b.segment;
  if (a.by === "value" && b.by === "value") return a.dimension === b.dimension && a.value === b.value;
  return a.by === b.by;
}
