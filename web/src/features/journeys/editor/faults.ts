// What is wrong with a draft, at the part it concerns and in words a reader can act on.
import type { Fault, Journey } from "../../../api/types";
import type { Part } from "./draft";

export type FaultWord = "stages" | "touchpoints" | "rule" | "condition" | "column" | "value" | "name" | "goal" | "goalUnknown" | "share" | "source" | "gap" | "other";

export interface Placed {
  part: Part;
  word: FaultWord;
  fault: Fault;
}

const WORDS: readonly [RegExp, FaultWord][] = [
  [/^stages$/, "stages"],
  [/^touchpoints$/, "touchpoints"],
  [/(^|\.)(match|customers|scope)$/, "rule"],
  [/(match|customers|scope)\[\d+\]$/, "condition"],
  [/where\[\d+\]\.column$/, "column"],
  [/where\[\d+\]\.value$/, "value"],
  [/(^|\.)(name|text)$/, "name"],
  [/^goal\.touchpoints$/, "goal"],
  [/^goal\.touchpoints\[/, "goalUnknown"],
  [/(conversion|baseline|target)$/, "share"],
  [/^source$/, "source"],
  [/^gap$/, "gap"],
];

/** Reads a path such as `stages[1].touchpoints[0].match[0].where[0].column`. */
export function placed(journey: Journey, fault: Fault): Placed {
  const [, stageAt, inStage = ""] = /^stages\[(\d+)\]\.?(.*)$/.exec(fault.path) ?? [];
  const stage = stageAt === undefined ? undefined : journey.stages[Number(stageAt)];
  const [, touchpointAt, inTouchpoint = ""] = /^touchpoints\[(\d+)\]\.?(.*)$/.exec(inStage) ?? [];
  const touchpoint = touchpointAt === undefined ? undefined : stage?.touchpoints[Number(touchpointAt)];
  const [, cardAt, inCard = ""] = /^cards\[(\d+)\]\.?(.*)$/.exec(inStage) ?? [];
  const card = cardAt === undefined ? undefined : stage?.cards?.[Number(cardAt)];
  const rest = touchpoint ? inTouchpoint : card ? inCard : stage ? inStage : fault.path;
  const part: Part = touchpoint ? { of: "touchpoint", id: touchpoint.id } : card ? { of: "card", id: card.id } : stage ? { of: "stage", id: stage.id } : { of: "journey" };
  return { part, word: WORDS.find(([form]) => form.test(rest))?.[1] ?? "other", fault };
}

export function samePart(a: Part, b: Part): boolean {
  return a.of === b.of && (a.of === "journey" || b.of === "journey" || a.id === b.id);
}
