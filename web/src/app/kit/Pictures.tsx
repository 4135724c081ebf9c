// The charts of the kit with a few invented numbers.
import { useTranslation } from "react-i18next";

import { ExitBar, IntervalBar, ShareBar } from "../../charts/Bars";
import { Columns } from "../../charts/Columns";
import { DayBars } from "../../charts/DayBars";
import { GroupedBars } from "../../charts/GroupedBars";
import { LineChart } from "../../charts/LineChart";
import { ScatterField } from "../../charts/ScatterField";
import { useFormat } from "../../ui/format";
import { Part } from "./Part";

const SERIES = ["collect", "find"] as const;
const COUNTS = [12, 30, 22, 41, 9, 3, 27];

export function Pictures() {
  const { t } = useTranslation();
  const format = useFormat();
  const days = COUNTS.map((count, index) => ({ day: `2026-03-0${index + 1}`, count }));
  return (
    <Part title={t("kit.pictures")}>
      <ShareBar share={0.4} />
      <IntervalBar share={0.4} low={0.3} high={0.55} />
      <ExitBar ends={{ goal: 3, forward: 5, back: 1, leave: 2, open: 1 }} />
      <DayBars label={t("kit.days")} days={days} count={format.whole} />
      <Columns
        label={t("kit.change")}
        bins={COUNTS.map((count, index) => ({ from: index * 60, to: (index + 1) * 60, count }))}
        marks={[{ name: t("kit.one"), value: 190 }]}
        edge={format.duration}
        count={format.whole}
      />
      <GroupedBars
        label={t("kit.numbers")}
        legend={t("kit.several")}
        series={SERIES.map((key, index) => ({ key, look: `of-category-${index + 1}`, name: t(`step.${key}`) }))}
        groups={COUNTS.slice(0, 3).map((count, group) => ({
          name: String(group + 1),
          bars: SERIES.map((key, index) => ({ key, look: `of-category-${index + 1}`, value: count + index * 5, text: format.whole(count + index * 5) })),
        }))}
      />
      <ScatterField
        points={COUNTS.slice(0, 3).map((count, index) => ({ name: String(index + 1), title: t(`step.${SERIES[index] ?? "prove"}`), x: count / 50, y: index / 10, low: index / 10 - 0.05, high: index / 10 + 0.1, look: ["mend", "keep", "watch"][index] ?? "minor" }))}
        label={t("kit.pictures")}
        xName={t("kit.change")}
        yName={t("kit.numbers")}
        xText={format.percent}
        yText={(value) => format.points(value)}
      />
      <LineChart
        series={[{ key: "a", name: t("step.collect"), look: "of-category-all", points: COUNTS.map((y, x) => ({ x, y, low: y * 0.8, high: y * 1.2 })) }]}
        label={t("kit.pictures")}
        legend={t("kit.pictures")}
        stops={COUNTS.map((_, x) => x)}
        marks={COUNTS.map((_, x) => ({ x, text: String(x) }))}
        xName={t("kit.days")}
        yMax={50}
        yText={format.whole}
        stopText={String}
        valueText={({ y }) => format.whole(y)}
      />
    </Part>
  );
}
