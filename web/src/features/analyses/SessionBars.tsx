// Sessions by length, channel, customer, entry and exit: bars beside their numbers, each of which opens to its people.
import { useTranslation } from "react-i18next";

import type { SessionsNumbers } from "../../api/types";
import { useChannelName } from "../../ui/channel";
import { useFormat } from "../../ui/format";
import { Figure } from "../../ui/answer/figure";
import type { FigureInfo } from "../../ui/answer/figure";
import { useSessionInfo, useSessionLength } from "./sessionsInfo";

/** Rows shown; the table has all. */
const BARS = 12;

export interface BarRow {
  name: string;
  count: number;
  share: number;
  /** What opens the number; absent where it stands for no group of people. */
  info?: FigureInfo;
  note?: string;
}

/** Of all sessions. */
function of(numbers: SessionsNumbers, count: number): number {
  return count / Math.max(1, numbers.sessions.instances);
}

/** What the bars of an answer are of. */
export function useSessionBars(): Record<"lengths" | "channels" | "customers", (numbers: SessionsNumbers) => BarRow[]> & { labels: (numbers: SessionsNumbers, what: "entry" | "exit") => BarRow[] } {
  const { t } = useTranslation();
  const format = useFormat();
  const channelName = useChannelName();
  const length = useSessionLength();
  const info = useSessionInfo();
  return {
    lengths: (numbers) => numbers.lengths.map((each) => ({ name: length(each), count: each.subjects, share: of(numbers, each.subjects), info: info.part("length", length(each), each.pick) })),
    channels: (numbers) =>
      numbers.channels.map(({ channel, sessions, bounce, duration }) => ({
        name: channelName(channel),
        count: sessions.instances,
        share: of(numbers, sessions.instances),
        info: info.part("channel", channelName(channel), sessions.pick),
        note: t("sessions.channelText", { bounce: format.percent(bounce.share), time: format.duration(duration.median_s) }),
      })),
    customers: ({ per_customer: { counts }, sessions }) =>
      counts.map((each) => ({ name: t("count.sessions", { count: each.sessions, n: format.whole(each.sessions) }), count: each.customers, share: each.customers / Math.max(1, sessions.customers) })),
    labels: (numbers, what) => (what === "entry" ? numbers.entries : numbers.exits).map((each) => ({ name: each.label, count: each.subjects, share: of(numbers, each.subjects), info: info.label(each, what) })),
  };
}

export function SessionBars({ id, title, note, rows }: { id: string; title: string; note?: string; rows: readonly BarRow[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const most = Math.max(1, ...rows.map(({ count }) => count));
  const said = [note, rows.length > BARS ? t("groups.more", { shown: BARS, all: rows.length }) : ""].filter(Boolean).join(" · ");
  return (
    <section className="card" aria-labelledby={`sessions-${id}`}>
      <header className="section-head">
        <h2 id={`sessions-${id}`}>{title}</h2>
        {said && <p className="section-note">{said}</p>}
      </header>
      <ul className="label-bars">
        {rows.slice(0, BARS).map((row) => (
          <li key={row.name}>
            <span className="label-bars-name">{row.name}</span>
            <span className="label-bars-track" aria-hidden>
              <span style={{ width: `${(row.count / most) * 100}%` }} />
            </span>
            <span className="numeric">
              {row.info ? <Figure info={row.info} text={format.count(row.count)} full={format.whole(row.count)} /> : format.count(row.count)}
              <span className="sub"> {format.percent(row.share)}</span>
              {row.note && <span className="sub label-bars-note">{row.note}</span>}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
