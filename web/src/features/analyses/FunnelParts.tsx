// What there is to a funnel beside its steps: how long it takes, how it went over time, and what those did next who dropped off.
import { use } from "react";
import { useTranslation } from "react-i18next";

import type { Bin, FunnelAnswer, FunnelNumbers, FunnelPeriod } from "../../api/types";
import { Columns } from "../../charts/Columns";
import type { ColumnBin } from "../../charts/columnsLayout";
import { LineChart, highest } from "../../charts/LineChart";
import type { LineSeries } from "../../charts/LineChart";
import { useChannelName } from "../../ui/channel";
import { ChangeMarks, useChangeMarks } from "../../ui/change/Marks";
import { ExplainContext } from "../../ui/explain";
import { NOTHING, useFormat } from "../../ui/format";
import { Figure, titled, useExplained } from "../../ui/answer/figure";
import { useCalendarWords } from "./calendarWords";
import type { GroupOf } from "./groups";
import { SHOWN_MAX, groupLook, shownGroups } from "./groups";
import { nextOf, shortened } from "./funnelNext";
import { useNextInfo } from "./funnelPartTables";
import type { FunnelView } from "./funnelView";
import { intervalOf } from "./interval";
import { useShareText } from "./Sentence";

interface Props {
  answer: FunnelAnswer;
  label: (name: string) => string;
  group: (of: GroupOf) => string;
}

/** Next events a picture tells apart; the table has all. */
const NEXT_MAX = 8;

function bins(of: readonly Bin[]): ColumnBin[] {
  return of.map(({ from_s, to_s, count }) => ({ from: from_s, to: to_s, count }));
}

export function FunnelTime({ answer, label }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const times = answer.time_to_convert;
  const marks = (of: { median_s?: number | null; p90_s?: number | null } | null | undefined) => [
    ...(of?.median_s == null ? [] : [{ name: t("funnel.medianAt", { time: format.duration(of.median_s) }), value: of.median_s }]),
    ...(of?.p90_s == null ? [] : [{ name: t("funnel.p90At", { time: format.duration(of.p90_s) }), value: of.p90_s }]),
  ];
  const between = answer.steps.slice(1);
  return (
    <div className="analysis-body">
      <section className="card chart-card" aria-labelledby="time-title">
        <h2 id="time-title" className="chart-title">
          {t("funnel.timeTitle")}
        </h2>
        {times && times.bins.length > 0 ? (
          <Columns label={t("funnel.timeTitle")} bins={bins(times.bins)} marks={marks(times)} edge={format.duration} count={format.count} />
        ) : (
          <p className="sub">{t("funnel.noTimes")}</p>
        )}
        <p className="chart-note">{t("funnel.timeNote")}</p>
      </section>
      {between.length > 1 && (
        <section className="card chart-card" aria-labelledby="between-title">
          <h2 id="between-title" className="chart-title">
            {t("funnel.between")}
          </h2>
          <ul className="small-charts">
            {between.map((step, index) => (
              <li key={`${index} ${step.name}`}>
                <h3>
                  {label(answer.steps[index]?.name ?? "")} → {label(step.name)}
                </h3>
                {step.bins_from_previous && step.bins_from_previous.length > 0 ? (
                  <Columns
                    label={`${label(answer.steps[index]?.name ?? "")} → ${label(step.name)}`}
                    bins={bins(step.bins_from_previous)}
                    marks={marks(step.time_from_previous)}
                    edge={format.duration}
                    count={format.count}
                    height={140}
                  />
                ) : (
                  <p className="sub">{t("funnel.noTimes")}</p>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

export function FunnelTrend({ answer, group, unit }: Props & { unit: FunnelView["trend"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const share = useShareText();
  const open = use(ExplainContext);
  const explained = useExplained();
  const words = useCalendarWords();
  const trend = answer.trend ?? [];
  const changes = useChangeMarks(trend.map(({ period }) => period));
  if (trend.length === 0) return <p className="sub">{t("funnel.noTrend")}</p>;
  // A group has its own periods, where it has any.
  const at = (of: FunnelNumbers, stop: number) => of.trend?.find(({ period }) => period === trend[stop]?.period);
  const pointsOf = (of: FunnelNumbers) => trend.flatMap((_, x) => pointOf(at(of, x), x));
  const groups = shownGroups(answer.groups, ({ subjects }) => subjects.instances);
  const drawn = groups.slice(0, SHOWN_MAX);
  const held: { series: LineSeries; numbers: FunnelNumbers; of?: string }[] = [
    { series: { key: "all", name: t("groups.all"), look: "of-category-all", points: pointsOf(answer) }, numbers: answer },
    ...drawn.map((each, index) => ({ series: { key: `${each.group} ${each.value ?? ""}`, name: group(each), look: groupLook(each, index), points: pointsOf(each) }, numbers: each, of: group(each) })),
  ];
  const began = (stop: number) => words.period(trend[stop]?.period ?? "", unit);
  return (
    <section className="card chart-card" aria-labelledby="trend-title">
      <h2 id="trend-title" className="chart-title">
        {t("funnel.trendTitle")}
      </h2>
      <LineChart
        series={held.map(({ series }) => series)}
        label={t("lines.label", { name: t("funnel.trendTitle"), n: trend.length })}
        legend={t("groups.group")}
        stops={trend.map((_, index) => index)}
        marks={trend.map((_, x) => ({ x, text: began(x) }))}
        xName={t("funnel.began")}
        yMax={highest(held.map(({ series }) => series))}
        yText={share.mark}
        stopText={began}
        flags={changes}
        valueText={(point) => (point.open ? t("funnel.mayChange", { value: share.bounds(point) }) : share.bounds(point))}
        onOpen={({ key }, stop) => {
          const own = held.find(({ series }) => series.key === key);
          const period = own && at(own.numbers, stop);
          const through = period?.reached.at(-1);
          if (own && period && through)
            open(explained({ title: titled(began(stop), t("funnel.conversion"), own.of), definition: t("define.funnel.periodConversion"), pick: through.pick, people: t("people.converted") }, format.percent(period.conversion.share)));
        }}
      />
      <ChangeMarks marks={changes} />
      {groups.length > drawn.length && <p className="chart-note">{t("groups.more", { shown: drawn.length, all: groups.length })}</p>}
      <p className="chart-note">{t("funnel.trendNote")}</p>
    </section>
  );
}

function pointOf(period: FunnelPeriod | undefined, x: number): LineSeries["points"] {
  const at = period && intervalOf(period.conversion);
  return at ? [{ x, y: at.share, low: at.low, high: at.high, open: !period.complete }] : [];
}

export function FunnelNext({ answer, label }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const channel = useChannelName();
  const info = useNextInfo(label);
  return (
    <div className="chart-pair next-steps">
      {answer.steps.map((step, index) => {
        const rows = shortened(nextOf(step), NEXT_MAX);
        if (rows.length === 0) return null;
        return (
          <section key={`${index} ${step.name}`} className="card" aria-labelledby={`next-${index}`}>
            <header className="section-head">
              <h2 id={`next-${index}`}>{t("funnel.nextAfter", { n: index + 1, step: label(step.name) })}</h2>
              <p className="section-note">{t("funnel.nextOf", { n: format.whole(step.dropped.instances) })}</p>
            </header>
            <ol className="label-bars">
              {rows.map((row) => (
                <li key={row.key}>
                  <span className="label-bars-name">
                    {row.what === "event" ? label(row.label) : t(`funnel.next.${row.what}`)}
                    {row.what === "event" && <span className="sub next-where"> {[channel(row.channel), t(`funnel.next.${row.when}`)].join(" · ")}</span>}
                  </span>
                  <span className="label-bars-track" aria-hidden>
                    <span style={{ width: `${(row.count / Math.max(1, step.dropped.instances)) * 100}%` }} className={row.what === "event" ? "" : "next-nothing"} />
                  </span>
                  <span className="numeric">
                    {row.people ? <Figure info={info(row, step.name)} text={format.count(row.count)} full={format.whole(row.count)} /> : format.whole(row.count)}
                    <span className="sub"> {step.dropped.instances > 0 ? format.percent(row.count / step.dropped.instances) : NOTHING}</span>
                  </span>
                </li>
              ))}
            </ol>
          </section>
        );
      })}
      {answer.steps.every((step) => nextOf(step).length === 0) && <p className="sub">{t("funnel.noNext")}</p>}
    </div>
  );
}
