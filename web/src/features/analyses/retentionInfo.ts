// What the numbers of retention say of themselves.
import { useTranslation } from "react-i18next";

import type { People, RetentionCohort, RetentionNumbers } from "../../api/types";
import type { FigureInfo } from "../../ui/answer/figure";
import { titled } from "../../ui/answer/figure";
import { useCalendarWords } from "./calendarWords";
import type { RetentionView } from "./timeViews";

type Column = RetentionNumbers["columns"][number];

export interface RetentionInfo {
  /** 「第 3 周」, 「第 3 周及以后」, 「第 1–7 天」. */
  column(column: Column): string;
  cohort(cohort: RetentionCohort): string;
  started(started: People, of?: string): FigureInfo;
  /** Of a cohort and a column by their names, of which there are fewer than cells. */
  cell(cohort: string, column: string, cell: RetentionCohort["cells"][number], of?: string): FigureInfo;
  total(column: Column, total: RetentionNumbers["total"][number], of?: string): FigureInfo;
}

export function useRetentionInfo(view: RetentionView): RetentionInfo {
  const { t } = useTranslation();
  const words = useCalendarWords();
  const column = ({ from, to }: Column) => {
    if (to == null) return t("retention.orLater", { column: words.nth(view.calendar, String(from)) });
    return words.nth(view.calendar, from === to ? String(from) : `${from}–${to}`);
  };
  const cohort = (each: RetentionCohort) => words.period(each.cohort, view.cohort ?? view.calendar);
  const [complete, open] = [t("define.retention.cell"), t("define.retention.open")];
  return {
    column,
    cohort,
    started: (started, of) => ({ title: titled(t("retention.started"), of), definition: t("define.retention.started"), pick: started.pick }),
    cell: (own, of, cell, group) => ({ title: titled(own, of, group), definition: cell.complete ? complete : open, pick: cell.returned.pick }),
    total: (of, total, group) => ({ title: titled(column(of), t("retention.all"), group), definition: t("define.retention.total"), pick: total.returned.pick }),
  };
}
