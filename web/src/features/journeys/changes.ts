// What changed between two versions of a journey, read off the paths the server names: which thing, and which field.
import type { Journey, LocalizedText } from "../../api/types";

export type ThingKind = "journey" | "stage" | "touchpoint" | "card" | "signal" | "persona";

const LISTS: Record<string, ThingKind> = { stages: "stage", touchpoints: "touchpoint", cards: "card", signals: "signal", personas: "persona" };

export interface Place {
  /** The innermost thing the path leads to. */
  kind: ThingKind;
  /** Its id; null for the journey itself. */
  id: string | null;
  /** The stage it stands in, of touchpoints and cards. */
  stage: string | null;
  /** The field of it that differs, as in `goal.target`; null where the thing as a whole came, went or moved. */
  field: string | null;
}

/** Reads a path such as `stages[decide].touchpoints[cart].match`. */
export function placeOf(path: string): Place {
  const place: Place = { kind: "journey", id: null, stage: null, field: null };
  const fields: string[] = [];
  for (const [, name = "", id] of path.matchAll(/([\w-]+)(?:\[([^\]]*)\])?(?:\.|$)/g)) {
    const kind = LISTS[name];
    if (kind === undefined || id === undefined) {
      fields.push(name);
      continue;
    }
    if (place.kind === "stage") place.stage = place.id;
    place.kind = kind;
    place.id = id;
  }
  place.field = fields.length > 0 ? fields.join(".") : null;
  return place;
}

type Named = { id: string; name?: LocalizedText; text?: LocalizedText };

/** The name of a thing in one of `definitions`, the first that has it; null where none does. */
export function nameIn(definitions: readonly (Journey | undefined)[], { kind, id }: Pick<Place, "kind" | "id">): LocalizedText | null {
  for (const definition of definitions) {
    if (!definition) continue;
    const stages = definition.stages;
    const among: Record<ThingKind, () => readonly Named[]> = {
      journey: () => [],
      stage: () => stages,
      touchpoint: () => stages.flatMap((stage) => stage.touchpoints),
      card: () => stages.flatMap((stage) => stage.cards ?? []),
      signal: () => definition.signals ?? [],
      persona: () => definition.personas ?? [],
    };
    const found = among[kind]().find((each) => each.id === id);
    if (found) return found.name ?? found.text ?? null;
  }
  return null;
}

/** A value as text where it is one: a text in several languages is an object of texts. */
export function asText(value: unknown, localized: (text: LocalizedText) => string): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return String(value);
  const isText = typeof value === "object" && !Array.isArray(value) && Object.values(value).every((each) => typeof each === "string");
  if (isText) return localized(value as Record<string, string>);
  return Array.isArray(value) && value.every((each) => typeof each === "string") ? value.join(" → ") : null;
}
