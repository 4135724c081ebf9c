// Retention as tables: the line of all cohorts, and every cohort; with a breakdown of every group.
import { useTranslation } from "react-i18next";

import type { RetentionAnswer, RetentionNumbers, Share } from "../../api/types";
import { useFormat } from "../../ui/format";
import { titled } from "../../ui/answer/figure";
import { shownGroups, useGroupWords } from "./groups";
import { useRetentionInfo } from "./retentionInfo";
import { useShareText } from "./Sentence";
import type { AnswerTable, Cell } from "../../ui/answer/table";
import { named, numeric } from "../../ui/answer/table";
import { intervalOf } from "./interval";
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
  // There may be thousands of cells: what is the same for many is said once.
  const [complete, open] = [named(t("retention.complete")), named(t("retention.open"))];
  const absent = { name: t("retention.absent"), definition: t("define.retention.absent") };
  const cohortRows = (numbers: RetentionNumbers, of: string | undefined): Cell[][] => {
    const columns = numbers.columns.map(info.column);
    const inGroup = groupCell(of);
    return numbers.cohorts.flatMap((cohort) => {
      const name = info.cohort(cohort);
      const started = { ...whole(cohort.started.instances), info: info.started(cohort.started, titled(name, of)) };
      return cohort.cells.map((cell, index) => {
        const column = columns[index] ?? cell.name;
        return [
          named(name),
          ...inGroup,
          named(column),
          started,
          { ...whole(cell.returned.instances), info: info.cell(name, column, cell, of) },
          rate(cell.share),
          { ...whole(cell.absent.instances), info: { title: titled(name, column, absent.name, of), definition: absent.definition, pick: cell.absent.pick } },
          cell.complete ? complete : open,
        ];
      });
    });
  };
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
