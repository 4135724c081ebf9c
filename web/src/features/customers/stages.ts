// What the stages and touchpoints of a journey are called.
import { useQuery } from "@tanstack/react-query";

import { journeyQuery } from "../../api/queries";
import { useLocalized } from "../../ui/language";

export interface StageNames {
  /** `order`: the stage's place in the typical order, from 1. */
  stage: (id: string) => { name: string; order: number };
  touchpoint: (id: string) => string;
}

export function useStageNames(workspace: string, journey: string | null, version: number | null): StageNames {
  const localized = useLocalized();
  const definition = useQuery({ ...journeyQuery(workspace, journey ?? "", version), enabled: journey !== null }).data?.journey;
  return {
    stage: (id) => {
      const index = definition?.stages.findIndex((stage) => stage.id === id) ?? -1;
      return { name: localized(definition?.stages[index]?.name) || id, order: index + 1 };
    },
    touchpoint: (id) => {
      const all = definition?.stages.flatMap((stage) => stage.touchpoints) ?? [];
      return localized(all.find((touchpoint) => touchpoint.id === id)?.name) || id;
    },
  };
}
