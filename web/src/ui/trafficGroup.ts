// Traffic groups are keys of a workspace's rules, which name them in each language.
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { trafficQuery } from "../api/traffic";
import type { TrafficGroup } from "../api/types";
import { useLocalized } from "./language";

export const TRAFFIC_GROUP = "traffic_group";

/** The group of what no rule takes; no rules name it. */
export const UNASSIGNED = "unassigned";

/** Names of groups by those that some rules have. */
export function useGroupName(groups: readonly TrafficGroup[]): (group: string) => string {
  const { t } = useTranslation();
  const localized = useLocalized();
  return (group) => (group === UNASSIGNED ? t("traffic.unassigned") : localized(groups.find(({ id }) => id === group)?.name) || group);
}

/** Names of groups by the rules in force. */
export function useTrafficGroupName(): (group: string) => string {
  const { workspace } = useParams({ strict: false });
  const groups = useQuery({ ...trafficQuery(workspace ?? ""), enabled: workspace !== undefined }).data?.rules.groups;
  return useGroupName(groups ?? []);
}
