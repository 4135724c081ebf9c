// RFM as tables: the named groups, the scores and their boundaries.
import { useTranslation } from "react-i18next";

import type { RfmAnswer, RfmNumbers } from "../../api/types";
import { useFormat } from "../../ui/format";
import { shownGroups, useGroupWords } from "./groups";
import { intervalOf } from "./interval";
import { useShareText } from "./Sentence";
import type { AnswerTable, Cell } from "../../ui/answer/table";
import { named, numeric } from "../../ui/answer/table";

export function useRfmTables(dimension: string | undefined, currency: string | null | undefined): (answer: RfmAnswer) => AnswerTable[] {
  const { t } = useTranslation();
  const format = useFormat();
  const word = useGroupWords(dimension);
  const interval = useShareText().interval;
  const whole = (value: number): Cell => ({ value, text: format.whole(value) });
  const decimal = (value: number | null | undefined): Cell => ({ value: value ?? null, text: format.decimal(value) });
  const money = (value: number | null | undefined): Cell => ({ value: value ?? null, text: format.money(value, currency) });
  const percent = (value: number | null | undefined): Cell => ({ value: value ?? null, text: format.percent(value) });
  return (answer) => {
    const groups = shownGroups(answer.groups, ({ scored }) => scored.customers);
    const apart = groups.length > 0;
    const rows = (numbers: RfmNumbers, of: string): Cell[][] =>
      numbers.named.map((each) => {
        return [
          named(t(`rfm.${each.group}`)),
          ...(apart ? [named(of)] : []),
          { ...whole(each.people.customers), info: { title: [t(`rfm.${each.group}`), ...(apart ? [of] : [])].join(" · "), definition: t(`define.rfm.${each.group}`), pick: each.people.pick } },
          { ...percent(each.share.share), note: interval(intervalOf(each.share)) },
          money(each.value),
          percent(each.value_share),
          decimal(each.recency_days_mean),
          decimal(each.frequency_days_mean),
          money(each.value_mean),
        ];
      });
    return [
      {
        id: "groups",
        title: t("rfm.groups"),
        columns: [
          { name: t("rfm.group") },
          ...(apart ? [{ name: t("groups.group") }] : []),
          ...([t("segments.size"), t("segments.share"), t("rfm.sum"), t("rfm.valueShare"), t("rfm.recencyDays"), t("rfm.frequencyDays"), t("rfm.valueMean")] as const).map(numeric),
        ],
        rows: [...rows(answer, t("groups.all")), ...groups.flatMap((group) => rows(group, word(group)))],
      },
      {
        id: "boundaries",
        title: t("rfm.boundaries"),
        columns: [{ name: t("rfm.scoreName") }, numeric(t("rfm.recencyBelow")), numeric(t("rfm.frequencyAbove")), numeric(t("rfm.valueAbove"))],
        rows: answer.boundaries.map((edge) => [
          { value: edge.score, text: format.whole(edge.score) },
          decimal(edge.recency_days_below),
          decimal(edge.frequency_days_above),
          money(edge.value_above),
        ]),
      },
      {
        id: "scores",
        title: t("rfm.cells"),
        columns: [{ name: "R" }, numeric("F"), numeric("M"), { name: t("rfm.group") }, numeric(t("segments.size")), numeric(t("rfm.sum"))],
        rows: answer.cells.map((cell) => [
          { value: cell.r, text: format.whole(cell.r) },
          whole(cell.f),
          whole(cell.m),
          named(t(`rfm.${cell.group}`)),
          { ...whole(cell.people.customers), info: { title: `R${cell.r} F${cell.f} M${cell.m}`, definition: t("define.rfm.cell"), pick: cell.people.pick } },
          money(cell.value),
        ]),
      },
    ];
  };
}
