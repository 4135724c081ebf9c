// Members of segments day by day, as lines; a day of one opens to its people. Stands within an `AnswerProvider` of the answer.
import { use } from "react";
import { useTranslation } from "react-i18next";

import type { SegmentsAnswer } from "../../../api/types";
import { LineChart, highest } from "../../../charts/LineChart";
import { ChangeMarks, useChangeMarks } from "../../../ui/change/Marks";
import { ExplainContext } from "../../../ui/explain";
import { useFormat } from "../../../ui/format";
import { titled, useExplained } from "../../../ui/answer/figure";

interface Props {
  answer: Pick<SegmentsAnswer, "segments" | "trend">;
  /** What a segment is called. */
  label: (id: string) => string;
}

export function SegmentTrend({ answer: { segments, trend }, label }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const open = use(ExplainContext);
  const explained = useExplained();
  const changes = useChangeMarks(trend.map(({ day }) => day));
  const members = (index: number, stop: number) => trend[stop]?.members[index];
  const series = segments.map(({ id }, index) => ({
    key: id,
    name: label(id),
    look: `of-category-${index + 1}`,
    points: trend.flatMap((_, x) => {
      const there = members(index, x);
      return there ? [{ x, y: there.customers }] : [];
    }),
  }));
  const day = (stop: number) => format.day(trend[stop]?.day ?? "");
  return (
    <section className="card chart-card" aria-labelledby="trend-title">
      <h2 id="trend-title" className="chart-title">
        {t("overlap.trendTitle")}
      </h2>
      <LineChart
        series={series}
        label={t("lines.label", { name: t("overlap.trendTitle"), n: trend.length })}
        legend={t("nav.segments")}
        stops={trend.map((_, index) => index)}
        marks={trend.map((_, x) => ({ x, text: day(x) }))}
        xName={t("overlap.day")}
        yMax={highest(series)}
        yText={format.count}
        stopText={day}
        flags={changes}
        valueText={({ y }) => format.whole(y)}
        onOpen={({ key, name }, stop) => {
          const there = members(segments.findIndex(({ id }) => id === key), stop);
          if (there) open(explained({ title: titled(day(stop), name), definition: t("define.segments.day"), pick: there.pick }, format.whole(there.customers)));
        }}
      />
      <ChangeMarks marks={changes} />
      <p className="chart-note">{t("overlap.trendNote")}</p>
    </section>
  );
}
