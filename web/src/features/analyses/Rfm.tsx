// Customers by how lately, how often and for how much they bought: the eight named groups as a grid of what is high and what
// is low, and the scores behind them.
import { Trans, useTranslation } from "react-i18next";

import type { RfmAnswer, RfmNamed, RfmNumbers, WorkspaceInfo } from "../../api/types";
import { Picker } from "../../ui/Controls";
import { useFacetWords } from "../../ui/facet";
import { NOTHING, useFormat } from "../../ui/format";
import { Empty } from "../../ui/States";
import { TableScroll } from "../../ui/TableScroll";
import { AnalysisFrame } from "./AnalysisFrame";
import type { FigureInfo } from "../../ui/answer/figure";
import { Figure, Said } from "../../ui/answer/figure";
import { heatStep } from "./matrix";
import { HIGHS, TIES } from "./rfm";
import type { RfmKey } from "./rfm";
import { useRfmTables } from "./rfmTables";
import { NUMBERS } from "./segments/columns";
import { RuleField } from "../../ui/rule/RuleField";
import { Sentences, useShareText } from "./Sentence";
import { useSpan } from "./span";
import type { RfmView } from "./view";

interface Props {
  workspace: WorkspaceInfo;
  view: RfmView;
  onChange: (change: Partial<RfmView>) => void;
}

export default function Rfm({ workspace, view, onChange }: Props) {
  const { t } = useTranslation();
  const label = useRfmLabel();
  const tables = useRfmTables(view.by?.dimension, workspace.currency);
  return (
    <AnalysisFrame<RfmView>
      workspace={workspace}
      view={view}
      onChange={onChange}
      label={label}
      editor={<Editor workspace={workspace} view={view} onChange={onChange} />}
      incomplete={
        <Empty title={t("rfm.incomplete")}>
          <p>{t("rfm.incompleteHow")}</p>
        </Empty>
      }
      everyone={everyoneOf}
      finding={(answer) => <Finding answer={answer} workspace={workspace} />}
      chart={(answer) => <Grid answer={answer} workspace={workspace} />}
      tables={tables}
    />
  );
}

/** All whom the answer divides: those with scores. Who bought nothing has none, and is told apart. */
function everyoneOf(answer: RfmAnswer): RfmAnswer["scored"] {
  return answer.scored;
}

function useRfmLabel(): (name: string) => string {
  const { t, i18n } = useTranslation();
  return (name) => (i18n.exists(`rfm.${name}`) ? t(`rfm.${name as RfmKey}`) : name);
}

const WINDOWS = ["", "30d", "90d", "180d", "365d"] as const;

function Editor({ workspace, view, onChange }: Props) {
  const { t } = useTranslation();
  const words = useFacetWords();
  const span = useSpan();
  const columns = [...new Set<string>([...NUMBERS, view.value])];
  const windows = [...new Set<string>([...WINDOWS, view.last])];
  return (
    <section className="card editor" aria-label={t("rfm.edit")}>
      <div className="scope">
        <span className="field">
          <span className="field-label" aria-hidden>
            {t("rfm.purchase")}
          </span>
          <RuleField workspace={workspace} labelHidden label={t("rfm.purchase")} rule={view.match} onChange={(next) => onChange({ match: next })} />
        </span>
        <Picker
          label={t("rfm.value")}
          value={view.value}
          choices={columns.map((id) => ({ id, label: words.title(id) }))}
          onChange={(value) => onChange({ value })}
        />
        <Picker
          label={t("rfm.last")}
          value={view.last || "all"}
          choices={windows.map((last) => ({ id: last || "all", label: last === "" ? t("period.all") : t("rfm.lastSpan", { span: span(last) }) }))}
          onChange={(last) => onChange({ last: last === "all" ? "" : last })}
        />
        <Picker
          label={t("rfm.high")}
          value={String(view.high)}
          choices={HIGHS.map((high) => ({ id: String(high), label: t("rfm.highFrom", { high }) }))}
          onChange={(high) => onChange({ high: Number(high) })}
        />
        <Picker label={t("rfm.ties")} value={view.ties} choices={TIES.map((id) => ({ id, label: t(`rfm.ties.${id}`), note: t(`rfm.ties.${id}.note`) }))} onChange={(ties) => onChange({ ties })} />
      </div>
    </section>
  );
}

export function useRfmInfo(): (named: Pick<RfmNamed, "group" | "people">) => FigureInfo {
  const { t } = useTranslation();
  return ({ group, people }) => ({ title: t(`rfm.${group}`), definition: t(`define.rfm.${group}`), pick: people.pick });
}

function Finding({ answer, workspace }: { answer: RfmAnswer; workspace: WorkspaceInfo }) {
  const { t } = useTranslation();
  const format = useFormat();
  const share = useShareText();
  const info = useRfmInfo();
  const { named, scored, without } = answer;
  const largest = named.reduce<RfmNamed | null>((most, next) => (most === null || next.people.customers > most.people.customers ? next : most), null);
  const richest = named.reduce<RfmNamed | null>((most, next) => ((next.value_share ?? 0) > (most?.value_share ?? 0) ? next : most), null);
  const { share: at, low, high } = largest?.share ?? {};
  const interval = at != null && low != null && high != null ? { share: at, low, high } : null;
  return (
    <Sentences
      of={[
        <Trans
          key="bought"
          i18nKey="rfm.bought"
          values={{ n: format.whole(scored.customers), value: format.money(answer.value, workspace.currency), without: format.whole(without.customers) }}
          components={{
            scored: <Said info={{ title: t("rfm.scored"), definition: t("define.rfm.scored"), pick: scored.pick }} text={format.whole(scored.customers)} />,
            none: <Said info={{ title: t("rfm.without"), definition: t("define.rfm.without"), pick: without.pick }} text={format.whole(without.customers)} />,
          }}
        />,
        largest && interval && (
          <Trans
            key="largest"
            i18nKey="rfm.largest"
            values={{ name: t(`rfm.${largest.group}`), share: share.share(interval), interval: share.interval(interval) }}
            components={{ name: <strong />, share: <Said info={info(largest)} text={share.share(interval)} />, b: <span className="nowrap" /> }}
          />
        ),
        richest && richest.value_share != null && (
          <Trans
            key="richest"
            i18nKey="rfm.richest"
            values={{ name: t(`rfm.${richest.group}`), share: format.percent(richest.share.share), value: format.percent(richest.value_share) }}
            components={{ name: <strong /> }}
          />
        ),
      ]}
    />
  );
}

/** Rows: how much and how often; columns: lately or not. */
const ROWS = [
  { much: true, often: true, groups: ["important_value", "important_keep"] },
  { much: true, often: false, groups: ["important_develop", "important_rescue"] },
  { much: false, often: true, groups: ["general_value", "general_keep"] },
  { much: false, often: false, groups: ["general_develop", "general_rescue"] },
] as const;

function Grid({ answer, workspace }: { answer: RfmAnswer; workspace: WorkspaceInfo }) {
  const { t } = useTranslation();
  const format = useFormat();
  const info = useRfmInfo();
  const most = Math.max(0, ...answer.named.map(({ people }) => people.customers));
  const cell = (group: RfmKey) => {
    const named = answer.named.find((each) => each.group === group);
    if (!named) return <td key={group} className="rfm-cell">{NOTHING}</td>;
    return (
      <td key={group} className={`rfm-cell seq-${heatStep(named.people.customers, most)}`}>
        <p className="rfm-name">{t(`rfm.${group}`)}</p>
        <p className="rfm-number">
          <Figure info={info(named)} text={format.count(named.people.customers)} full={format.whole(named.people.customers)} />
          <span>{format.percent(named.share.share)}</span>
        </p>
        <dl className="rfm-facts">
          <Fact name={t("rfm.valueShare")} text={format.percent(named.value_share)} />
          <Fact name={t("rfm.valueMean")} text={format.money(named.value_mean, workspace.currency)} />
          <Fact name={t("rfm.recencyMean")} text={named.recency_days_mean == null ? "–" : t("rfm.days", { n: format.decimal(named.recency_days_mean) })} />
          <Fact name={t("rfm.frequencyMean")} text={named.frequency_days_mean == null ? "–" : t("rfm.days", { n: format.decimal(named.frequency_days_mean) })} />
        </dl>
        <p className="rfm-advice">{t(`rfm.${group}.do`)}</p>
      </td>
    );
  };
  return (
    <div className="analysis-body">
      <section className="card" aria-label={t("analysis.rfm")}>
        <div className="table-scroll">
          <table className="rfm-grid">
            <caption className="visually-hidden">{t("rfm.grid")}</caption>
            <thead>
              <tr>
                <th scope="col">{t("rfm.corners")}</th>
                <th scope="col">{t("rfm.lately")}</th>
                <th scope="col">{t("rfm.notLately")}</th>
              </tr>
            </thead>
            <tbody>
              {ROWS.map(({ much, often, groups }) => (
                <tr key={groups[0]}>
                  <th scope="row">
                    <span>{t(often ? "rfm.often" : "rfm.seldom")}</span>
                    <span>{t(much ? "rfm.much" : "rfm.little")}</span>
                  </th>
                  {groups.map(cell)}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <p className="chart-note">{t("rfm.gridNote")}</p>
      </section>
      <Scores numbers={answer} />
    </div>
  );
}

function Fact({ name, text }: { name: string; text: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{text}</dd>
    </div>
  );
}

const SCORES = [5, 4, 3, 2, 1];

/** Recency by frequency: how many have each pair of scores, of every monetary value. */
function Scores({ numbers: { cells } }: { numbers: RfmNumbers }) {
  const { t } = useTranslation();
  const format = useFormat();
  const of = (r: number, f: number) => cells.filter((cell) => cell.r === r && cell.f === f).reduce((sum, { people }) => sum + people.customers, 0);
  const most = Math.max(0, ...SCORES.flatMap((r) => SCORES.map((f) => of(r, f))));
  return (
    <section className="card" aria-labelledby="scores-title">
      <header className="section-head">
        <h2 id="scores-title">{t("rfm.scores")}</h2>
        <p className="section-note">{t("rfm.scoresNote")}</p>
      </header>
      <TableScroll labelledBy="scores-title">
        <table className="table heat rfm-scores">
          <thead>
            <tr>
              <th scope="col">{t("rfm.corner")}</th>
              {SCORES.toReversed().map((f) => (
                <th key={f} scope="col" className="numeric">
                  F {f}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {SCORES.map((r) => (
              <tr key={r}>
                <th scope="row">R {r}</th>
                {SCORES.toReversed().map((f) => (
                  <td key={f} className={`heat-cell seq-${heatStep(of(r, f), most)}`}>
                    {format.count(of(r, f))}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}
