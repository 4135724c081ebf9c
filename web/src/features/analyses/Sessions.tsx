// Sessions: how many, how long, how many of a single event; by length, channel, day and customer; where they begin and end.
import { useId, useState } from "react";
import { Trans, useTranslation } from "react-i18next";

import type { SessionsAnswer, WorkspaceInfo } from "../../api/types";
import { Button } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { AnalysisFrame } from "./AnalysisFrame";
import { Figure, Said } from "../../ui/answer/figure";
import { AnswerTables } from "../../ui/answer/AnswerTables";
import { sessionsFinding } from "./finding";
import type { GroupOf } from "./groups";
import { useGroupWords } from "./groups";
import { wilson } from "./interval";
import { usePeople } from "./labels";
import { Sentences, useShareText } from "./Sentence";
import { SessionBars, useSessionBars } from "./SessionBars";
import { SessionDays } from "./SessionDays";
import { FurtherRules, TimeoutPicker } from "./SessionRulesEditor";
import { furtherRules, givenRules } from "./sessionRules";
import { useSessionInfo } from "./sessionsInfo";
import { useSessionTables } from "./sessionsTables";
import type { AnswerTable } from "../../ui/answer/table";
import { sessionsOf } from "./view";
import type { SessionsView, Unit } from "./view";

interface Props {
  workspace: WorkspaceInfo;
  view: SessionsView;
  onChange: (change: Partial<SessionsView>) => void;
}

export default function Sessions({ workspace, view, onChange }: Props) {
  const group = useGroupWords(view.by?.dimension);
  const tables = useSessionTables(group);
  return (
    <AnalysisFrame<SessionsView>
      workspace={workspace}
      view={view}
      onChange={onChange}
      editor={<Editor workspace={workspace} view={view} onChange={onChange} />}
      everyone={(answer) => answer.sessions}
      finding={(answer) => <SessionsSentence answer={answer} view={view} />}
      chart={(answer) => <Overview answer={answer} comparison={tables(answer)[0]} />}
      tables={tables}
    />
  );
}

function Editor({ workspace, view, onChange }: Props) {
  const { t } = useTranslation();
  const more = furtherRules(view);
  const [open, setOpen] = useState(more > 0);
  const id = useId();
  return (
    <section className="card editor" aria-label={t("sessions.edit")}>
      <div className="scope">
        <TimeoutPicker timeout={view.timeout} onChange={(timeout) => onChange({ timeout })} />
        <Button look="quiet" aria-expanded={open} aria-controls={id} onPress={() => setOpen(!open)}>
          {more > 0 ? t("rules.moreN", { n: more }) : t("rules.more")}
        </Button>
      </div>
      <div id={id} className="editor-more" hidden={!open}>
        {open && (
          <>
            <FurtherRules workspace={workspace} rules={givenRules(view)} onChange={onChange} />
            <p className="editor-note">{t("rules.goAlong")}</p>
          </>
        )}
      </div>
    </section>
  );
}

function SessionsSentence({ answer, view }: { answer: SessionsAnswer; view: SessionsView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const unit: Unit = sessionsOf(view) ?? { of: "customer" };
  const people = usePeople(unit);
  const share = useShareText();
  const info = useSessionInfo();
  const group = useGroupWords(view.by?.dimension);
  const found = sessionsFinding(answer);
  if (found.kind === "nobody") return t("analysis.nobody");
  const { bounced, entry, spread } = found;
  const first = answer.entries.find(({ label }) => label === entry?.label);
  const side = (of: GroupOf, text: string) => {
    const numbers = answer.groups?.find((each) => each.group === "value" && each.value === of.value);
    return numbers ? <Said info={info.number(numbers, "bounces", group(of))} text={text} /> : <span />;
  };
  return (
    <Sentences
      of={[
        <Trans
          key="sessions"
          i18nKey="finding.sessions"
          values={{ all: people(answer.sessions), time: format.duration(answer.duration.median_s), share: share.share(bounced), interval: share.interval(bounced) }}
          components={{ all: <Said info={info.number(answer, "sessions")} text={people(answer.sessions)} />, share: <Said info={info.number(answer, "bounces")} text={share.share(bounced)} />, n: <span className="nowrap" /> }}
        />,
        entry && first && (
          <Trans
            key="entry"
            i18nKey="finding.sessionsEntry"
            values={{ label: entry.label, share: share.share(entry.at), interval: share.interval(entry.at) }}
            components={{ label: <strong />, share: <Said info={info.label(first, "entry")} text={share.share(entry.at)} />, n: <span className="nowrap" /> }}
          />
        ),
        spread && (
          <Trans
            key="spread"
            i18nKey={spread.apart ? "finding.spreadBounce" : "finding.spreadBounceOverlap"}
            values={{
              high: group(spread.high.group),
              highShare: share.share(spread.high.at),
              low: group(spread.low.group),
              lowShare: share.share(spread.low.at),
              highInterval: share.interval(spread.high.at),
              lowInterval: share.interval(spread.low.at),
            }}
            components={{ high: <strong />, low: <strong />, highShare: side(spread.high.group, share.share(spread.high.at)), lowShare: side(spread.low.group, share.share(spread.low.at)), n: <span className="nowrap" /> }}
          />
        ),
        found.few && <span key="few">{t("finding.few")}</span>,
      ]}
    />
  );
}

function Overview({ answer, comparison }: { answer: SessionsAnswer; comparison: AnswerTable | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const share = useShareText();
  const info = useSessionInfo();
  const rows = useSessionBars();
  const bounced = wilson(answer.bounces.instances, answer.sessions.instances);
  const { duration, per_customer: each } = answer;
  const perCustomerText = t("sessions.eachText", { mean: format.decimal(each.mean), median: format.decimal(each.median), p90: format.decimal(each.p90) });
  return (
    <div className="analysis-body">
      <dl className="card facts">
        <div>
          <dt>{t("sessions.sessions")}</dt>
          <dd className="total-number">
            <Figure info={info.number(answer, "sessions")} text={format.count(answer.sessions.instances)} full={format.whole(answer.sessions.instances)} />
          </dd>
          <dd className="sub">{t("count.customers", { count: answer.sessions.customers, n: format.whole(answer.sessions.customers) })}</dd>
        </div>
        <div>
          <dt>{t("sessions.bounceRate")}</dt>
          <dd className="total-number">
            <Figure info={info.number(answer, "bounces")} text={format.percent(bounced?.share)} />
          </dd>
          <dd className="sub">{share.interval(bounced)}</dd>
        </div>
        <div>
          <dt>{t("sessions.duration")}</dt>
          <dd className="total-number">{format.duration(duration.median_s)}</dd>
          <dd className="sub">{t("totals.p90", { time: format.duration(duration.p90_s) })}</dd>
        </div>
        <div>
          <dt>{t("sessions.eventsEach")}</dt>
          <dd className="total-number">{format.decimal(answer.events_mean)}</dd>
          <dd className="sub">{t("sessions.eventsText", { median: format.decimal(answer.events_median), p90: format.decimal(answer.events_p90) })}</dd>
        </div>
        <div>
          <dt>{t("sessions.perCustomer")}</dt>
          <dd className="total-number">{format.decimal(each.median)}</dd>
          <dd className="sub">{t("sessions.eachP90", { p90: format.decimal(each.p90) })}</dd>
        </div>
        <div>
          <dt>{t("sessions.open")}</dt>
          <dd className="total-number">
            <Figure info={info.number(answer, "open")} text={format.count(answer.open.instances)} full={format.whole(answer.open.instances)} />
          </dd>
        </div>
      </dl>
      <div className="chart-pair">
        <SessionBars id="lengths" title={t("sessions.lengths")} rows={rows.lengths(answer)} />
        <SessionBars id="channels" title={t("sessions.channels")} note={t("sessions.channelsNote")} rows={rows.channels(answer)} />
      </div>
      <SessionDays days={answer.days} />
      <div className="chart-pair">
        <SessionBars id="entry" title={t("sessions.entry")} rows={rows.labels(answer, "entry")} />
        <SessionBars id="exit" title={t("sessions.exit")} rows={rows.labels(answer, "exit")} />
        <SessionBars id="customers" title={t("sessions.perCustomer")} note={perCustomerText} rows={rows.customers(answer)} />
      </div>
      {comparison && comparison.rows.length > 1 && <AnswerTables tables={[comparison]} />}
    </div>
  );
}
