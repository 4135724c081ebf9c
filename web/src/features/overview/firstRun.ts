// What a newcomer is asked: the trade, what they want to know first, and on whose data.
import type { Industry, TemplateInfo } from "../../api/types";

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
