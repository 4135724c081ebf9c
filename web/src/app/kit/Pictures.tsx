// The charts of the kit with a few invented numbers.
import { useTranslation } from "react-i18next";

import { ExitBar, IntervalBar, ShareBar } from "../../charts/Bars";
import { DayBars } from "../../charts/DayBars";
import { LineChart } from "../../charts/LineChart";
import { useFormat } from "../../ui/format";
import { Part } from "./KitPage";

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
