// A definition being edited. Every step makes a new one and touches nothing but what it is about: what the editor does not
// show, or does not know yet, stays as it was.
import type { Card, Journey, Lane } from "../../../api/types";
import type { Patch } from "../../../ui/draft/same";
import { patched } from "../../../ui/draft/same";
import { freeKey, keyOf } from "../newJourney";

export type Stage = Journey["stages"][number];
export type Touchpoint = Stage["touchpoints"][number];
export type Rule = Touchpoint["match"];
export type Persona = NonNullable<Journey["personas"]>[number];
export type Signal = NonNullable<Journey["signals"]>[number];

/** What is looked at or changed. */
export type Part = { of: "journey" } | { of: "stage" | "touchpoint" | "card"; id: string };

export function stageOf(journey: Journey, touchpoint: string): Stage | undefined {
  return journey.stages.find(({ touchpoints }) => touchpoints.some(({ id }) => id === touchpoint));
}

export function touchpointOf(journey: Journey, id: string): Touchpoint | undefined {
  return stageOf(journey, id)?.touchpoints.find((each) => each.id === id);
}

/** The stage a card stands in, and the card. */
export function cardOf(journey: Journey, id: string): { stage: Stage; card: Card } | undefined {
  for (const stage of journey.stages) {
    const card = stage.cards?.find((each) => each.id === id);
    if (card) return { stage, card };
  }
  return undefined;
}

/** The stage that is meant by a part: itself, or where it stands. */
export function stageAround(journey: Journey, part: Part): Stage | undefined {
  switch (part.of) {
    case "journey":
      return undefined;
    case "stage":
      return journey.stages.find(({ id }) => id === part.id);
    case "touchpoint":
      return stageOf(journey, part.id);
    case "card":
      return cardOf(journey, part.id)?.stage;
  }
}

/** The part, if it is still there; else the journey. */
export function standing(journey: Journey, part: Part): Part {
  return stageAround(journey, part) === undefined ? { of: "journey" } : part;
}

export function changeStage(journey: Journey, id: string, patch: Patch<Stage>): Journey {
  return { ...journey, stages: journey.stages.map((stage) => (stage.id === id ? patched(stage, patch) : stage)) };
}

export function changeTouchpoint(journey: Journey, id: string, patch: Patch<Touchpoint>): Journey {
  const stage = stageOf(journey, id);
  return stage === undefined ? journey : changeStage(journey, stage.id, { touchpoints: stage.touchpoints.map((each) => (each.id === id ? patched(each, patch) : each)) });
}

/** A key made of a name, or of what it is where nothing of the name can stand in one. */
function newKey(name: string, kind: string, taken: readonly string[]): string {
  return freeKey(keyOf(name) || kind, taken);
}

export function addStage(journey: Journey, name: string): { journey: Journey; id: string } {
  const id = newKey(name, "stage", journey.stages.map((stage) => stage.id));
  return { journey: { ...journey, stages: [...journey.stages, { id, name, touchpoints: [] }] }, id };
}

export function addPersona(journey: Journey, name: string): { journey: Journey; id: string } {
  const personas = journey.personas ?? [];
  const id = freeKey("persona", personas.map((persona) => persona.id));
  return { journey: { ...journey, personas: [...personas, { id, name }] }, id };
}

/** Without the stage, what stands in it, and what names either. */
export function removeStage(journey: Journey, id: string): Journey {
  const gone = journey.stages.find((stage) => stage.id === id)?.touchpoints.map((touchpoint) => touchpoint.id) ?? [];
  const next = { ...journey, stages: journey.stages.filter((stage) => stage.id !== id) };
  return withoutGoals(inOrder(next), gone);
}

/** To a place among the others, from 0. */
export function moveStage(journey: Journey, id: string, to: number): Journey {
  const stage = journey.stages.find((each) => each.id === id);
  if (!stage) return journey;
  return inOrder({ ...journey, stages: journey.stages.filter((each) => each !== stage).toSpliced(to, 0, stage) });
}

/** The planned way follows the order of the stages. */
function inOrder(journey: Journey): Journey {
  if (!journey.planned) return journey;
  const planned = journey.stages.map(({ id }) => id).filter((id) => journey.planned?.includes(id));
  return patched(journey, { planned: planned.length > 0 ? planned : undefined });
}

export function addTouchpoint(journey: Journey, stage: string, made: { name: string; match: Rule }, to?: number): { journey: Journey; id: string } {
  const id = newKey(made.name, "touchpoint", journey.stages.flatMap(({ touchpoints }) => touchpoints.map((each) => each.id)));
  const touchpoints = journey.stages.find((each) => each.id === stage)?.touchpoints ?? [];
  return { journey: changeStage(journey, stage, { touchpoints: touchpoints.toSpliced(to ?? touchpoints.length, 0, { id, ...made }) }), id };
}

export function removeTouchpoint(journey: Journey, id: string): Journey {
  const stage = stageOf(journey, id);
  return stage === undefined ? journey : withoutGoals(changeStage(journey, stage.id, { touchpoints: stage.touchpoints.filter((each) => each.id !== id) }), [id]);
}

function withoutGoals(journey: Journey, gone: readonly string[]): Journey {
  const touchpoints = journey.goal.touchpoints.filter((id) => !gone.includes(id));
  return touchpoints.length === journey.goal.touchpoints.length ? journey : { ...journey, goal: { ...journey.goal, touchpoints } };
}

/** To a place among the other touchpoints of a stage, from 0. */
export function moveTouchpoint(journey: Journey, id: string, stage: string, to: number): Journey {
  const from = stageOf(journey, id);
  const moved = touchpointOf(journey, id);
  if (!from || !moved || !journey.stages.some((each) => each.id === stage)) return journey;
  const without = changeStage(journey, from.id, { touchpoints: from.touchpoints.filter((each) => each.id !== id) });
  const among = without.stages.find((each) => each.id === stage)?.touchpoints ?? [];
  return changeStage(without, stage, { touchpoints: among.toSpliced(to, 0, moved) });
}

/** One place up or down, into the neighbouring stage at the ends of its own. Null: there is nowhere to go. */
export function shiftTouchpoint(journey: Journey, id: string, by: -1 | 1): Journey | null {
  const at = journey.stages.findIndex(({ touchpoints }) => touchpoints.some((each) => each.id === id));
  const stage = journey.stages[at];
  if (!stage) return null;
  const to = stage.touchpoints.findIndex((each) => each.id === id) + by;
  if (to >= 0 && to < stage.touchpoints.length) return moveTouchpoint(journey, id, stage.id, to);
  const next = journey.stages[at + by];
  return next ? moveTouchpoint(journey, id, next.id, by === 1 ? 0 : next.touchpoints.length) : null;
}

export function shiftStage(journey: Journey, id: string, by: -1 | 1): Journey | null {
  const to = journey.stages.findIndex((stage) => stage.id === id) + by;
  return to >= 0 && to < journey.stages.length ? moveStage(journey, id, to) : null;
}

/** Events of this name go to the touchpoint, too: beside the names of a condition that asks for nothing else, if there is one. */
export function addEvent(rule: Rule, event: string): Rule {
  if (rule.some((condition) => asksOnlyNames(condition) && condition.event?.includes(event))) return rule;
  const at = rule.findIndex(asksOnlyNames);
  const names = rule[at]?.event;
  return names ? rule.with(at, { ...rule[at], event: [...names, event] }) : [...rule.filter((condition) => Object.keys(condition).length > 0), { event: [event] }];
}

/**
 * Events of this name go to the touchpoint, and to the signals that stand for the same: those that ask by name for nothing but
 * what the touchpoint asks for. `signals`: those that took it, so that it can be said.
 */
export function takeEvent(journey: Journey, touchpoint: string, event: string): { journey: Journey; signals: Signal[] } {
  const asked = touchpointOf(journey, touchpoint)?.match;
  if (!asked) return { journey, signals: [] };
  const taken = changeTouchpoint(journey, touchpoint, { match: addEvent(asked, event) });
  const names = new Set(asked.flatMap((condition) => (asksOnlyNames(condition) ? (condition.event ?? []) : [])));
  const alike = ({ match }: Signal) => match.length > 0 && match.every((condition) => asksOnlyNames(condition) && condition.event?.every((name) => names.has(name)));
  const signals = (journey.signals ?? []).filter(alike);
  if (signals.length === 0) return { journey: taken, signals };
  const changed = (journey.signals ?? []).map((signal) => (signals.includes(signal) ? { ...signal, match: addEvent(signal.match, event) } : signal));
  return { journey: { ...taken, signals: changed }, signals };
}

function asksOnlyNames({ event = [], channel = [], where = [] }: Rule[number]): boolean {
  return event.length > 0 && channel.length === 0 && where.length === 0;
}

/** Names a rule asks for that there are no events of. */
export function unknownNames(rule: Rule, known: readonly string[]): string[] {
  return [...new Set(rule.flatMap(({ event = [] }) => event))].filter((name) => !known.includes(name));
}

/** The rule without these names; a condition none of whose names is left goes with them. */
export function withoutNames(rule: Rule, gone: readonly string[]): Rule {
  return rule.flatMap((condition) => {
    if (!condition.event || condition.event.length === 0) return [condition];
    const event = condition.event.filter((name) => !gone.includes(name));
    return event.length > 0 ? [{ ...condition, event }] : [];
  });
}

export function setGoal(journey: Journey, touchpoint: string, isGoal: boolean): Journey {
  const others = journey.goal.touchpoints.filter((id) => id !== touchpoint);
  return { ...journey, goal: { ...journey.goal, touchpoints: isGoal ? [...others, touchpoint] : others } };
}

/** A cell of the lanes. */
export interface Cell {
  stage: string;
  lane: Lane;
}

export function cardsIn(journey: Journey, { stage, lane }: Cell): Card[] {
  return cardsOf(journey, stage).filter((card) => card.lane === lane);
}

const cardsOf = (journey: Journey, stage: string): Card[] => journey.stages.find((each) => each.id === stage)?.cards ?? [];

/** An assumption at the end of the cell, until somebody says what it rests on. */
export function addCard(journey: Journey, { stage, lane }: Cell, text: string): { journey: Journey; id: string } {
  const id = newKey("", `${stage}-${lane}`, journey.stages.flatMap(({ cards = [] }) => cards.map((card) => card.id)));
  return { journey: changeStage(journey, stage, { cards: [...cardsOf(journey, stage), { id, lane, text, basis: "assumption" }] }), id };
}

export function changeCard(journey: Journey, id: string, patch: Patch<Card>): Journey {
  const stage = cardOf(journey, id)?.stage.id;
  return stage === undefined ? journey : changeStage(journey, stage, { cards: cardsOf(journey, stage).map((card) => (card.id === id ? patched(card, patch) : card)) });
}

export function removeCard(journey: Journey, id: string): Journey {
  const stage = cardOf(journey, id)?.stage.id;
  if (stage === undefined) return journey;
  const cards = cardsOf(journey, stage).filter((card) => card.id !== id);
  return changeStage(journey, stage, { cards: cards.length > 0 ? cards : undefined });
}

/** To a place among the other cards of a cell, from 0. Only in the lane of emotions has a card a feeling. */
export function moveCard(journey: Journey, id: string, cell: Cell, to: number): Journey {
  const from = cardOf(journey, id);
  if (!from || !journey.stages.some((stage) => stage.id === cell.stage)) return journey;
  const moved = patched(from.card, { lane: cell.lane, ...(cell.lane === "emotion" ? {} : { feeling: undefined }) });
  const without = removeCard(journey, id);
  const others = cardsOf(without, cell.stage);
  // The cards of a stage are one list: a place among those of a lane is one before or after a neighbour.
  const lane = others.filter((card) => card.lane === cell.lane);
  const [next, last] = [lane[to], lane.at(-1)];
  const at = next ? others.indexOf(next) : last ? others.indexOf(last) + 1 : others.length;
  return changeStage(without, cell.stage, { cards: others.toSpliced(at, 0, moved) });
}

/** One place up or down in its cell. Null: there is nowhere to go. */
export function shiftCard(journey: Journey, id: string, by: -1 | 1): Journey | null {
  const from = cardOf(journey, id);
  if (!from) return null;
  const cell = { stage: from.stage.id, lane: from.card.lane };
  const cards = cardsIn(journey, cell);
  const to = cards.indexOf(from.card) + by;
  return to >= 0 && to < cards.length ? moveCard(journey, id, cell, to) : null;
}

/** The place among the other cards of a cell that a drop beside one of them means; without one it is the end. */
export function cardPlace(journey: Journey, moved: string, cell: Cell, beside?: { id: string; at: "on" | "before" | "after" }): number | null {
  const others = cardsIn(journey, cell).filter(({ id }) => id !== moved);
  if (beside === undefined) return others.length;
  const to = others.findIndex(({ id }) => id === beside.id);
  return to < 0 || beside.at === "on" ? null : to + (beside.at === "after" ? 1 : 0);
}

const plain = (text: string) => text.normalize("NFKC").toLowerCase().replaceAll(/[\s_\-.·]+/g, "");

/** Whether one is a part of the other, and not a small one: 到店 says little of 领取到店券. */
function isPartOf(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return short.length > 1 && short.length * 2 >= long.length && long.includes(short);
}

/** Of the events left over, the first that is called as a touchpoint is, else the first that is so in part; null where none is. */
export function likely(names: readonly string[], left: readonly string[]): string | null {
  const own = names.map(plain).filter((name) => name.length > 1);
  const alike = left.filter((event) => own.includes(plain(event)));
  const [one] = alike.length > 0 ? alike : left.filter((event) => own.some((name) => isPartOf(plain(event), name)));
  return one ?? null;
}

/** Where something is dropped: on a part, or beside it. */
export interface Target {
  of: "stage" | "touchpoint";
  id: string;
  at: "on" | "before" | "after";
}

/** The place among the other touchpoints that a drop means; `moved`: which is dropped, if it stands somewhere already. Null: none. */
export function touchpointPlace(journey: Journey, moved: string | null, { of, id, at }: Target): { stage: string; to: number } | null {
  if (of === "stage") {
    const stage = at === "on" ? journey.stages.find((each) => each.id === id) : undefined;
    return stage ? { stage: stage.id, to: stage.touchpoints.filter((each) => each.id !== moved).length } : null;
  }
  const stage = stageOf(journey, id);
  if (!stage || at === "on" || id === moved) return null;
  const others = stage.touchpoints.filter((each) => each.id !== moved);
  return { stage: stage.id, to: others.findIndex((each) => each.id === id) + (at === "after" ? 1 : 0) };
}

/** The same of a stage among the others. */
export function stagePlace(journey: Journey, moved: string, { of, id, at }: Target): number | null {
  const to = journey.stages.filter((stage) => stage.id !== moved).findIndex((stage) => stage.id === id);
  return of !== "stage" || at === "on" || to < 0 ? null : to + (at === "after" ? 1 : 0);
}
