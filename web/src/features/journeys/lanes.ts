// What the team wrote on the map, lane by lane: which lanes have anything to show, and the feelings of the curve.
import type { Card, Journey, Lane, StageMetrics } from "../../api/types";
import { LANES } from "../../ui/lanes";
import type { Group } from "../../ui/scope/group";

export interface WrittenStage {
  stage: string;
  owner: string | null;
  cards: Partial<Record<Lane, Card[]>>;
  /** Mean of the feelings written, −2 to 2; null without any. */
  feeling: number | null;
}

/**
 * What is written of each stage. On the map of a persona these are the cards about it and about everyone; cards of
 * another persona would tell of people who are not counted.
 */
export function written(definition: Pick<Journey, "stages">, of: Group): WrittenStage[] {
  return definition.stages.map((stage) => {
    const cards: Partial<Record<Lane, Card[]>> = {};
    for (const card of stage.cards ?? []) {
      if (card.persona != null && of.by === "persona" && card.persona !== of.persona) continue;
      (cards[card.lane] ??= []).push(card);
    }
    const feelings = (cards.emotion ?? []).flatMap((card) => (card.feeling == null ? [] : [card.feeling]));
    const feeling = feelings.length > 0 ? feelings.reduce((sum, each) => sum + each, 0) / feelings.length : null;
    return { stage: stage.id, owner: stage.owner ?? null, cards, feeling };
  });
}

/** Lanes with at least one card; the others are not shown. */
export function filledLanes(stages: readonly WrittenStage[]): Lane[] {
  return LANES.filter((lane) => stages.some(({ cards }) => (cards[lane] ?? []).length > 0));
}

/** Mean scores of the stages, where any were given. */
export function scores(stages: readonly Pick<StageMetrics, "score_mean" | "score_count">[]): (number | null)[] {
  return stages.map(({ score_mean, score_count }) => (score_count > 0 ? (score_mean ?? null) : null));
}

/** Whether a row of points has anything to show. */
export function hasPoints(points: readonly (number | null)[]): boolean {
  return points.some((point) => point !== null);
}

/** Whether a row of points makes a curve: one point is none. */
export function isCurve(points: readonly (number | null)[]): boolean {
  return points.filter((point) => point !== null).length > 1;
}

/** A feeling as it is written beside a card. */
export function signed(feeling: number): string {
  return feeling > 0 ? `+${feeling}` : feeling < 0 ? `−${-feeling}` : "0";
}
