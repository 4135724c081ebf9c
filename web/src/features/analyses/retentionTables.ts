// Retention as tables: the line of all cohorts, and every cohort; with a breakdown of every group.
import { useTranslation } from "react-i18next";

import type { RetentionAnswer, RetentionNumbers, Share } from "../../api/types";
import { useFormat } from "../../ui/format";
import { shownGroups, useGroupWords } from "./groups";
import { useRetentionInfo } from "./retentionInfo";
import { useShareText } from "./Sentence";
import type { AnswerTable, Cell } from "./table";
import { named, numeric } from "./table";
import { intervalOf } from "./timeFinding";
import type { RetentionView } from "./timeViews";

export function useRetentionTables(view: RetentionView): (answer: RetentionAnswer) => AnswerTable[] {
  const { t } = useTranslation();
  const format = useFormat();
  const share = useShareText();
  const group = useGroupWords(view.by?.dimension);
  const info = useRetentionInfo(view);
  const apart = view.by !== null;
  const whole = (n: number): Cell => ({ value: n, text: format.whole(n) });
  const rate = (of: Share): Cell => ({ value: of.share ?? null, text: format.percent(of.share), note: share.interval(intervalOf(of)) });
  const groupCell = (of: string | undefined): Cell[] => (apart ? [named(of ?? t("groups.all"))] : []);
  const groupColumn = apart ? [{ name: t("groups.group") }] : [];
  const totalRows = (numbers: RetentionNumbers, of: string | undefined): Cell[][] =>
    numbers.columns.flatMap((column, index) => {
      const total = numbers.total[index];
      if (!total) return [];
      return [[named(info.column(column)), ...groupCell(of), { ...whole(total.returned.instances), info: info.total(column, total, of) }, whole(total.share.of), rate(total.share)]];
    });
  const cohortRows = (numbers: RetentionNumbers, of: string | undefined): Cell[][] =>
    numbers.cohorts.flatMap((cohort) =>
      cohort.cells.flatMap((cell, index) => {
        const column = numbers.columns[index];
        if (!column) return [];
        return [
          [
            named(info.cohort(cohort)),
            ...groupCell(of),
            named(info.column(column)),
            { ...whole(cohort.started.instances), info: info.started(cohort.started, [info.cohort(cohort), of].filter(Boolean).join(" · ")) },
            { ...whole(cell.returned.instances), info: info.cell(cohort, column, cell, of) },
            rate(cell.share),
            {
              ...whole(cell.absent.instances),
              info: { title: [info.cohort(cohort), info.column(column), t("retention.absent"), of].filter(Boolean).join(" · "), definition: t("define.retention.absent"), pick: cell.absent.pick },
            },
            named(t(cell.complete ? "retention.complete" : "retention.open")),
          ],
        ];
      }),
    );
  return (answer) => {
    const groups = shownGroups(answer.groups, ({ started }) => started.instances);
    return [
      {
        id: "curve",
        title: t("retention.curve"),
        note: t("retention.note"),
        columns: [{ name: t("retention.when") }, ...groupColumn, numeric(t("retention.returned")), numeric(t("retention.due")), numeric(t("retention.share"))],
        rows: [...totalRows(answer, undefined), ...groups.flatMap((each) => totalRows(each, group(each)))],
      },
      {
        id: "cohorts",
        title: t("retention.cohorts"),
        columns: [
          { name: t("retention.cohort") },
          ...groupColumn,
          { name: t("retention.when") },
          ...(["started", "returned", "share", "absent"] as const).map((key) => numeric(t(`retention.${key}`))),
          { name: t("retention.state") },
        ],
        rows: [...cohortRows(answer, undefined), ...groups.flatMap((each) => cohortRows(each, group(each)))],
      },
    ];
  };
}
