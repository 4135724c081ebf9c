// The funnel as a table: a row a step, and with a breakdown a row a step and group.
import { useTranslation } from "react-i18next";

import type { FunnelAnswer, FunnelNumbers } from "../../api/types";
import { useFormat } from "../../ui/format";
import type { GroupOf } from "./groups";
import { shownGroups } from "./groups";
import { intervalOf } from "./interval";
import { useShareText } from "./Sentence";
import { useStepInfo } from "./stepInfo";
import type { AnswerTable, Cell } from "../../ui/answer/table";
import { named, numeric } from "../../ui/answer/table";

const COUNTS = ["reached", "customers", "previous", "fromFirst", "dropped", "open"] as const;
const TIMES = ["median", "mean", "p90"] as const;

interface Options {
  label: (name: string) => string;
  group: (of: GroupOf) => string;
  /** Whether there is a breakdown. */
  apart: boolean;
}

export function useFunnelTables({ label, group, apart }: Options): (answer: FunnelAnswer) => AnswerTable[] {
  const { t } = useTranslation();
  const format = useFormat();
  const share = useShareText();
  const info = useStepInfo(label);
  const rows = (numbers: FunnelNumbers, of: string | undefined): Cell[][] =>
    numbers.steps.map((step, index) => {
      const count = (what: "reached" | "dropped" | "open"): Cell => {
        const opened = info(step, index, what, of);
        return { value: step[what].instances, text: format.whole(step[what].instances), ...(opened ? { info: opened } : {}) };
      };
      const rate = (part: typeof step.from_first): Cell => ({ value: part.share ?? null, text: format.percent(part.share), note: index > 0 ? share.interval(intervalOf(part)) : "" });
      const time = (seconds: number | null | undefined): Cell => ({ value: seconds ?? null, text: format.duration(seconds) });
      const { mean_s: mean, median_s: median, p90_s: p90 } = step.time_from_previous;
      return [
        named(`${index + 1}. ${label(step.name)}${step.optional ? ` ${t("funnel.optionalStep")}` : ""}`),
        ...(apart ? [named(of ?? t("groups.all"))] : []),
        count("reached"),
        { value: step.reached.customers, text: format.whole(step.reached.customers) },
        rate(step.from_previous),
        rate(step.from_first),
        count("dropped"),
        count("open"),
        time(median),
        time(mean),
        time(p90),
      ];
    });
  return (answer) => {
    const groups = shownGroups(answer.groups, ({ subjects }) => subjects.instances);
    return [
      {
        id: "steps",
        title: t("funnel.steps"),
        columns: [
          { name: t("funnel.step") },
          ...(apart ? [{ name: t("groups.group") }] : []),
          ...([...COUNTS, ...TIMES] as const).map((key) => numeric(t(`funnel.${key}`))),
        ],
        rows: [...rows(answer, undefined), ...groups.flatMap((each) => rows(each, group(each)))],
      },
    ];
  };
}
