// A rule in the words of the interface.
import { useTranslation } from "react-i18next";

import type { AskedRule } from "../../api/queries";
import { useChannelName } from "../../ui/channel";
import { useFacetWords } from "../../ui/facet";
import { plain } from "../../ui/plain";
import { OPS } from "../../ui/rule/rules";

export function useRuleWords(): (rule: AskedRule) => string {
  const { t } = useTranslation();
  const channel = useChannelName();
  const facet = useFacetWords();
  const value = (column: string, of: unknown) =>
    of == null ? "" : (Array.isArray(of) ? of : [of]).map((each) => (typeof each === "string" ? facet.value(column, each) : plain(each))).join(t("common.comma"));
  const test = (column: string, op: string, of: unknown) => {
    const known = OPS.find((each) => each === op);
    return [facet.dimension(column), known ? t(`rule.op.${known}`) : op, value(column, of)].join(" ").trim();
  };
  return (rule) =>
    rule
      .map(({ event = [], channel: channels = [], where = [] }) =>
        [
          event.length > 0 && event.join(t("rule.orEvents")),
          channels.length > 0 && `${t("matrix.channel")} ${channels.map(channel).join(t("rule.orEvents"))}`,
          ...where.map(({ column, op, value: of }) => test(column, op, of)),
        ]
          .filter(Boolean)
          .join(t("common.comma")),
      )
      .join(t("rule.orEvents"));
}
