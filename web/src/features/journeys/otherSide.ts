// What the map is compared with: the question of that map, and both sides in words.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { MapAsk } from "../../api/queries";
import { journeyQuery, journeysQuery } from "../../api/queries";
import type { JourneyVersion, WorkspaceInfo } from "../../api/types";
import { useLocalized } from "../../ui/language";
import { groupScope } from "../../ui/scope/group";
import type { GroupScope } from "../../ui/scope/group";
import { useGroupName } from "../../ui/scope/groupName";
import type { Days } from "../../ui/scope/period";
import { chosenDays, comparedDays, periodOf } from "../../ui/scope/period";
import { useDaysText } from "../../ui/scope/pickers";
import type { Versus } from "./frame";
import { isByPeriod } from "./view";
import type { MapView } from "./view";

export function askOf(workspace: WorkspaceInfo, view: MapView, days: Days | null, { persona, ...group }: GroupScope): MapAsk {
  return {
    workspace: workspace.id,
    journey: view.journey,
    version: view.version,
    persona: persona ?? null,
    scope: {
      entry: periodOf(days, workspace.zone),
      zone: workspace.zone,
      ...(view.channels.length > 0 ? { events: [{ channel: view.channels }] } : {}),
      ...group,
    },
  };
}

export interface OtherSide {
  ask: MapAsk;
  /** Whether there is anything to ask for. */
  comparing: boolean;
  /** Nobody there can be asked for: that journey has no such persona, or no rule says who it is. */
  unknown: boolean;
  error: unknown;
  retry: () => void;
  /** Null where nothing is compared. */
  versus: Versus | null;
}

/** `stored`: the definition of the map's own journey. */
export function useOtherSide(workspace: WorkspaceInfo, view: MapView, stored: JourneyVersion | undefined): OtherSide {
  const { t } = useTranslation();
  const localized = useLocalized();
  const daysText = useDaysText();
  const groupName = useGroupName(workspace.id, stored?.journey);
  const journeys = useQuery(journeysQuery(workspace.id)).data?.journeys;
  const { compare } = view;
  const journey = compare.kind === "journey" ? compare.journey : view.journey;
  const version = compare.kind === "version" ? compare.version : compare.kind === "journey" ? null : view.version;
  const definition = useQuery(journeyQuery(workspace.id, journey, version));
  const days = chosenDays(view.period, workspace);
  const otherDays = isByPeriod(compare) ? comparedDays(compare, days) : days;
  const scope = groupScope(compare.kind === "group" ? compare.group : view.of, definition.data?.journey);
  const versionName = (of: number | undefined) => (of === undefined ? "" : t("scope.versionN", { n: of }));
  // Days are those of the journey that is asked about.
  const zone = journeys?.find(({ id }) => id === journey)?.zone ?? workspace.zone;
  return {
    ask: askOf({ ...workspace, zone }, { ...view, journey, version }, otherDays, scope ?? {}),
    comparing: definition.isSuccess && scope !== null && (!isByPeriod(compare) || otherDays !== null),
    unknown: definition.isSuccess && scope === null,
    error: definition.error,
    retry: () => void definition.refetch(),
    versus: sides(),
  };

  function sides(): Versus | null {
    switch (compare.kind) {
      case "none":
        return null;
      case "group":
        return { by: "group", own: groupName(view.of), other: groupName(compare.group) };
      case "version":
        return { by: "group", own: versionName(stored?.version), other: versionName(compare.version) };
      case "journey":
        return { by: "group", own: localized(stored?.journey.name), other: localized(definition.data?.journey.name) || compare.journey };
      default:
        return otherDays && { by: "period", own: days ? daysText(days) : t("period.all"), other: daysText(otherDays) };
    }
  }
}
