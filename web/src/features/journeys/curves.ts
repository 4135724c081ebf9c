// The lines of the emotion curve: the average of all that is written, and one for each persona something is written of.
import type { Journey } from "../../api/types";
import { EVERYONE } from "../../ui/scope/group";
import type { Group } from "../../ui/scope/group";
import { written } from "./lanes";

/** The key of the average; no persona can have it. */
export const AVERAGE = "*";
/** More personas than this at once are told apart by nobody. */
export const PERSONAS_MAX = 6;

export interface FeelingLine {
  /** [`AVERAGE`], or the id of a persona. */
  key: string;
  /** Of each stage, −2 to 2; null where nothing is written. */
  feelings: (number | null)[];
}

type Definition = Pick<Journey, "stages" | "personas">;

const feelingsOf = (definition: Definition, of: Group) => written(definition, of).map(({ feeling }) => feeling);

/**
 * Lines that can be shown. A persona's is made of the cards about it and about everyone, as on its map; one about whom no
 * feeling is written would repeat what is said of everyone, so it has a line only where the map is of it or compared with it.
 */
export function feelingLines(definition: Definition, asked: readonly Group[]): FeelingLine[] {
  const cards = definition.stages.flatMap((stage) => stage.cards ?? []);
  const isAsked = (persona: string) => asked.some((group) => group.by === "persona" && group.persona === persona);
  const isFelt = (persona: string) => cards.some((card) => card.persona === persona && card.lane === "emotion" && card.feeling != null);
  const personas = (definition.personas ?? []).map(({ id }) => id).filter((id) => isAsked(id) || isFelt(id));
  return [
    { key: AVERAGE, feelings: feelingsOf(definition, EVERYONE) },
    ...personas.map((persona) => ({ key: persona, feelings: feelingsOf(definition, { by: "persona", persona }) })),
  ];
}

/** Of the lines, those that are chosen; where none is, those of the personas asked about, else all. */
export function shownLines(lines: readonly FeelingLine[], chosen: readonly string[], asked: readonly Group[]): FeelingLine[] {
  const among = (keys: readonly string[]) => lines.filter(({ key }) => keys.includes(key));
  const own = among(asked.flatMap((group) => (group.by === "persona" ? [group.persona] : [])));
  const picked = among(chosen);
  if (picked.length > 0) return limited(picked);
  const [of] = asked;
  return limited(of?.by === "persona" && own.length > 0 ? own : lines);
}

function limited(lines: readonly FeelingLine[]): FeelingLine[] {
  const personas = lines.filter(({ key }) => key !== AVERAGE).slice(0, PERSONAS_MAX);
  return lines.filter((line) => line.key === AVERAGE || personas.includes(line));
}
