// Cohorts by time since the start, darker the more came back. Arrow keys walk the numbers; those whose time is not over yet
// have a mark, a dashed edge, and say so.
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { RetentionNumbers } from "../../api/types";
import { Button } from "../../ui/Controls";
import { NOTHING, useFormat } from "../../ui/format";
import { Figure } from "../../ui/answer/figure";
import { useCalendarWords } from "./calendarWords";
import { FEW } from "./finding";
import { useGridKeys } from "./gridKeys";
import { shareStep } from "./matrix";
import { useRetentionInfo } from "./retentionInfo";
import type { RetentionView } from "./timeViews";

/** Cohorts listed at once; half a year of days has thousands of numbers. */
const ROWS = 60;

/** The largest share after the start, of cohorts that are not tiny where there are such: one of one would make all others pale. */
function darkest({ columns, cohorts, total }: RetentionNumbers): number {
  const shares = (lines: readonly { share: { share?: number | null } }[][]) => Math.max(0, ...lines.flatMap((cells) => cells.flatMap(({ share }, index) => ((columns[index]?.from ?? 0) > 0 ? [share.share ?? 0] : []))));
  const large = shares([total, ...cohorts.flatMap(({ started, cells }) => (started.instances >= FEW ? [cells] : []))]);
  return large || shares(cohorts.map(({ cells }) => cells));
}

export function RetentionHeat({ numbers, view }: { numbers: RetentionNumbers; view: RetentionView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useCalendarWords();
  const info = useRetentionInfo(view);
  const { ref, onKeyDown, onFocus } = useGridKeys();
  const { total, cohorts, started } = numbers;
  // Columns nobody has come to yet would be empty.
  const columns = numbers.columns.slice(0, Math.max(0, ...cohorts.map(({ cells }) => cells.length)));
  const most = darkest(numbers);
  // In the unit of the start nearly everybody is there: a colour would tell nothing.
  const heat = ({ from, to }: (typeof columns)[number], share: number | null | undefined) => (from === 0 && to === 0 ? "heat-cell heat-start" : `heat-cell seq-${shareStep(share ?? 0, most)}`);
  const text = (share: number | null | undefined, returned: number) => (view.cells === "share" ? format.percent(share) : format.count(returned));
  const [shown, setShown] = useState(ROWS);
  const names = columns.map(info.column);
  const notBegun = t("retention.notBegun");
  const open = cohorts.some(({ cells }) => cells.some(({ complete }) => !complete));
  return (
    <>
      <div className="table-scroll">
        {/* A table whose numbers arrow keys walk is a grid. */}
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role */}
        <table className="table heat cohorts" role="grid" ref={ref} onKeyDown={onKeyDown} onFocus={onFocus} aria-label={t("retention.cohorts")}>
          <thead>
            <tr>
              <th scope="col">{t("retention.cohortBy", { unit: words.inText(view.cohort ?? view.calendar) })}</th>
              <th scope="col" className="numeric">
                {t("retention.started")}
              </th>
              {columns.map((column, index) => (
                <th scope="col" key={column.name} className="numeric">
                  {names[index]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr className="cohorts-all">
              <th scope="row">{t("retention.all")}</th>
              <td className="numeric">
                <Figure info={info.started(started)} text={format.count(started.instances)} full={format.whole(started.instances)} />
              </td>
              {columns.map((column, index) => {
                const own = total[index];
                return (
                  <td key={column.name} className={heat(column, own?.share.share)}>
                    {own?.share.share == null ? NOTHING : <Figure info={info.total(column, own)} text={text(own.share.share, own.returned.instances)} />}
                  </td>
                );
              })}
            </tr>
            {cohorts.slice(0, shown).map((cohort) => {
              const name = info.cohort(cohort);
              return (
                <tr key={cohort.cohort}>
                  <th scope="row">{name}</th>
                  <td className="numeric">
                    <Figure info={info.started(cohort.started, name)} text={format.count(cohort.started.instances)} full={format.whole(cohort.started.instances)} />
                  </td>
                  {columns.map((column, index) => {
                    const cell = cohort.cells[index];
                    if (!cell)
                      return (
                        <td key={column.name} className="heat-cell">
                          <span className="visually-hidden">{notBegun}</span>
                        </td>
                      );
                    return (
                      <td key={column.name} className={cell.complete ? heat(column, cell.share.share) : `${heat(column, cell.share.share)} heat-open`}>
                        <Figure info={info.cell(name, names[index] ?? column.name, cell)} text={`${text(cell.share.share, cell.returned.instances)}${cell.complete ? "" : "*"}`} />
                      </td>
                    );
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {cohorts.length > shown && (
        <p className="table-more">
          <Button onPress={() => setShown(shown + ROWS)}>{t("explain.more", { shown: format.whole(shown), all: format.whole(cohorts.length) })}</Button>
        </p>
      )}
      <p className="chart-note">{t(open ? "retention.noteOpen" : "retention.note")}</p>
    </>
  );
}
