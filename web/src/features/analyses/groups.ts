// Groups of a breakdown: what they are called, and which of the pictures' looks they have.
import { useTranslation } from "react-i18next";

import type { GroupKind } from "../../api/types";
import { useFacetWords } from "../../ui/facet";

export interface GroupOf {
  group: GroupKind;
  value?: string | null;
}

/** Groups a picture shows; the table shows all. */
export const SHOWN_MAX = 6;

/** Groups that hold somebody: the rest would be rows of nothing. */
export function shownGroups<G extends GroupOf>(groups: readonly G[] | undefined, size: (group: G) => number): G[] {
  return (groups ?? []).filter((group) => group.group === "value" || size(group) > 0);
}

export function useGroupWords(dimension: string | undefined): (group: GroupOf) => string {
  const { t } = useTranslation();
  const words = useFacetWords();
  return ({ group, value }) => (group === "value" ? words.value(dimension ?? "", value ?? "") : t(`groups.${group}`));
}

/** The class that gives a group its colour: values by their place, the rest grey. */
export function groupLook({ group }: GroupOf, index: number): string {
  return group === "value" && index < SHOWN_MAX ? `of-category-${index + 1}` : "of-category-other";
}
