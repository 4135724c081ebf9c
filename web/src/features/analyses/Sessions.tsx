// Sessions: how many, how long, how many of a single event, and where they begin and end.
import { Trans, useTranslation } from "react-i18next";

import type { LabelCount, SessionsAnswer, SessionsNumbers, WorkspaceInfo } from "../../api/types";
import { useFormat } from "../../ui/format";
import { AnalysisFrame } from "./AnalysisFrame";
import type { FigureInfo } from "./answer";
import { Figure, Said } from "./answer";
import { AnswerTables } from "./AnswerTables";
import { sessionsFinding } from "./finding";
import type { GroupOf } from "./groups";
import { shownGroups, useGroupWords } from "./groups";
import { wilson } from "./interval";
import { usePeople } from "./labels";
import { TimeoutPicker } from "./ScopeBar";
import { Sentences, useShareText } from "./Sentence";
import type { AnswerTable, Cell } from "./table";
import { named } from "./table";
import type { SessionsView, Unit } from "./view";

interface Props {
  workspace: WorkspaceInfo;
  view: SessionsView;
  onChange: (change: Partial<SessionsView>) => void;
}

/** Names shown beside their bars; the table has all. */
const BARS = 10;

export default function Sessions({ workspace, view, onChange }: Props) {
  const { t } = useTranslation();
  const group = useGroupWords(view.by?.dimension);
  const tables = useTables(group);
  return (
    <AnalysisFrame<SessionsView>
      workspace={workspace}
      view={view}
      onChange={onChange}
      editor={
        <div className="scope" role="group" aria-label={t("sessions.edit")}>
          <TimeoutPicker timeout={view.timeout} onChange={(timeout) => onChange({ timeout })} />
        </div>
      }
      everyone={(answer) => answer.sessions}
      finding={(answer) => <SessionsSentence answer={answer} view={view} />}
      chart={(answer) => <Overview answer={answer} comparison={tables(answer)[0]} />}
      tables={tables}
    />
  );
}

type Number = "sessions" | "bounces";

function useInfo(): { number: (numbers: SessionsNumbers, what: Number, of?: string) => FigureInfo; label: (each: LabelCount, what: "entry" | "exit") => FigureInfo } {
  const { t } = useTranslation();
  return {
    number: (numbers, what, of) => ({ title: [t(`sessions.${what}`), of].filter(Boolean).join(" · "), definition: t(`define.sessions.${what}`), pick: numbers[what].pick }),
    label: ({ label, pick }, what) => ({ title: t(`sessions.${what}Of`, { label }), definition: t(`define.sessions.${what}`), pick }),
  };
}

function SessionsSentence({ answer, view }: { answer: SessionsAnswer; view: SessionsView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const unit: Unit = { of: "session", timeout: view.timeout };
  const people = usePeople(unit);
  const share = useShareText();
  const info = useInfo();
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
  const info = useInfo();
  const bounced = wilson(answer.bounces.instances, answer.sessions.instances);
  const { duration } = answer;
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
          <dd className="sub">{t("count.events", { count: answer.events, n: format.whole(answer.events) })}</dd>
        </div>
      </dl>
      <div className="chart-pair">
        <Bars counts={answer.entries} what="entry" all={answer.sessions.instances} />
        <Bars counts={answer.exits} what="exit" all={answer.sessions.instances} />
      </div>
      {comparison && comparison.rows.length > 1 && <AnswerTables tables={[comparison]} />}
    </div>
  );
}

function Bars({ counts, what, all }: { counts: readonly LabelCount[]; what: "entry" | "exit"; all: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const info = useInfo();
  const most = Math.max(1, ...counts.map(({ subjects }) => subjects));
  return (
    <section className="card" aria-labelledby={`sessions-${what}`}>
      <header className="section-head">
        <h2 id={`sessions-${what}`}>{t(`sessions.${what}`)}</h2>
        {counts.length > BARS && <p className="section-note">{t("groups.more", { shown: BARS, all: counts.length })}</p>}
      </header>
      <ul className="label-bars">
        {counts.slice(0, BARS).map((each) => (
          <li key={each.label}>
            <span className="label-bars-name">{each.label}</span>
            <span className="label-bars-track" aria-hidden>
              <span style={{ width: `${(each.subjects / most) * 100}%` }} />
            </span>
            <span className="numeric">
              <Figure info={info.label(each, what)} text={format.count(each.subjects)} full={format.whole(each.subjects)} />
              <span className="sub"> {format.percent(each.subjects / all)}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function useTables(group: (of: GroupOf) => string): (answer: SessionsAnswer) => AnswerTable[] {
  const { t } = useTranslation();
  const format = useFormat();
  const share = useShareText();
  const info = useInfo();
  const row = (numbers: SessionsNumbers, name: string, of?: string): Cell[] => {
    const bounced = wilson(numbers.bounces.instances, numbers.sessions.instances);
    const count = (what: Number): Cell => ({ value: numbers[what].instances, text: format.whole(numbers[what].instances), info: info.number(numbers, what, of) });
    const time = (seconds: number | null | undefined): Cell => ({ value: seconds ?? null, text: format.duration(seconds) });
    return [
      named(name),
      count("sessions"),
      { value: numbers.sessions.customers, text: format.whole(numbers.sessions.customers) },
      count("bounces"),
      { value: bounced?.share ?? null, text: format.percent(bounced?.share), note: share.interval(bounced) },
      { value: numbers.events, text: format.whole(numbers.events) },
      { value: numbers.events_mean ?? null, text: format.decimal(numbers.events_mean) },
      time(numbers.duration.median_s),
      time(numbers.duration.mean_s),
      time(numbers.duration.p90_s),
    ];
  };
  const counts = (id: "entry" | "exit", rows: readonly LabelCount[], all: number): AnswerTable => ({
    id,
    title: t(`sessions.${id}`),
    columns: [{ name: t("paths.name") }, { name: t("sessions.sessions"), numeric: true }, { name: t("paths.shareOfAll"), numeric: true }],
    rows: rows.map((each) => [
      named(each.label),
      { value: each.subjects, text: format.whole(each.subjects), info: info.label(each, id) },
      { value: each.subjects / all, text: format.percent(each.subjects / all) },
    ]),
  });
  return (answer) => [
    {
      id: "metrics",
      title: t("sessions.metrics"),
      columns: [
        { name: t("groups.group") },
        ...(["sessions", "customers", "bounces", "bounceRate", "events", "eventsEach", "duration", "durationMean", "durationP90"] as const).map((key) => ({ name: t(`sessions.${key}`), numeric: true })),
      ],
      rows: [
        row(answer, t("groups.all")),
        ...shownGroups(answer.groups, ({ sessions }) => sessions.instances).map((each) => row(each, group(each), group(each))),
      ],
    },
    counts("entry", answer.entries, answer.sessions.instances),
    counts("exit", answer.exits, answer.sessions.instances),
  ];
}
