// What a group is called.
import { useTranslation } from "react-i18next";

import type { Journey } from "../../api/types";
import { useFacetWords } from "../facet";
import { useLocalized } from "../language";
import type { Group } from "./group";

export function useGroupName(definition: Journey | undefined): (group: Group) => string {
  const { t } = useTranslation();
  const localized = useLocalized();
  const facet = useFacetWords();
  return (group) => {
    if (group.by === "everyone") return t("group.everyone");
    if (group.by === "persona") return localized(definition?.personas?.find((persona) => persona.id === group.persona)?.name) || group.persona;
    const { dimension, value } = group;
    return t("pain.whomValue", { name: facet.dimension(dimension), value: facet.value(dimension, value) });
  };
}
