// Traffic groups are keys of a workspace's rules, which name them in each language.
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { trafficQuery } from "../api/traffic";
import { useLocalized } from "./language";

export const TRAFFIC_GROUP = "traffic_group";

export function useTrafficGroupName(): (group: string) => string {
  const { t } = useTranslation();
  const localized = useLocalized();
  const { workspace } = useParams({ strict: false });
  const groups = useQuery({ ...trafficQuery(workspace ?? ""), enabled: workspace !== undefined }).data?.rules.groups ?? [];
  return (group) => (group === "unassigned" ? t("traffic.unassigned") : localized(groups.find(({ id }) => id === group)?.name) || group);
}
