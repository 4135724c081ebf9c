// What the numbers of a funnel's step say of themselves.
import { useTranslation } from "react-i18next";

import type { FunnelStep } from "../../api/types";
import type { FigureInfo } from "../../ui/answer/figure";

type What = "reached" | "dropped" | "open" | "converted" | "previous";

/** undefined where the step has no such number; `of` names the group it is of. */
export function useStepInfo(label: (name: string) => string): (step: FunnelStep, index: number, what: What, of?: string) => FigureInfo | undefined {
  const { t } = useTranslation();
  return (step, index, what, of) => {
    const people = what === "previous" ? step.reached : step[what];
    if (!people) return undefined;
    const title = [`${index + 1}. ${label(step.name)}`, t(`funnel.${what}`), of].filter(Boolean).join(" · ");
    return { title, definition: t(`define.funnel.${what}`), pick: people.pick, ...(what === "previous" ? { people: t("people.reachedHere") } : {}) };
  };
}
