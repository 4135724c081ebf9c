// Survival: what share has not come to its end, by time since the start, counting those to whom it has not happened yet.
import { use } from "react";
import { Trans, useTranslation } from "react-i18next";

import type { SurvivalAnswer, SurvivalCurve, WorkspaceInfo } from "../../api/types";
import { LineChart } from "../../charts/LineChart";
import type { LineSeries } from "../../charts/LineChart";
import { ticks } from "../../charts/scale";
import { useCount } from "../../ui/count";
import { ExplainContext } from "../../ui/explain";
import { NOTHING, useFormat } from "../../ui/format";
import { Empty } from "../../ui/States";
import { TableScroll } from "../../ui/TableScroll";
import { AnalysisFrame } from "./AnalysisFrame";
import type { FigureInfo } from "../../ui/answer/figure";
import { Figure, Said, titled, useExplained } from "../../ui/answer/figure";
import { SHOWN_MAX, groupLook, useGroupWords } from "./groups";
import { GroupSwitch, numbersOf } from "./GroupSwitch";
import { Sentences, useShareText } from "./Sentence";
import { SurvivalEditor } from "./SurvivalEditor";
import type { AnswerTable, Cell } from "../../ui/answer/table";
import { named, numeric } from "../../ui/answer/table";
import { curvesOf, survivalFinding } from "./timeFinding";
import type { NamedCurve } from "./timeFinding";
import type { SurvivalView } from "./timeViews";

interface Props {
  workspace: WorkspaceInfo;
  view: SurvivalView;
  onChange: (change: Partial<SurvivalView>) => void;
}

const DAY_S = 86_400;
/** Places the mark can stand at: more than a hand tells apart. */
const STOPS = 120;

export default function Survival({ workspace, view, onChange }: Props) {
  const { t } = useTranslation();
  const tables = useTables(view);
  return (
    <AnalysisFrame<SurvivalView>
      workspace={workspace}
      view={view}
      onChange={onChange}
      editor={<SurvivalEditor workspace={workspace} view={view} onChange={onChange} />}
      incomplete={
        <Empty title={t("survival.incomplete")}>
          <p>{t("survival.incompleteHow")}</p>
        </Empty>
      }
      everyone={(answer) => answer.started}
      finding={(answer) => <SurvivalSentence answer={answer} view={view} />}
      chart={(answer) => (
        <div className="analysis-body">
          <section className="card chart-card" aria-labelledby="survival-curve">
            <h2 id="survival-curve" className="chart-title">
              {t("survival.curve")}
            </h2>
            {byRule(answer) && <GroupSwitch groups={answer.groups} size={({ started }) => started.instances} by={view.by} only={view.only} onChange={(only) => onChange({ only })} />}
            <Curves answer={answer} view={view} />
          </section>
          <AtRisk answer={answer} view={view} />
        </div>
      )}
      drawn
      tables={tables}
    />
  );
}

function shownOf(answer: SurvivalAnswer, view: SurvivalView) {
  return byRule(answer) ? numbersOf(answer, view.only) : answer;
}

interface Drawn extends NamedCurve {
  key: string;
  text: string;
  look: string;
}

/** Groups of a breakdown are drawn side by side, unless those by rule are. */
function byRule({ curves }: SurvivalAnswer): boolean {
  return curves.length > 1;
}

/** The curves with what they are called and look like. */
function useDrawn(answer: SurvivalAnswer, view: SurvivalView): Drawn[] {
  const { t } = useTranslation();
  const words = useGroupWords(view.by?.dimension);
  return curvesOf(answer, shownOf(answer, view)).map((each, index) => {
    const { group, name } = each;
    if (name !== null) return { ...each, key: `rule ${name}`, text: name === OTHER ? t("groups.other") : name, look: index < SHOWN_MAX ? `of-category-${index + 1}` : "of-category-other" };
    if (group === null) return { ...each, key: "all", text: t("groups.all"), look: "of-category-all" };
    return { ...each, key: `${group.group} ${group.value ?? ""}`, text: words(group), look: groupLook(group, index - 1) };
  });
}

/** What the API calls those in no group by rule. */
const OTHER = "other";

function useInfo() {
  const { t } = useTranslation();
  const format = useFormat();
  return {
    whole: (curve: SurvivalCurve, what: "started" | "ended" | "censored", of?: string): FigureInfo => ({ title: titled(t(`survival.${what}`), of), definition: t(`define.survival.${what}`), pick: curve[what].pick }),
    at: (at: SurvivalCurve["at"][number], what: "ended" | "at_risk" | "survival", of?: string): FigureInfo => ({
      title: titled(t("survival.after", { time: format.duration(at.at_s) }), t(`survival.${what}At`), of),
      definition: t(`define.survival.${what}At`),
      pick: what === "ended" ? at.ended.pick : at.at_risk.pick,
      ...(what === "survival" ? { people: t("survival.lastingPeople") } : {}),
    }),
    median: (curve: SurvivalCurve, of?: string): FigureInfo => ({ title: titled(t("survival.median"), of), definition: t("define.survival.median"), pick: curve.ended.pick, people: t("survival.medianPeople") }),
  };
}

function SurvivalSentence({ answer, view }: { answer: SurvivalAnswer; view: SurvivalView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const count = useCount();
  const info = useInfo();
  const shown = shownOf(answer, view);
  const found = survivalFinding(answer, shown);
  if (found.kind === "nobody") return t("analysis.nobody");
  const { curve, started, test } = found;
  const people = count("customers", started.customers);
  const startedInfo: FigureInfo = { title: t("survival.started"), definition: t("define.survival.started"), pick: started.pick };
  const { at_s: half, low_s: low, high_s: high } = curve?.median ?? {};
  const share = curve && curve.started.instances > 0 ? curve.at.at(-1) : undefined;
  return (
    <Sentences
      of={[
        curve ? (
          <Trans
            key="ended"
            i18nKey="finding.survival"
            values={{ people, ended: format.whole(curve.ended.instances), censored: format.whole(curve.censored.instances) }}
            components={{
              people: <Said info={startedInfo} text={people} />,
              ended: <Said info={info.whole(curve, "ended")} text={format.whole(curve.ended.instances)} />,
              censored: <Said info={info.whole(curve, "censored")} text={format.whole(curve.censored.instances)} />,
            }}
          />
        ) : (
          <Trans key="groups" i18nKey="finding.survivalGroups" values={{ people, n: shown.curves.length }} components={{ people: <Said info={startedInfo} text={people} /> }} />
        ),
        curve && half != null && (
          <Trans
            key="half"
            i18nKey={low != null && high != null ? "finding.survivalHalf" : "finding.survivalHalfOpen"}
            values={{ time: format.duration(half), low: format.duration(low), high: format.duration(high) }}
            components={{ time: <Said info={info.median(curve)} text={format.duration(half)} />, n: <span className="nowrap" /> }}
          />
        ),
        curve && half == null && share && (
          <Trans
            key="most"
            i18nKey="finding.survivalNotHalf"
            values={{ time: format.duration(share.at_s), share: format.percent(share.survival), low: format.percent(share.low), high: format.percent(share.high) }}
            components={{ share: <Said info={info.at(share, "survival")} text={format.percent(share.survival)} />, n: <span className="nowrap" /> }}
          />
        ),
        test && <span key="test">{t(test.p_value < 0.05 ? "finding.logRankApart" : "finding.logRankAlike", { chi2: format.decimal(test.chi2), df: test.df, p: pText(test.p_value, format.decimal) })}</span>,
        found.few && <span key="few">{t("finding.few")}</span>,
      ]}
    />
  );
}

function pText(p: number, decimal: (value: number) => string): string {
  return p < 0.001 ? "< 0.001" : p < 0.01 ? `= ${p.toFixed(3)}` : `= ${decimal(p)}`;
}

function pointsOf({ steps }: SurvivalCurve): LineSeries["points"] {
  return steps.map(({ at_s: x, survival: y, low, high }) => ({ x, y, low, high }));
}

function Curves({ answer, view }: { answer: SurvivalAnswer; view: SurvivalView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const share = useShareText();
  const info = useInfo();
  const open = use(ExplainContext);
  const explained = useExplained();
  const all = useDrawn(answer, view);
  const drawn = all.slice(0, SHOWN_MAX + 1);
  const horizon = Math.max(1, ...drawn.map(({ curve }) => curve.horizon_s));
  const days = ticks({ low: 0, high: horizon / DAY_S }, 10);
  // What is asked at these times opens; between them the curve is only read.
  const opened = drawn[0]?.curve.at ?? [];
  const stops = [...new Set([...Array.from({ length: STOPS + 1 }, (_, index) => (index / STOPS) * horizon), ...opened.map(({ at_s }) => at_s)])].filter((stop) => stop <= horizon).toSorted((a, b) => a - b);
  return (
    <>
      <LineChart
        series={drawn.map(({ key, text, look, curve }) => ({ key, name: text, look, points: reaching(pointsOf(curve), curve.horizon_s) }))}
        label={t("survival.label", { time: format.duration(horizon), n: drawn.length })}
        legend={t("groups.group")}
        stops={stops}
        marks={days.map((day) => ({ x: day * DAY_S, text: format.decimal(day) }))}
        xName={t("survival.days")}
        yMax={1}
        yText={share.mark}
        stopText={(seconds) => t("survival.after", { time: format.duration(seconds) })}
        valueText={share.bounds}
        stairs
        onOpen={({ key }, seconds) => {
          const own = drawn.find((each) => each.key === key);
          const at = own?.curve.at.findLast(({ at_s }) => at_s <= seconds);
          if (own && at) open(explained(info.at(at, "survival", own.text), format.percent(at.survival)));
        }}
      />
      {all.length > drawn.length && <p className="chart-note">{t("groups.more", { shown: drawn.length, all: all.length })}</p>}
    </>
  );
}

/** The curve as far as anybody is known of: it keeps its last height up to there. */
function reaching(points: LineSeries["points"], horizon: number): LineSeries["points"] {
  const last = points.at(-1);
  return last && last.x < horizon ? [...points, { ...last, x: horizon }] : points;
}

/** What a number of a curve is said to be of; nothing where it is everyone's. */
function nameOf({ key, text }: Drawn): string | undefined {
  return key === "all" ? undefined : text;
}

/** What lasts longer than round times, a line a group, as a table that opens. */
function AtRisk({ answer, view }: { answer: SurvivalAnswer; view: SurvivalView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const info = useInfo();
  const drawn = useDrawn(answer, view);
  const longest = drawn.map(({ curve }) => curve.at).toSorted((a, b) => b.length - a.length)[0] ?? [];
  return (
    <section className="card" aria-labelledby="survival-at">
      <header className="section-head">
        <h2 id="survival-at">{t("survival.at")}</h2>
        <p className="section-note">{t("survival.atNote")}</p>
      </header>
      <TableScroll labelledBy="survival-at">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("groups.group")}</th>
              <th scope="col" className="numeric">
                {t("survival.started")}
              </th>
              <th scope="col" className="numeric">
                {t("survival.ended")}
              </th>
              <th scope="col" className="numeric">
                {t("survival.median")}
              </th>
              {longest.map((at) => (
                <th key={at.name} scope="col" className="numeric">
                  {t("survival.after", { time: format.duration(at.at_s) })}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {drawn.map((each) => (
              <tr key={each.key}>
                <th scope="row">
                  <span className={`survival-name ${each.look}`}>
                    <span className="swatch of-category" aria-hidden />
                    {each.text}
                  </span>
                </th>
                <td className="numeric">
                  <Figure info={info.whole(each.curve, "started", nameOf(each))} text={format.count(each.curve.started.instances)} full={format.whole(each.curve.started.instances)} />
                </td>
                <td className="numeric">
                  <Figure info={info.whole(each.curve, "ended", nameOf(each))} text={format.count(each.curve.ended.instances)} full={format.whole(each.curve.ended.instances)} />
                </td>
                <td className="numeric">{each.curve.median.at_s == null ? NOTHING : <Figure info={info.median(each.curve, nameOf(each))} text={format.duration(each.curve.median.at_s)} />}</td>
                {longest.map(({ name }) => {
                  const at = each.curve.at.find((other) => other.name === name);
                  return (
                    <td key={name} className="numeric">
                      {at ? (
                        <>
                          <Figure info={info.at(at, "survival", nameOf(each))} text={format.percent(at.survival)} />
                          <span className="sub stacked-note">
                            {t("survival.risk")} <Figure info={info.at(at, "at_risk", nameOf(each))} text={format.count(at.at_risk.instances)} full={format.whole(at.at_risk.instances)} />
                          </span>
                        </>
                      ) : (
                        NOTHING
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}

function useTables(view: SurvivalView): (answer: SurvivalAnswer) => AnswerTable[] {
  const { t } = useTranslation();
  const format = useFormat();
  const share = useShareText();
  const words = useGroupWords(view.by?.dimension);
  const info = useInfo();
  const whole = (n: number): Cell => ({ value: n, text: format.whole(n) });
  const time = (seconds: number | null | undefined): Cell => ({ value: seconds ?? null, text: format.duration(seconds) });
  return (answer) => {
    const curves = curvesOf(answer, shownOf(answer, view)).map((each) => ({
      ...each,
      text: each.name === OTHER ? t("groups.other") : (each.name ?? (each.group ? words(each.group) : t("groups.all"))),
    }));
    return [
      {
        id: "groups",
        title: t("survival.groups"),
        columns: [{ name: t("groups.group") }, ...(["started", "ended", "censored", "median", "medianLow", "medianHigh", "mean", "horizon"] as const).map((key) => numeric(t(`survival.${key}`)))],
        rows: curves.map(({ curve, text }) => [
          named(text),
          ...(["started", "ended", "censored"] as const).map((what) => ({ ...whole(curve[what].instances), info: info.whole(curve, what, text) })),
          time(curve.median.at_s),
          time(curve.median.low_s),
          time(curve.median.high_s),
          time(curve.restricted_mean_s),
          time(curve.horizon_s),
        ]),
      },
      {
        id: "at",
        title: t("survival.at"),
        columns: [{ name: t("survival.time") }, { name: t("groups.group") }, ...(["at_riskAt", "endedAt", "survivalAt", "hazard"] as const).map((key) => numeric(t(`survival.${key}`)))],
        rows: curves.flatMap(({ curve, text }) =>
          curve.at.map((at) => [
            { value: at.name, text: format.duration(at.at_s) },
            named(text),
            { ...whole(at.at_risk.instances), info: info.at(at, "at_risk", text) },
            { ...whole(at.ended.instances), info: info.at(at, "ended", text) },
            { value: at.survival, text: format.percent(at.survival), note: share.interval({ share: at.survival, low: at.low, high: at.high }) },
            { value: at.hazard, text: format.decimal(at.hazard) },
          ]),
        ),
      },
    ];
  };
}
