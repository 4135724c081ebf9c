// Lifecycle: who is new, who stays, who comes back and who falls silent, period by period.
import { use } from "react";
import { Trans, useTranslation } from "react-i18next";

import type { LifecycleAnswer, LifecycleNumbers, LifecyclePeriod, WorkspaceInfo } from "../../api/types";
import type { BarPart } from "../../charts/stack";
import { StackedBars } from "../../charts/StackedBars";
import { useCount } from "../../ui/count";
import { Picker } from "../../ui/Controls";
import { ExplainContext } from "../../ui/explain";
import { useFormat } from "../../ui/format";
import { AnalysisFrame } from "./AnalysisFrame";
import type { FigureInfo } from "../../ui/answer/figure";
import { Figure, Said, useExplained } from "../../ui/answer/figure";
import { useCalendarWords } from "./calendarWords";
import { shownGroups, useGroupWords } from "./groups";
import { GroupSwitch, numbersOf } from "./GroupSwitch";
import { intervalOf } from "./interval";
import { WeekStart } from "./RetentionEditor";
import { RuleField } from "../../ui/rule/RuleField";
import { Sentences, useShareText } from "./Sentence";
import type { AnswerTable, Cell } from "../../ui/answer/table";
import { named, numeric } from "../../ui/answer/table";
import { lifecycleFinding } from "./timeFinding";
import { CALENDAR } from "./timeViews";
import type { LifecycleView } from "./timeViews";

interface Props {
  workspace: WorkspaceInfo;
  view: LifecycleView;
  onChange: (change: Partial<LifecycleView>) => void;
}

/** As they stand on top of each other; who is dormant stands below the line. */
const PARTS = ["retained", "new", "resurrected", "dormant"] as const;
type Part = (typeof PARTS)[number];
const LOOKS: Record<Part, string> = { retained: "of-category-1", new: "of-category-3", resurrected: "of-category-2", dormant: "of-category-other" };
const COUNTS = ["active", "new", "retained", "resurrected", "dormant"] as const;

export default function Lifecycle({ workspace, view, onChange }: Props) {
  const { t } = useTranslation();
  const words = useCalendarWords();
  const tables = useTables(view);
  return (
    <AnalysisFrame<LifecycleView>
      workspace={workspace}
      view={view}
      onChange={onChange}
      editor={
        <section className="card editor" aria-label={t("lifecycle.edit")}>
          <RuleField workspace={workspace} label={t("lifecycle.activeBy")} rule={view.active} unchosen={t("rule.anyEvent")} onChange={(active) => onChange({ active })} />
          <div className="scope">
            <Picker label={t("lifecycle.unit")} value={view.calendar} choices={CALENDAR.map((id) => ({ id, label: words.unit(id) }))} onChange={(calendar) => onChange({ calendar })} />
            {view.calendar === "week" && <WeekStart value={view.weekStart} onChange={(weekStart) => onChange({ weekStart })} />}
          </div>
        </section>
      }
      everyone={(answer) => answer.customers}
      finding={(answer) => <LifecycleSentence numbers={numbersOf(answer, view.only)} view={view} />}
      chart={(answer) => (
        <section className="card chart-card">
          <GroupSwitch groups={answer.groups} size={({ customers }) => customers.instances} by={view.by} only={view.only} onChange={(only) => onChange({ only })} />
          <Picture numbers={numbersOf(answer, view.only)} view={view} />
        </section>
      )}
      drawn
      tables={tables}
    />
  );
}

function useInfo(view: LifecycleView): (period: LifecyclePeriod, what: (typeof COUNTS)[number], of?: string) => FigureInfo {
  const { t } = useTranslation();
  const words = useCalendarWords();
  return (period, what, of) => ({
    title: [words.period(period.period, view.calendar), t(`lifecycle.${what}`), of].filter(Boolean).join(" · "),
    definition: t(`define.lifecycle.${what}`),
    pick: period[what].pick,
  });
}

function LifecycleSentence({ numbers, view }: { numbers: LifecycleNumbers; view: LifecycleView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const count = useCount();
  const words = useCalendarWords();
  const info = useInfo(view);
  const found = lifecycleFinding(numbers);
  if (found.kind === "nobody") return t("analysis.nobody");
  const { period, before, change } = found;
  const said = (what: (typeof COUNTS)[number]) => <Said info={info(period, what)} text={what === "active" ? count("customers", period.active.customers) : format.whole(period[what].customers)} />;
  const n = (what: Part) => format.whole(period[what].customers);
  return (
    <Sentences
      of={[
        <Trans
          key="active"
          i18nKey="finding.lifecycle"
          values={{ when: words.spoken(period.period, view.calendar), active: count("customers", period.active.customers), new: n("new"), retained: n("retained"), resurrected: n("resurrected"), dormant: n("dormant") }}
          components={{ active: said("active"), new: said("new"), retained: said("retained"), resurrected: said("resurrected"), dormant: said("dormant") }}
        />,
        before && change !== null && (
          <Trans
            key="change"
            i18nKey={change > 0 ? "finding.lifecycleMore" : change < 0 ? "finding.lifecycleLess" : "finding.lifecycleSame"}
            values={{ before: words.spoken(before.period, view.calendar), n: format.whole(before.active.customers), change: format.percent(Math.abs(change)) }}
            components={{ n: <Said info={info(before, "active")} text={format.whole(before.active.customers)} /> }}
          />
        ),
        period.pulse != null && <span key="pulse">{t(period.pulse > 1 ? "finding.pulseUp" : period.pulse < 1 ? "finding.pulseDown" : "finding.pulseSame", { pulse: format.decimal(period.pulse) })}</span>,
        found.few && <span key="few">{t("finding.few")}</span>,
      ]}
    />
  );
}

function Picture({ numbers, view }: { numbers: LifecycleNumbers; view: LifecycleView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useCalendarWords();
  const info = useInfo(view);
  const open = use(ExplainContext);
  const explained = useExplained();
  const { periods } = numbers;
  const byDay = new Map(periods.map((period) => [period.period, period]));
  const parts = (period: LifecyclePeriod): BarPart[] => PARTS.map((key) => ({ key, value: period[key].instances, look: LOOKS[key], below: key === "dormant" }));
  const last = periods.at(-1);
  return (
    <>
      <ul className="lines-legend" aria-label={t("lifecycle.legend")}>
        {PARTS.map((part) => (
          <li key={part} className={LOOKS[part]}>
            <span className="swatch of-category" aria-hidden />
            {t(`lifecycle.${part}`)}
            {part === "dormant" && <span className="sub">{t("lifecycle.below")}</span>}
          </li>
        ))}
      </ul>
      <StackedBars
        columns={periods.map((period) => ({ key: period.period, name: words.period(period.period, view.calendar), open: !period.complete, parts: parts(period) }))}
        label={t("lifecycle.label", { n: periods.length })}
        valueText={(value) => format.count(value)}
        partText={({ key, name, open: running }, { key: part, value }) => {
          const share = byDay.get(key)?.active.instances ?? 0;
          const text = t("lifecycle.partText", { period: running ? t("lifecycle.soFar", { period: name }) : name, part: t(`lifecycle.${part as Part}`), count: format.whole(value) });
          return part === "dormant" || share === 0 ? text : t("lifecycle.partShare", { text, share: format.percent(value / share) });
        }}
        onOpen={({ key }, { key: part, value }) => {
          const period = byDay.get(key);
          if (period) open(explained(info(period, part as Part), format.whole(value)));
        }}
      />
      {last && !last.complete && <p className="chart-note">{t("lifecycle.noteOpen")}</p>}
      <Recent periods={periods.slice(-RECENT)} view={view} />
    </>
  );
}

/** Periods whose numbers stand below the picture; the table has all. */
const RECENT = 6;

function Recent({ periods, view }: { periods: readonly LifecyclePeriod[]; view: LifecycleView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useCalendarWords();
  const info = useInfo(view);
  return (
    // A scrollable region must be reachable by keyboard; its numbers are.
    <div className="table-scroll">
      <table className="table">
        <caption className="visually-hidden">{t("lifecycle.recent")}</caption>
        <thead>
          <tr>
            <th scope="col">{words.unit(view.calendar)}</th>
            {periods.map((period) => (
              <th key={period.period} scope="col" className="numeric">
                {words.period(period.period, view.calendar)}
                {period.complete ? "" : "*"}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {COUNTS.map((what) => (
            <tr key={what}>
              <th scope="row">{t(`lifecycle.${what}`)}</th>
              {periods.map((period) => (
                <td key={period.period} className="numeric">
                  <Figure info={info(period, what)} text={format.count(period[what].instances)} full={format.whole(period[what].instances)} />
                </td>
              ))}
            </tr>
          ))}
          <tr>
            <th scope="row">{t("lifecycle.pulse")}</th>
            {periods.map((period) => (
              <td key={period.period} className="numeric">
                {format.decimal(period.pulse)}
              </td>
            ))}
          </tr>
        </tbody>
      </table>
    </div>
  );
}

function useTables(view: LifecycleView): (answer: LifecycleAnswer) => AnswerTable[] {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useCalendarWords();
  const share = useShareText();
  const group = useGroupWords(view.by?.dimension);
  const info = useInfo(view);
  const apart = view.by !== null;
  const rows = (numbers: LifecycleNumbers, of: string | undefined): Cell[][] =>
    numbers.periods.map((period) => [
      named(words.period(period.period, view.calendar)),
      ...(apart ? [named(of ?? t("groups.all"))] : []),
      ...COUNTS.map((what) => ({ value: period[what].instances, text: format.whole(period[what].instances), info: info(period, what, of) })),
      { value: period.retained_share.share ?? null, text: format.percent(period.retained_share.share), note: share.interval(intervalOf(period.retained_share)) },
      { value: period.pulse ?? null, text: format.decimal(period.pulse) },
      named(t(period.complete ? "retention.complete" : "retention.open")),
    ]);
  return (answer) => [
    {
      id: "periods",
      title: t("lifecycle.periods"),
      columns: [
        { name: words.unit(view.calendar) },
        ...(apart ? [{ name: t("groups.group") }] : []),
        ...[...COUNTS, "retainedShare" as const, "pulse" as const].map((key) => numeric(t(`lifecycle.${key}`))),
        { name: t("retention.state") },
      ],
      rows: [...rows(answer, undefined), ...shownGroups(answer.groups, ({ customers }) => customers.instances).flatMap((each) => rows(each, group(each)))],
    },
  ];
}
