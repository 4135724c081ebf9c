// What a group is called.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { segmentsQuery } from "../../api/segments";
import type { Journey } from "../../api/types";
import { useFacetWords } from "../facet";
import { useLocalized } from "../language";
import type { Group } from "./group";

export function useGroupName(workspace: string, definition: Journey | undefined): (group: Group) => string {
  const { t } = useTranslation();
  const localized = useLocalized();
  const facet = useFacetWords();
  const segments = useQuery(segmentsQuery(workspace)).data?.segments;
  return (group) => {
    if (group.by === "everyone") return t("group.everyone");
    if (group.by === "persona") return localized(definition?.personas?.find((persona) => persona.id === group.persona)?.name) || group.persona;
    if (group.by === "segment") return localized(segments?.find(({ segment }) => segment.id === group.segment)?.segment.name) || group.segment;
    const { dimension, value } = group;
    return t("pain.whomValue", { name: facet.dimension(dimension), value: facet.value(dimension, value) });
  };
}
