// What a newcomer is asked: the trade, what they want to know first, and on whose data.
import type { Industry, Journey, TemplateInfo } from "../../api/types";

export const INDUSTRIES = ["retail", "ecommerce", "services", "banking", "b2b"] as const satisfies readonly Industry[];

export function isIndustry(text: string): text is Industry {
  return INDUSTRIES.some((industry) => industry === text);
}

/** What somebody wants to know first; each is a page that answers it. */
export const GOALS = ["leaving", "pains", "return", "channels"] as const;
export type Goal = (typeof GOALS)[number];

/** The templates of a trade, in the order of the list. */
export function fitting<Of extends Pick<TemplateInfo, "industry">>(templates: readonly Of[], industry: Industry): Of[] {
  return templates.filter((template) => template.industry === industry);
}

type Stages = Journey["stages"];

/** The stages of the planned way, in their order, and those that stand beside it: a return is no step on the way to the till. */
export function stagesOf(journey: Pick<Journey, "stages" | "planned"> | undefined): { planned: Stages; beside: Stages } {
  const { stages = [], planned = [] } = journey ?? {};
  const isPlanned = ({ id }: Stages[number]) => planned.length === 0 || planned.includes(id);
  return { planned: stages.filter(isPlanned), beside: stages.filter((stage) => !isPlanned(stage)) };
}
