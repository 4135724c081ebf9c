// Ids of a journey's stages, touchpoints and signals by the names its definition gives them.
import type { Journey } from "../api/types";
import { useLocalized } from "./language";

export interface Places {
  stage(id: string): string;
  touchpoint(id: string): string;
  signal(id: string): string;
}

/** Names of `journey`; an id the definition does not have (any more) stands for itself. */
export function usePlaces(journey: Journey | undefined): Places {
  const localized = useLocalized();
  const name = (among: readonly { id: string; name: Journey["name"] }[] | undefined, id: string) =>
    localized(among?.find((each) => each.id === id)?.name) || id;
  return {
    stage: (id) => name(journey?.stages, id),
    touchpoint: (id) => name(journey?.stages.flatMap((stage) => stage.touchpoints ?? []), id),
    signal: (id) => name(journey?.signals, id),
  };
}
