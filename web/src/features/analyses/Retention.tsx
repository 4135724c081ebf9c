// Retention: of those who started in a period, who came back, and how long after. The line of all cohorts above, the cohorts
// below as a table coloured by share.
import { Trans, useTranslation } from "react-i18next";

import type { RetentionAnswer, WorkspaceInfo } from "../../api/types";
import { useCount } from "../../ui/count";
import { Segmented } from "../../ui/Controls";
import { AnalysisFrame } from "./AnalysisFrame";
import { Said } from "../../ui/answer/figure";
import { useCalendarWords } from "./calendarWords";
import { useGroupWords } from "./groups";
import { GroupSwitch, numbersOf } from "./GroupSwitch";
import { RetentionCurve } from "./RetentionCurve";
import { RetentionEditor } from "./RetentionEditor";
import { RetentionHeat } from "./RetentionHeat";
import { useRetentionInfo } from "./retentionInfo";
import { useRetentionTables } from "./retentionTables";
import { Sentences, useShareText } from "./Sentence";
import { retentionFinding } from "./timeFinding";
import type { Kept } from "./timeFinding";
import { CELLS } from "./timeViews";
import type { RetentionView } from "./timeViews";

interface Props {
  workspace: WorkspaceInfo;
  view: RetentionView;
  onChange: (change: Partial<RetentionView>) => void;
}

export default function Retention({ workspace, view, onChange }: Props) {
  const { t } = useTranslation();
  const tables = useRetentionTables(view);
  const shown = (answer: RetentionAnswer) => numbersOf(answer, view.only);
  return (
    <AnalysisFrame<RetentionView>
      workspace={workspace}
      view={view}
      onChange={onChange}
      editor={<RetentionEditor workspace={workspace} view={view} onChange={onChange} />}
      everyone={(answer) => answer.started}
      finding={(answer) => <RetentionSentence answer={answer} view={view} />}
      chart={(answer) => (
        <div className="analysis-body">
          <section className="card chart-card" aria-labelledby="retention-curve">
            <h2 id="retention-curve" className="chart-title">
              {t("retention.curve")}
            </h2>
            <RetentionCurve answer={answer} view={view} />
          </section>
          <section className="card" aria-labelledby="retention-cohorts">
            <header className="section-head">
              <h2 id="retention-cohorts">{t("retention.cohorts")}</h2>
              <div className="scope">
                <GroupSwitch groups={answer.groups} size={({ started }) => started.instances} by={view.by} only={view.only} onChange={(only) => onChange({ only })} />
                <Segmented label={t("retention.cells")} value={view.cells} choices={CELLS.map((id) => ({ id, label: t(`retention.cells.${id}`) }))} onChange={(cells) => onChange({ cells })} />
              </div>
            </header>
            <RetentionHeat numbers={shown(answer)} view={view} />
          </section>
        </div>
      )}
      drawn
      tables={tables}
    />
  );
}

function RetentionSentence({ answer, view }: { answer: RetentionAnswer; view: RetentionView }) {
  const { t } = useTranslation();
  const count = useCount();
  const words = useCalendarWords();
  const share = useShareText();
  const group = useGroupWords(view.by?.dimension);
  const info = useRetentionInfo(view);
  const found = retentionFinding(answer, answer.groups);
  if (found.kind === "nobody") return t("analysis.nobody");
  const { started, early, late, spread } = found;
  const people = started.instances === started.customers ? count("customers", started.customers) : t("retention.startsOf", { n: started.instances, customers: count("customers", started.customers) });
  const when = words.between(found.from_us, found.to_us, answer.meta.zone);
  const said = (kept: Kept) => <Said info={info.total(kept.column, kept.total)} text={share.share(kept.at)} />;
  const side = (of: NonNullable<typeof spread>["high"]) => {
    const own = answer.groups?.find((each) => each.group === "value" && each.value === of.group.value);
    const total = early && own?.total.find(({ name }) => name === early.column.name);
    return total && early ? <Said info={info.total(early.column, total, group(of.group))} text={share.share(of.at)} /> : <span />;
  };
  return (
    <Sentences
      of={[
        <Trans
          key="kept"
          i18nKey={early ? "finding.retention" : "finding.retentionNone"}
          values={{ when, people, column: early ? info.column(early.column) : "", share: share.share(early?.at ?? null), interval: share.interval(early?.at ?? null) }}
          components={{ people: <Said info={info.started(started)} text={people} />, share: early ? said(early) : <span />, n: <span className="nowrap" /> }}
        />,
        late && (
          <Trans key="late" i18nKey="finding.retentionLate" values={{ column: info.column(late.column), share: share.share(late.at), interval: share.interval(late.at) }} components={{ share: said(late), n: <span className="nowrap" /> }} />
        ),
        spread && early && (
          <Trans
            key="spread"
            i18nKey={spread.apart ? "finding.spreadKept" : "finding.spreadKeptOverlap"}
            values={{
              column: info.column(early.column),
              high: group(spread.high.group),
              highShare: share.share(spread.high.at),
              highInterval: share.interval(spread.high.at),
              low: group(spread.low.group),
              lowShare: share.share(spread.low.at),
              lowInterval: share.interval(spread.low.at),
            }}
            components={{ high: <strong />, low: <strong />, highShare: side(spread.high), lowShare: side(spread.low), n: <span className="nowrap" /> }}
          />
        ),
        found.few && <span key="few">{t("finding.few")}</span>,
      ]}
    />
  );
}
