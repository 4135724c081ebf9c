// The share that came back by time since the start, of all cohorts together; with a breakdown a line a group.
import { use } from "react";
import { useTranslation } from "react-i18next";

import type { RetentionAnswer, RetentionNumbers } from "../../api/types";
import { LineChart, highest } from "../../charts/LineChart";
import type { LineSeries } from "../../charts/LineChart";
import { ExplainContext } from "../../ui/explain";
import { useFormat } from "../../ui/format";
import { useExplained } from "../../ui/answer/figure";
import { useCalendarWords } from "./calendarWords";
import { SHOWN_MAX, groupLook, shownGroups, useGroupWords } from "./groups";
import { useRetentionInfo } from "./retentionInfo";
import { intervalOf } from "./interval";
import { useShareText } from "./Sentence";
import type { RetentionView } from "./timeViews";

export function RetentionCurve({ answer, view }: { answer: RetentionAnswer; view: RetentionView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useCalendarWords();
  const share = useShareText();
  const group = useGroupWords(view.by?.dimension);
  const info = useRetentionInfo(view);
  const open = use(ExplainContext);
  const explained = useExplained();
  const groups = shownGroups(answer.groups, ({ started }) => started.instances);
  const drawn = groups.slice(0, SHOWN_MAX);
  const held: { series: LineSeries; numbers: RetentionNumbers; of?: string }[] = [
    { series: { key: "all", name: t("groups.all"), look: "of-category-all", points: pointsOf(answer) }, numbers: answer },
    ...drawn.map((each, at) => ({ series: { key: `${each.group} ${each.value ?? ""}`, name: group(each), look: groupLook(each, at), points: pointsOf(each) }, numbers: each, of: group(each) })),
  ];
  const stops = answer.columns.flatMap((_, index) => (answer.total[index]?.share.share == null ? [] : [index]));
  const name = (index: number) => {
    const column = answer.columns[index];
    return column ? info.column(column) : "";
  };
  return (
    <>
      <LineChart
        series={held.map(({ series }) => series)}
        label={t("retention.curveLabel", { from: name(stops[0] ?? 0), to: name(stops.at(-1) ?? 0), high: format.percent(answer.total[stops[0] ?? 0]?.share.share), low: format.percent(answer.total[stops.at(-1) ?? 0]?.share.share) })}
        legend={t("groups.group")}
        stops={stops}
        marks={stops.map((index) => ({ x: index, text: (answer.columns[index]?.name ?? "").replace("-", "–") }))}
        xName={words.unit(view.calendar)}
        yMax={highest(held.map(({ series }) => series))}
        yText={share.mark}
        stopText={name}
        valueText={share.bounds}
        onOpen={({ key }, index) => {
          const own = held.find(({ series }) => series.key === key);
          const [column, total] = [own?.numbers.columns[index], own?.numbers.total[index]];
          if (own && column && total) open(explained(info.total(column, total, own.of), format.percent(total.share.share)));
        }}
      />
      {groups.length > drawn.length && <p className="chart-note">{t("groups.more", { shown: drawn.length, all: groups.length })}</p>}
    </>
  );
}

function pointsOf({ total }: RetentionNumbers): LineSeries["points"] {
  return total.flatMap(({ share }, x) => {
    const at = intervalOf(share);
    return at ? [{ x, y: at.share, low: at.low, high: at.high }] : [];
  });
}
