// What data are cut by, in the words of the interface: the name of a dimension and of its values.
import { useTranslation } from "react-i18next";

import { useChannelName } from "./channel";
import { sentence } from "./language";
import { TRAFFIC_GROUP, useTrafficGroupName } from "./trafficGroup";

export const ARROW = "→";

export interface FacetWords {
  /** `traits.city_tier` → 城市级别, where there is a word for it; else the data's own. */
  dimension(dimension: string): string;
  /** The same where it stands by itself. Names of properties are the sender's, letter by letter. */
  title(dimension: string): string;
  value(dimension: string, value: string): string;
}

export function useFacetWords(): FacetWords {
  const { t, i18n } = useTranslation();
  const channel = useChannelName();
  const trafficGroup = useTrafficGroupName();
  const dimension = (of: string) => {
    const name = of.replace(/^traits\./, "");
    const key = `facet.${name}`;
    return i18n.exists(key) ? t(key as "facet.channel") : name;
  };
  return {
    dimension,
    title: (of) => (of.startsWith("props.") ? of : sentence(dimension(of))),
    value: (of, value) => {
      const isChannel = of === "channel" || of === "switch";
      if (of === TRAFFIC_GROUP) return trafficGroup(value);
      return isChannel ? value.split(ARROW).map(channel).join(` ${ARROW} `) : value === "" ? t("facet.empty") : value;
    },
  };
}
