// Stickiness: on how many days of a month (weeks of a quarter …) customers are active, and what that makes of daily and
// monthly active customers.
import { use } from "react";
import { Trans, useTranslation } from "react-i18next";

import type { StickinessAnswer, StickinessNumbers, StickinessPeriod, WorkspaceInfo } from "../../api/types";
import { LineChart } from "../../charts/LineChart";
import { useCount } from "../../ui/count";
import { Picker } from "../../ui/Controls";
import { ChangeMarks, useChangeMarks } from "../../ui/change/Marks";
import { ExplainContext } from "../../ui/explain";
import { useFormat } from "../../ui/format";
import { AnalysisFrame } from "./AnalysisFrame";
import type { FigureInfo } from "../../ui/answer/figure";
import { Figure, Said, titled, useExplained } from "../../ui/answer/figure";
import { useCalendarWords } from "./calendarWords";
import { shownGroups, useGroupWords } from "./groups";
import { GroupSwitch, numbersOf } from "./GroupSwitch";
import { intervalOf } from "./interval";
import { WeekStart } from "./RetentionEditor";
import { RuleField } from "../../ui/rule/RuleField";
import { Sentences, useShareText } from "./Sentence";
import type { AnswerTable, Cell } from "../../ui/answer/table";
import { named, numeric } from "../../ui/answer/table";
import { chosenPeriod, stickinessFinding } from "./timeFinding";
import { CALENDAR } from "./timeViews";
import type { Calendar, StickinessView } from "./timeViews";

interface Props {
  workspace: WorkspaceInfo;
  view: StickinessView;
  onChange: (change: Partial<StickinessView>) => void;
}

function longer(unit: Calendar): readonly Calendar[] {
  return CALENDAR.slice(CALENDAR.indexOf(unit) + 1);
}

export default function Stickiness({ workspace, view, onChange }: Props) {
  const { t } = useTranslation();
  const words = useCalendarWords();
  const tables = useTables(view);
  const setUnit = (calendar: Calendar) => onChange({ calendar, ...(longer(calendar).includes(view.per) ? {} : { per: longer(calendar)[0] ?? "year" }), at: "" });
  const weekly = view.calendar === "week" || view.per === "week";
  return (
    <AnalysisFrame<StickinessView>
      workspace={workspace}
      view={view}
      onChange={onChange}
      editor={
        <section className="card editor" aria-label={t("stickiness.edit")}>
          <RuleField workspace={workspace} label={t("lifecycle.activeBy")} rule={view.active} unchosen={t("rule.anyEvent")} onChange={(active) => onChange({ active })} />
          <div className="scope">
            <Picker label={t("stickiness.unit")} value={view.calendar} choices={CALENDAR.slice(0, -1).map((id) => ({ id, label: words.unit(id) }))} onChange={setUnit} />
            <Picker label={t("stickiness.per")} value={view.per} choices={longer(view.calendar).map((id) => ({ id, label: words.unit(id) }))} onChange={(per) => onChange({ per, at: "" })} />
            {weekly && <WeekStart value={view.weekStart} onChange={(weekStart) => onChange({ weekStart })} />}
          </div>
        </section>
      }
      everyone={(answer) => answer.customers}
      finding={(answer) => <StickinessSentence numbers={numbersOf(answer, view.only)} view={view} />}
      chart={(answer) => <Overview answer={answer} view={view} onChange={onChange} />}
      drawn
      tables={tables}
    />
  );
}

type Count = StickinessPeriod["counts"][number];

function useInfo(view: StickinessView) {
  const { t } = useTranslation();
  const words = useCalendarWords();
  return {
    active: (period: StickinessPeriod, of?: string): FigureInfo => ({ title: titled(words.period(period.period, view.per), t("stickiness.active"), of), definition: t("define.stickiness.active"), pick: period.active.pick }),
    count: (period: StickinessPeriod, count: Count, what: "exactly" | "at_least", of?: string): FigureInfo => ({
      title: titled(words.period(period.period, view.per), t(`stickiness.${what}`, { n: t(`span.of.${view.calendar}`, { count: count.units, n: count.units }) }), of),
      definition: t(`define.stickiness.${what}`),
      pick: count[what].pick,
    }),
    unit: (unit: StickinessNumbers["units"][number]): FigureInfo => ({ title: titled(words.period(unit.period, view.calendar), t("lifecycle.active")), definition: t("define.lifecycle.active"), pick: unit.active.pick }),
    mean: (of?: string): FigureInfo => ({ title: titled(t("stickiness.mean", { unit: words.inText(view.calendar) }), of), definition: t("define.stickiness.mean") }),
    ratio: (period: StickinessPeriod, of?: string): FigureInfo => ({
      title: titled(words.period(period.period, view.per), t("stickiness.ratio", { unit: words.inText(view.calendar), per: words.inText(view.per) }), of),
      definition: t("define.stickiness.ratio"),
      pick: period.active.pick,
      people: t("stickiness.ratioPeople"),
    }),
  };
}

function StickinessSentence({ numbers, view }: { numbers: StickinessNumbers; view: StickinessView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const count = useCount();
  const words = useCalendarWords();
  const share = useShareText();
  const info = useInfo(view);
  const found = stickinessFinding(numbers, view.at);
  if (found.kind === "nobody") return t("analysis.nobody");
  const { period, before, again } = found;
  const at = again && intervalOf(again.share);
  return (
    <Sentences
      of={[
        <Trans
          key="ratio"
          i18nKey={period.complete ? "finding.stickiness" : "finding.stickinessOpen"}
          values={{
            when: words.spoken(period.period, view.per),
            active: count("customers", period.active.customers),
            mean: format.decimal(period.unit_active_mean),
            unit: words.inText(view.calendar),
            ratio: format.percent(period.ratio),
            days: t(`span.of.${view.calendar}`, { count: period.active_units_mean ?? 0, n: format.decimal(period.active_units_mean) }),
          }}
          components={{ active: <Said info={info.active(period)} text={count("customers", period.active.customers)} />, ratio: <Said info={info.ratio(period)} text={format.percent(period.ratio)} /> }}
        />,
        before?.ratio != null && before.complete && (
          <Trans key="before" i18nKey="finding.stickinessBefore" values={{ before: words.spoken(before.period, view.per), ratio: format.percent(before.ratio) }} components={{ ratio: <Said info={info.ratio(before)} text={format.percent(before.ratio)} /> }} />
        ),
        again && at && (
          <Trans
            key="again"
            i18nKey="finding.stickinessAgain"
            values={{ n: format.whole(again.at_least.customers), unit: t(`span.of.${view.calendar}`, { count: 2, n: "2" }), share: share.share(at), interval: share.interval(at) }}
            components={{ n: <Said info={info.count(period, again, "at_least")} text={format.whole(again.at_least.customers)} />, b: <span className="nowrap" /> }}
          />
        ),
        found.few && <span key="few">{t("finding.few")}</span>,
      ]}
    />
  );
}

function Overview({ answer, view, onChange }: { answer: StickinessAnswer } & Omit<Props, "workspace">) {
  const { t } = useTranslation();
  const words = useCalendarWords();
  const numbers = numbersOf(answer, view.only);
  const period = chosenPeriod(numbers, view.at);
  return (
    <div className="analysis-body">
      <div className="scope">
        <GroupSwitch groups={answer.groups} size={({ customers }) => customers.instances} by={view.by} only={view.only} onChange={(only) => onChange({ only })} />
        {period && (
          <Picker
            label={t("stickiness.at", { per: words.inText(view.per) })}
            value={period.period}
            choices={numbers.periods.toReversed().map((each) => ({ id: each.period, label: words.period(each.period, view.per), ...(each.complete ? {} : { note: t("retention.open") }) }))}
            onChange={(at) => onChange({ at })}
          />
        )}
      </div>
      {period && <Facts period={period} numbers={numbers} view={view} />}
      <div className="chart-pair">
        {period && <Spread period={period} view={view} />}
        <Daily numbers={numbers} view={view} />
      </div>
    </div>
  );
}

function Facts({ period, numbers, view }: { period: StickinessPeriod; numbers: StickinessNumbers; view: StickinessView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useCalendarWords();
  const info = useInfo(view);
  const names = { unit: words.inText(view.calendar), per: words.inText(view.per) };
  return (
    <dl className="card facts">
      <div>
        <dt>{t("stickiness.ratio", names)}</dt>
        <dd className="total-number">
          <Figure info={info.ratio(period)} text={format.percent(period.ratio)} />
        </dd>
        <dd className="sub">{words.period(period.period, view.per)}</dd>
      </div>
      <div>
        <dt>{t("stickiness.active")}</dt>
        <dd className="total-number">
          <Figure info={info.active(period)} text={format.count(period.active.instances)} full={format.whole(period.active.instances)} />
        </dd>
        <dd className="sub">{numbers.period_active_mean == null ? "" : t("stickiness.meanOfAll", { n: format.decimal(numbers.period_active_mean), ...names })}</dd>
      </div>
      <div>
        <dt>{t("stickiness.mean", names)}</dt>
        <dd className="total-number">{format.decimal(period.unit_active_mean)}</dd>
        <dd className="sub">{t("stickiness.begun", { n: t(`span.of.${view.calendar}`, { count: period.units, n: format.whole(period.units) }) })}</dd>
      </div>
      <div>
        <dt>{t("stickiness.each", names)}</dt>
        <dd className="total-number">{format.decimal(period.active_units_mean)}</dd>
        <dd className="sub">{t("stickiness.eachNote")}</dd>
      </div>
    </dl>
  );
}

/** Counts shown beside their bars; the table has all. */
const BARS = 14;

function Spread({ period, view }: { period: StickinessPeriod; view: StickinessView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useCalendarWords();
  const info = useInfo(view);
  return (
    <section className="card" aria-labelledby="stickiness-spread">
      <header className="section-head">
        <h2 id="stickiness-spread">{t("stickiness.spread", { unit: words.inText(view.calendar) })}</h2>
        <p className="section-note">{period.counts.length > BARS ? t("groups.more", { shown: BARS, all: period.counts.length }) : words.period(period.period, view.per)}</p>
      </header>
      <ul className="label-bars">
        {period.counts.slice(0, BARS).map((each) => (
          <li key={each.units}>
            <span className="label-bars-name">{t("stickiness.at_least", { n: t(`span.of.${view.calendar}`, { count: each.units, n: each.units }) })}</span>
            <span className="label-bars-track" aria-hidden>
              <span style={{ width: `${(each.share.share ?? 0) * 100}%` }} />
            </span>
            <span className="numeric">
              <Figure info={info.count(period, each, "at_least")} text={format.count(each.at_least.instances)} full={format.whole(each.at_least.instances)} />
              <span className="sub"> {format.percent(each.share.share)}</span>
              <span className="sub">
                {" · "}
                {t("stickiness.just")} <Figure info={info.count(period, each, "exactly")} text={format.count(each.exactly.instances)} full={format.whole(each.exactly.instances)} />
              </span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Daily({ numbers: { units }, view }: { numbers: StickinessNumbers; view: StickinessView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useCalendarWords();
  const info = useInfo(view);
  const open = use(ExplainContext);
  const explained = useExplained();
  const name = t("stickiness.daily", { unit: words.inText(view.calendar) });
  const changes = useChangeMarks(units.map(({ period }) => period));
  return (
    <section className="card chart-card" aria-labelledby="stickiness-daily">
      <h2 id="stickiness-daily" className="chart-title">
        {name}
      </h2>
      <LineChart
        series={[{ key: "all", name, look: "of-category-all", points: units.map(({ active }, x) => ({ x, y: active.instances })) }]}
        label={t("lines.label", { name, n: units.length })}
        legend={name}
        stops={units.map((_, index) => index)}
        marks={units.map(({ period }, x) => ({ x, text: words.period(period, view.calendar) }))}
        xName={words.unit(view.calendar)}
        yMax={Math.max(0, ...units.map(({ active }) => active.instances))}
        yText={(value) => format.count(value)}
        stopText={(index) => words.period(units[index]?.period ?? "", view.calendar)}
        flags={changes}
        valueText={({ y }) => format.whole(y)}
        onOpen={(_, index) => {
          const unit = units[index];
          if (unit) open(explained(info.unit(unit), format.whole(unit.active.instances)));
        }}
      />
      <ChangeMarks marks={changes} />
    </section>
  );
}

function useTables(view: StickinessView): (answer: StickinessAnswer) => AnswerTable[] {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useCalendarWords();
  const share = useShareText();
  const group = useGroupWords(view.by?.dimension);
  const info = useInfo(view);
  const apart = view.by !== null;
  const names = { unit: words.inText(view.calendar), per: words.inText(view.per) };
  const groupColumn = apart ? [{ name: t("groups.group") }] : [];
  const groupCell = (of: string | undefined): Cell[] => (apart ? [named(of ?? t("groups.all"))] : []);
  const whole = (n: number): Cell => ({ value: n, text: format.whole(n) });
  const decimal = (n: number | null | undefined): Cell => ({ value: n ?? null, text: format.decimal(n) });
  const periodRows = ({ periods }: StickinessNumbers, of: string | undefined): Cell[][] =>
    periods.map((period) => [
      named(words.period(period.period, view.per)),
      ...groupCell(of),
      { ...whole(period.active.instances), info: info.active(period, of) },
      decimal(period.unit_active_mean),
      { value: period.ratio ?? null, text: format.percent(period.ratio), info: info.ratio(period, of) },
      decimal(period.active_units_mean),
      whole(period.units),
      named(t(period.complete ? "retention.complete" : "retention.open")),
    ]);
  const countRows = ({ periods }: StickinessNumbers, of: string | undefined): Cell[][] =>
    periods.flatMap((period) =>
      period.counts.map((count) => [
        named(words.period(period.period, view.per)),
        ...groupCell(of),
        whole(count.units),
        { ...whole(count.exactly.instances), info: info.count(period, count, "exactly", of) },
        { ...whole(count.at_least.instances), info: info.count(period, count, "at_least", of) },
        { value: count.share.share ?? null, text: format.percent(count.share.share), note: share.interval(intervalOf(count.share)) },
      ]),
    );
  return (answer) => {
    const groups = shownGroups(answer.groups, ({ customers }) => customers.instances);
    return [
      {
        id: "periods",
        title: t("stickiness.periods"),
        columns: [
          { name: words.unit(view.per) },
          ...groupColumn,
          numeric(t("stickiness.active")),
          numeric(t("stickiness.mean", names)),
          numeric(t("stickiness.ratio", names)),
          numeric(t("stickiness.each", names)),
          numeric(t("stickiness.units", names)),
          { name: t("retention.state") },
        ],
        rows: [...periodRows(answer, undefined), ...groups.flatMap((each) => periodRows(each, group(each)))],
      },
      {
        id: "counts",
        title: t("stickiness.spread", names),
        columns: [{ name: words.unit(view.per) }, ...groupColumn, numeric(t("stickiness.countOf", names)), numeric(t("stickiness.justN")), numeric(t("stickiness.leastN")), numeric(t("stickiness.leastShare"))],
        rows: [...countRows(answer, undefined), ...groups.flatMap((each) => countRows(each, group(each)))],
      },
      {
        id: "units",
        title: t("stickiness.daily", names),
        columns: [{ name: words.unit(view.calendar) }, numeric(t("lifecycle.active"))],
        rows: numbersOf(answer, view.only).units.map((unit) => [named(words.period(unit.period, view.calendar)), { ...whole(unit.active.instances), info: info.unit(unit) }]),
      },
    ];
  };
}
