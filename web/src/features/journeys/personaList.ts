// All personas of a workspace's journeys, as their definitions have them: whom each stands for, and how it feels along its stages.
import type { Journey, Persona } from "../../api/types";
import { written } from "./lanes";

/** In the address of the editor: not one there is, but a new one. No persona can be called that. */
export const NEW_PERSONA = "~new";

export interface ListedPersona {
  persona: Persona;
  /** Of each stage, −2 to 2; null where nothing is written. */
  feelings: (number | null)[];
  /** Cards that are about it and nobody else. */
  cards: number;
  /** Whether a feeling is written of it: else its curve is the one of everyone. */
  own: boolean;
}

export function personasOf(definition: Pick<Journey, "stages" | "personas">): ListedPersona[] {
  const cards = definition.stages.flatMap((stage) => stage.cards ?? []);
  return (definition.personas ?? []).map((persona) => {
    const about = cards.filter((card) => card.persona === persona.id);
    return {
      persona,
      feelings: written(definition, { by: "persona", persona: persona.id }).map(({ feeling }) => feeling),
      cards: about.length,
      own: about.some((card) => card.lane === "emotion" && card.feeling != null),
    };
  });
}

/** Whether a rule says who its customers are, so that they can be counted. */
export function isLive({ customers }: Persona): boolean {
  return (customers ?? []).length > 0;
}
