// The number day by day, with the change marked; as a picture or as a table.
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { ChangeResult, ComparedDay, WorkspaceInfo } from "../../api/types";
import { LineChart, highest } from "../../charts/LineChart";
import type { LineSeries } from "../../charts/LineChart";
import { Segmented } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { TableScroll } from "../../ui/TableScroll";
import { ROLES, useChangeWords } from "../../ui/change/words";

const DAY_MS = 86_400_000;

/** Looks of the parts of the series: before and after in full, the rest dashed. */
const LOOKS = { before: "of-category-1", left_out: "of-category-other", after: "of-category-2", beyond: "of-category-other" } as const;

const dayNumber = (day: string) => Date.parse(day) / DAY_MS;

export function Days({ workspace, result, label }: { workspace: WorkspaceInfo; result: ChangeResult; label: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useChangeWords();
  const [shows, setShows] = useState<"chart" | "table">("chart");
  const { days, of, windows } = result;
  const text = (number: number) => format.day(new Date(number * DAY_MS).toISOString().slice(0, 10));
  const series: LineSeries[] = ROLES.flatMap((role) => {
    const points = days.filter((day) => day.role === role).flatMap((day) => (day.value == null ? [] : [{ x: dayNumber(day.day), y: day.value, open: day.open > 0 }]));
    return points.length > 0 ? [{ key: role, name: t(`change.role.${role}`), look: LOOKS[role], points }] : [];
  });
  const stops = days.map(({ day }) => dayNumber(day));
  const byStop = new Map(days.map((day) => [dayNumber(day.day), day]));
  return (
    <section className="card change-card" aria-labelledby="change-days">
      <div className="change-days-head">
        <h2 id="change-days">{t("change.daily")}</h2>
        <Segmented
          label={t("change.shows")}
          value={shows}
          choices={[
            { id: "chart", label: t("change.chart") },
            { id: "table", label: t("change.table") },
          ]}
          onChange={setShows}
        />
      </div>
      {shows === "chart" && series.length > 0 && (
        <LineChart
          series={series}
          label={t("change.chartLabel", { name: label, n: days.length, day: format.day(windows.day) })}
          legend={t("change.parts")}
          stops={stops}
          marks={stops.map((x) => ({ x, text: text(x) }))}
          xName={t("change.day1")}
          yMax={highest(series)}
          yText={(value) => words.value(of, value)}
          stopText={(stop) => [text(stop), t("change.began", { n: format.whole(byStop.get(stop)?.began ?? 0) })].join(" · ")}
          valueText={(point) => words.value(of, point.y)}
          // Before a day after is over there is nothing behind it to part.
          {...(byStop.has(dayNumber(windows.day)) ? { flags: [{ x: dayNumber(windows.day), text: t("change.flag") }] } : {})}
        />
      )}
      {shows === "table" && <DayTable days={days} result={result} />}
      <p className="sub">{t("change.dailyNote", { zone: windows.zone || workspace.zone })}</p>
    </section>
  );
}

function DayTable({ days, result }: { days: readonly ComparedDay[]; result: ChangeResult }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useChangeWords();
  return (
    <TableScroll label={t("change.daily")}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t("change.day1")}</th>
            <th scope="col">{t("change.part")}</th>
            <th scope="col" className="number">
              {t("change.metric")}
            </th>
            <th scope="col" className="number">
              {t("change.beganName")}
            </th>
            <th scope="col" className="number">
              {t("change.openName")}
            </th>
          </tr>
        </thead>
        <tbody>
          {days.map((day) => (
            <tr key={day.day}>
              <th scope="row">{format.day(day.day)}</th>
              <td>{t(`change.role.${day.role}`)}</td>
              <td className="number">{words.value(result.of, day.value)}</td>
              <td className="number">{format.whole(day.began)}</td>
              <td className="number">{format.whole(day.open)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}
