// Which stages of two maps belong side by side.
import type { LocalizedText, StageMetrics } from "../../api/types";

type Named = Pick<StageMetrics, "stage" | "name">;

/** A line of two maps side by side; null where a map has no such stage. */
export interface Pair<Stage> {
  own: Stage | null;
  other: Stage | null;
}

/**
 * Stages with the same key belong together, then those with the same name. They stand in the order of `own`; what only the
 * other map has comes behind what it follows there.
 */
export function paired<Stage extends Named>(own: readonly Stage[], other: readonly Stage[]): Pair<Stage>[] {
  const left = new Set(other);
  const partners = new Map<Stage, Stage>();
  for (const alike of [(a: Named, b: Named) => a.stage === b.stage, (a: Named, b: Named) => sameName(a.name, b.name)]) {
    for (const stage of own) {
      const partner = partners.has(stage) ? undefined : [...left].find((each) => alike(stage, each));
      if (!partner) continue;
      partners.set(stage, partner);
      left.delete(partner);
    }
  }
  const pairs: Pair<Stage>[] = own.map((stage) => ({ own: stage, other: partners.get(stage) ?? null }));
  for (const [at, stage] of other.entries()) {
    if (!left.has(stage)) continue;
    const before = other[at - 1];
    pairs.splice(before === undefined ? 0 : pairs.findIndex((pair) => pair.other === before) + 1, 0, { own: null, other: stage });
  }
  return pairs;
}

/** Whether two are called the same in any language. */
function sameName(a: LocalizedText, b: LocalizedText): boolean {
  const [names, others] = [a, b].map((text) => (typeof text === "string" ? [text] : Object.values(text)).map((name) => name.trim().toLowerCase()));
  return names?.some((name) => name !== "" && others?.includes(name)) ?? false;
}
