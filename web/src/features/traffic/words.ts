// Traffic rules in words: fields, comparisons and whole conditions.
import { useTranslation } from "react-i18next";

import type { TrafficRule, TrafficRuleSet, TrafficTest } from "../../api/types";
import { useLocalized } from "../../ui/language";
import { useGroupName } from "../../ui/trafficGroup";
import { isListed } from "./draft";

/** Values of one test that are written out. */
const VALUES_SHOWN = 4;

export interface TrafficWords {
  group(id: string): string;
  test(test: TrafficTest): string;
  rule(rule: TrafficRule): string;
}

export function useTrafficWords(rules: Pick<TrafficRuleSet, "groups" | "lists">): TrafficWords {
  const { t } = useTranslation();
  const localized = useLocalized();
  const group = useGroupName(rules.groups);
  const list = (id: string) => localized(rules.lists.find((each) => each.id === id)?.name) || id;
  const test = ({ field, op, values }: TrafficTest) => {
    const named = isListed(op) ? values.map(list) : values;
    const shown = named.slice(0, VALUES_SHOWN).join(t("traffic.or"));
    const text = named.length > VALUES_SHOWN ? t("list.more", { list: shown, n: named.length }) : shown;
    return t("traffic.said", { field: t(`traffic.field.${field}`), op: t(`traffic.op.${op}`), values: text });
  };
  return {
    group,
    test,
    rule: ({ any }) => any.map(({ all }) => all.map(test).join(t("traffic.and"))).join(t("traffic.orElse")),
  };
}
