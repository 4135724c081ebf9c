// Sessions day by day as a line; a day opens to its people.
import { use } from "react";
import { useTranslation } from "react-i18next";

import type { SessionsNumbers } from "../../api/types";
import { LineChart } from "../../charts/LineChart";
import { ChangeMarks, useChangeMarks } from "../../ui/change/Marks";
import { ExplainContext } from "../../ui/explain";
import { useFormat } from "../../ui/format";
import { useExplained } from "../../ui/answer/figure";
import { dayNumber, dayText, everyDay } from "./days";
import { useSessionInfo } from "./sessionsInfo";

/** A single day is no course of time. */
const DAYS_MIN = 2;

export function SessionDays({ days }: Pick<SessionsNumbers, "days">) {
  const { t } = useTranslation();
  const format = useFormat();
  const open = use(ExplainContext);
  const explained = useExplained();
  const info = useSessionInfo();
  const points = everyDay(days, ({ sessions }) => sessions.instances);
  const changes = useChangeMarks(points.map(({ x }) => dayText(x)));
  if (points.length < DAYS_MIN) return null;
  const most = points.reduce((best, point) => (point.y > best.y ? point : best));
  const name = (day: number) => format.day(dayText(day));
  const sessions = (n: number) => t("count.sessions", { count: n, n: format.whole(n) });
  const [first, last] = [points[0]?.x ?? 0, points.at(-1)?.x ?? 0];
  return (
    <section className="card chart-card" aria-labelledby="sessions-days">
      <h2 id="sessions-days" className="chart-title">
        {t("sessions.days")}
      </h2>
      <LineChart
        series={[{ key: "sessions", name: t("sessions.sessions"), look: "of-category-all", points }]}
        label={t("sessions.daysLabel", { from: name(first), to: name(last), most: sessions(most.y), day: name(most.x) })}
        legend={t("sessions.sessions")}
        stops={points.map(({ x }) => x)}
        marks={points.map(({ x }) => ({ x, text: name(x) }))}
        xName={t("sessions.day")}
        yMax={most.y}
        yText={format.count}
        stopText={name}
        flags={changes.map(({ x, text }) => ({ x: first + x, text }))}
        valueText={({ y }) => sessions(y)}
        onOpen={(_, stop) => {
          const there = days.find(({ day }) => dayNumber(day) === stop);
          if (there) open(explained(info.part("day", name(stop), there.sessions.pick), format.whole(there.sessions.instances)));
        }}
      />
      <ChangeMarks marks={changes} />
    </section>
  );
}
