// Attribution: which touches led to conversions, by all models side by side.
import { Trans, useTranslation } from "react-i18next";

import type { AttributionAnswer, AttributionNumbers, WorkspaceInfo } from "../../api/types";
import { GroupedBars } from "../../charts/GroupedBars";
import { useCount } from "../../ui/count";
import { MultiPicker, Picker } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { Empty } from "../../ui/States";
import { AnalysisFrame } from "./AnalysisFrame";
import { Figure, Said } from "../../ui/answer/figure";
import { AnswerTables } from "../../ui/answer/AnswerTables";
import { AttributionEditor } from "./AttributionEditor";
import { attributionFinding } from "./attributionFinding";
import type { Credited } from "./attributionFinding";
import { measureOf, useAttributionInfo, useMeasureText } from "./attributionInfo";
import { useAttributionTables } from "./attributionTables";
import { DRAWN_MAX, MEASURES, MODELS } from "./attributionView";
import type { AttributionView, Measure, Model } from "./attributionView";
import { useCalendarWords } from "./calendarWords";
import { GroupSwitch, numbersOf } from "./GroupSwitch";
import { Sentences, useShareText } from "./Sentence";

interface Props {
  workspace: WorkspaceInfo;
  view: AttributionView;
  onChange: (change: Partial<AttributionView>) => void;
}

export default function Attribution({ workspace, view, onChange }: Props) {
  const { t } = useTranslation();
  const tables = useAttributionTables(view, workspace.currency ?? null);
  return (
    <AnalysisFrame<AttributionView>
      workspace={workspace}
      view={view}
      onChange={onChange}
      editor={<AttributionEditor workspace={workspace} view={view} onChange={onChange} />}
      incomplete={
        <Empty title={t("attribution.incomplete")}>
          <p>{t("attribution.incompleteHow")}</p>
        </Empty>
      }
      everyone={(answer) => answer.conversions.people}
      finding={(answer) => <AttributionSentence answer={answer} view={view} />}
      chart={(answer) => <Overview answer={answer} currency={workspace.currency ?? null} view={view} onChange={onChange} tables={tables(answer)} />}
      drawn
      tables={tables}
    />
  );
}

function AttributionSentence({ answer, view }: { answer: AttributionAnswer; view: AttributionView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const count = useCount();
  const words = useCalendarWords();
  const share = useShareText();
  const info = useAttributionInfo(view);
  const measured = useMeasureText(null);
  const numbers = numbersOf<AttributionNumbers>(answer, view.only);
  const found = attributionFinding(numbers);
  if (found.kind === "nobody") return t("attribution.nobody");
  const { conversions, without, top, differs } = found;
  const { from_us, to_us } = answer.meta.scope.entry ?? {};
  const all = t("attribution.conversionsOf", { count: conversions.count, n: format.whole(conversions.count), customers: count("customers", conversions.people.customers) });
  const said = (credited: Credited) => <Said info={info.credit(credited.of, credited.model)} text={format.percent(credited.share)} />;
  return (
    <Sentences
      of={[
        <Trans
          key="all"
          i18nKey={numbers.without_touch.count > 0 ? "finding.attribution" : "finding.attributionAll"}
          values={{ when: from_us != null && to_us != null ? words.between(from_us, to_us, answer.meta.zone) : t("attribution.untilNow", { day: format.date(answer.meta.as_of_us, answer.meta.zone) }), all, share: share.share(without), interval: share.interval(without) }}
          components={{ all: <Said info={info.conversions(numbers.conversions)} text={all} />, share: <Said info={info.without(numbers.without_touch)} text={share.share(without)} />, n: <span className="nowrap" /> }}
        />,
        top && (
          <Trans key="top" i18nKey="finding.attributionTop" values={{ value: info.value(top.of), share: format.percent(top.share), n: measured("conversions", top.conversions) }} components={{ value: <strong />, share: said(top) }} />
        ),
        differs && (
          <Trans
            key="differs"
            i18nKey="finding.attributionDiffers"
            values={{ value: info.value(differs.high.of), low: format.percent(differs.low.share), lowModel: t(`model.${differs.low.model}`), high: format.percent(differs.high.share), highModel: t(`model.${differs.high.model}`) }}
            components={{ value: <strong />, low: said(differs.low), high: said(differs.high) }}
          />
        ),
        found.few && <span key="few">{t("finding.few")}</span>,
      ]}
    />
  );
}

interface OverviewProps extends Omit<Props, "workspace"> {
  answer: AttributionAnswer;
  currency: string | null;
  tables: ReturnType<ReturnType<typeof useAttributionTables>>;
}

function Overview({ answer, currency, view, onChange, tables }: OverviewProps) {
  const { t } = useTranslation();
  const numbers = numbersOf<AttributionNumbers>(answer, view.only);
  const computed = MODELS.filter((model) => numbers.values.some(({ credits }) => credits.some((credit) => credit.model === model)));
  const drawn = view.models.filter((model) => computed.includes(model)).slice(0, DRAWN_MAX);
  return (
    <div className="analysis-body">
      <div className="scope">
        <GroupSwitch groups={answer.groups} size={({ conversions }) => conversions.count} by={view.by} only={view.only} onChange={(only) => onChange({ only })} />
        <Picker label={t("attribution.measure")} value={view.measure} choices={useMeasures(view, answer)} onChange={(measure) => onChange({ measure })} />
        <MultiPicker
          label={t("attribution.drawn")}
          summary={t("attribution.drawnN", { n: drawn.length })}
          values={drawn}
          choices={computed.map((id) => ({ id, label: t(`model.${id}`), disabled: drawn.length >= DRAWN_MAX && !drawn.includes(id) }))}
          onChange={(ids) => ids.length > 0 && onChange({ models: MODELS.filter((model) => ids.includes(model)) })}
        />
      </div>
      <Facts numbers={numbers} view={view} />
      <section className="card chart-card" aria-labelledby="attribution-bars">
        <h2 id="attribution-bars" className="chart-title">
          {t("attribution.bars", { measure: t(`attribution.measure.${view.measure}`) })}
        </h2>
        <Bars numbers={numbers} view={view} drawn={drawn} currency={currency} />
      </section>
      <AnswerTables tables={tables.filter(({ id }) => id === "models" || id === "paths")} />
    </div>
  );
}

/** What can be said of models, with why not where something cannot. */
function useMeasures(view: AttributionView, { costs, values }: AttributionAnswer): { id: Measure; label: string; note?: string; disabled?: boolean }[] {
  const { t } = useTranslation();
  const costly = values.some(({ cost }) => cost != null);
  const returns = values.some(({ credits }) => credits.some(({ return_on_cost: each }) => each != null));
  const why: Partial<Record<Measure, string>> = {
    ...(view.value === "" ? { value: t("attribution.needsValue") } : {}),
    ...(costly ? {} : { cost_per_conversion: t("attribution.needsCost"), return_on_cost: t("attribution.needsCost") }),
    ...(costly && !returns ? { return_on_cost: costs.from === "reference" && costs.other_currency ? t("attribution.otherCurrency") : t("attribution.needsValue") } : {}),
  };
  return MEASURES.map((id) => {
    const note = why[id];
    return { id, label: t(`attribution.measure.${id}`), ...(note ? { note, disabled: true } : {}) };
  });
}

function Facts({ numbers, view }: { numbers: AttributionNumbers; view: AttributionView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const share = useShareText();
  const info = useAttributionInfo(view);
  const found = attributionFinding(numbers);
  const without = found.kind === "attribution" ? found.without : null;
  return (
    <dl className="card facts">
      <div>
        <dt>{t("attribution.conversions")}</dt>
        <dd className="total-number">
          <Figure info={info.conversions(numbers.conversions)} text={format.count(numbers.conversions.count)} full={format.whole(numbers.conversions.count)} />
        </dd>
        <dd className="sub">{t("count.customers", { count: numbers.conversions.people.customers, n: format.whole(numbers.conversions.people.customers) })}</dd>
      </div>
      <div>
        <dt>{t("attribution.without")}</dt>
        <dd className="total-number">
          <Figure info={info.without(numbers.without_touch)} text={format.count(numbers.without_touch.count)} full={format.whole(numbers.without_touch.count)} />
        </dd>
        <dd className="sub">{share.share(without)}</dd>
      </div>
      <div>
        <dt>{t("attribution.lag")}</dt>
        <dd className="total-number">{format.duration(numbers.lag.median_s)}</dd>
        <dd className="sub">{t("totals.p90", { time: format.duration(numbers.lag.p90_s) })}</dd>
      </div>
      <div>
        <dt>{t("attribution.touchesEach")}</dt>
        <dd className="total-number">{format.decimal(numbers.touches_mean)}</dd>
        <dd className="sub">{t("attribution.touchesMedian", { n: format.decimal(numbers.touches_median) })}</dd>
      </div>
      <div>
        <dt>{t("attribution.lost")}</dt>
        <dd className="total-number">
          <Figure info={info.ended(numbers.lost, "lost")} text={format.count(numbers.lost.instances)} full={format.whole(numbers.lost.instances)} />
        </dd>
        <dd className="sub">
          {t("attribution.open")} <Figure info={info.ended(numbers.open, "open")} text={format.count(numbers.open.instances)} full={format.whole(numbers.open.instances)} />
        </dd>
      </div>
    </dl>
  );
}

/** Values drawn; the table has all. */
const DRAWN_VALUES = 6;

function Bars({ numbers, view, drawn, currency }: { numbers: AttributionNumbers; view: AttributionView; drawn: readonly Model[]; currency: string | null }) {
  const { t } = useTranslation();
  const info = useAttributionInfo(view);
  const text = useMeasureText(currency);
  const shown = numbers.values.slice(0, DRAWN_VALUES);
  const look = (model: Model) => `of-category-${drawn.indexOf(model) + 1}`;
  return (
    <>
      <GroupedBars
        label={t("attribution.barsLabel", { n: shown.length, models: drawn.length })}
        legend={t("attribution.drawn")}
        series={drawn.map((model) => ({ key: model, look: look(model), name: t(`model.${model}`) }))}
        groups={shown.map((of) => ({
          name: info.value(of),
          bars: drawn.map((model) => {
            const value = measureOf(of, model, view.measure);
            return { key: model, look: look(model), value: value ?? 0, text: text(view.measure, value) };
          }),
        }))}
      />
      {numbers.values.length > shown.length && <p className="chart-note">{t("groups.more", { shown: shown.length, all: numbers.values.length })}</p>}
    </>
  );
}
