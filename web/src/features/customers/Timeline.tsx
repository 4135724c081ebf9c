// A customer's events, newest first, by session, each with its touchpoint and stage where a journey is marked. Only what is in
// sight is asked for and drawn, so a life of a hundred thousand events is gone through like one of ten. What comes meanwhile comes
// on top: at the top it is seen at once, further down what is read stays where it is and a button leads to the new.
import { useQueries, useQuery } from "@tanstack/react-query";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import type { Ref, RefObject } from "react";
import { ArrowUp } from "lucide-react";
import { memo, useCallback, useId, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { useTranslation } from "react-i18next";

import type { Life } from "../../api/customers";
import { TIMELINE_PAGE, timelineQuery } from "../../api/customers";
import type { TimelineEvent } from "../../api/types";
import { useChannelName } from "../../ui/channel";
import { Button } from "../../ui/Controls";
import { useCount } from "../../ui/count";
import { useFormat } from "../../ui/format";
import { plain } from "../../ui/plain";
import { Failure } from "../../ui/States";
import { details, placed } from "./details";
import { SessionHead } from "./SessionHead";
import type { KeptFold } from "./sessions";
import { eventOf, foldsOf, keep, rowOf, rowsOf, stretches } from "./sessions";
import type { StageNames } from "./stages";

/** Details shown without opening the event. */
const SHOWN = 3;
/** Height of an event on one line. */
const ROW_PX = 34;
/** Events drawn beyond the edges of the window. */
const BEYOND = 15;

const estimated = () => ROW_PX;

export interface TimelineHandle {
  /** Brings an event to the top: 0 is the newest. */
  show: (index: number) => void;
}

interface Props {
  life: Life;
  /** Events there are. */
  total: number;
  zone: string;
  names: StageNames;
  /** Told the moment of the first event in sight. */
  onSight: (us: number) => void;
  /** What may cover the top of the window. */
  above: RefObject<HTMLElement | null>;
  ref: Ref<TimelineHandle>;
}

/** An event's height, with that of the head above the first of a session. */
function heightOf(row: Element): number {
  const head = row.classList.contains("session") || row.previousElementSibling ? null : row.parentElement?.previousElementSibling;
  return (row as HTMLElement).offsetHeight + ((head as HTMLElement | null)?.offsetHeight ?? 0);
}

/** How much of the top of the window is covered. */
function covered(above: HTMLElement | null): number {
  return above && getComputedStyle(above).position === "sticky" ? above.offsetHeight : 0;
}

export function Timeline({ life, total, zone, names, onSight, above, ref }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const list = useRef<HTMLOListElement>(null);
  const [top, setTop] = useState(0);
  const [padding, setPadding] = useState(0);
  const [kept, setKept] = useState<readonly KeptFold[]>([]);
  /** Events there were at first: the pages are counted among these. */
  const [since] = useState(total);
  /** Whether the newest event is out of sight above. */
  const [away, setAway] = useState(false);
  /** Events there were when the newest was last in sight. */
  const [seen, setSeen] = useState(total);
  const id = useId();
  const count = useCount();
  const newest = useQuery(timelineQuery(life, 0)).data;
  const arrived = total - since;
  const folds = useMemo(() => foldsOf(kept, total, placed(newest ? [newest] : [], total)), [kept, total, newest]);
  /** How many are older: what an event is called that others may come before. */
  const older = useCallback((index: number) => total - 1 - index, [total]);
  // What was measured belongs to its event, whatever is folded or comes above it. Another function has all rows measured anew.
  const keyOf = useCallback((row: number) => older(eventOf(row, folds)), [older, folds]);
  // What it gives changes with the scroll and is handed to nothing that is remembered.
  // oxlint-disable-next-line react/incompatible-library
  const rows = useWindowVirtualizer({
    count: rowsOf(total, folds),
    estimateSize: estimated,
    overscan: BEYOND,
    scrollMargin: top,
    scrollPaddingStart: padding,
    measureElement: heightOf,
    getItemKey: keyOf,
    // What is in sight stays there when others come above it, unless that is the newest.
    anchorTo: away ? "end" : "start",
  });
  useLayoutEffect(() => setTop((list.current?.getBoundingClientRect().top ?? 0) + window.scrollY), [total]);
  const show = (index: number) => {
    // It has to be known before the way to the event is worked out.
    flushSync(() => setPadding(covered(above.current)));
    rows.scrollToIndex(rowOf(index, folds), { align: "start" });
  };
  useImperativeHandle(ref, () => ({ show }));
  const items = rows.getVirtualItems();
  const [first, last] = [items[0], items.at(-1)];
  const indices = items.map(({ index }) => eventOf(index, folds));
  // The event before the first tells whether a session begins with it.
  const wanted = [Math.max(0, (indices[0] ?? 0) - 1), ...indices].filter((index) => index >= (newest?.events.length ?? 0));
  const pages = [...new Set(wanted.map((index) => Math.floor((index - arrived) / TIMELINE_PAGE)))];
  const answers = useQueries({ queries: pages.map((page) => timelineQuery(life, page, since, arrived)) });
  const failed = answers.find((answer) => answer.error);
  const parts = [...answers.map((answer) => answer.data), newest].filter((part) => part !== undefined);
  const events = placed(parts, total);
  const inSight = (row: number) => {
    setAway(row > 0);
    if (row === 0) setSeen(total);
  };
  // The first that is in sight, not the first that is drawn.
  useLayoutEffect(() => {
    const edge = (rows.scrollOffset ?? 0) + covered(above.current) + 1;
    const sight = items.find(({ end }) => end > edge)?.index;
    const at = sight === undefined ? undefined : events.get(eventOf(sight, folds))?.time_us;
    if (at !== undefined) onSight(at);
    if (sight !== undefined) inSight(sight);
  });
  const toNewest = () => {
    list.current?.focus({ preventScroll: true });
    show(0);
  };
  const day = (index: number) => {
    const event = events.get(index);
    return event && format.date(event.time_us, zone);
  };
  const row = (index: number) => rowOf(index, folds);
  const head = (session: number, from: number) => {
    const latest = events.get(from);
    const folded = folds.some((fold) => fold.from === from);
    const fold = (to: number) => setKept(folded ? kept.filter((other) => other.session !== session) : [...kept, keep({ session, from, to }, total)]);
    return latest && <SessionHead id={`${id}-${session}`} life={life} session={session} newest={latest} from={from} total={total} zone={zone} folded={folded} onFold={fold} />;
  };
  return (
    <>
      {failed?.error && <Failure error={failed.error} retry={() => void failed.refetch()} />}
      <h2 className="visually-hidden">{t("customer.timeline")}</h2>
      <ol className="card timeline" ref={list} tabIndex={-1} aria-label={t("customer.timeline")} style={{ paddingTop: first ? first.start - top : 0, paddingBottom: last ? Math.max(0, rows.getTotalSize() - (last.end - top)) : 0 }}>
        {stretches(indices, events).map(({ session, begins, indices: [from = 0, ...rest] }) => {
          const folded = folds.some((fold) => fold.from === from);
          const named = session !== null && begins;
          if (named && folded) {
            return (
              <li key={session} className="session folded" ref={rows.measureElement} data-index={row(from)}>
                {head(session, from)}
              </li>
            );
          }
          return (
            <li key={session ?? `from ${older(from)}`} className="session">
              {named && head(session, from)}
              <ol {...(named ? { "aria-labelledby": `${id}-${session}` } : { "aria-label": t("customer.sessionRest") })}>
                {[from, ...rest].map((index) => {
                  const event = events.get(index);
                  // The head of a session says the day it was.
                  const turns = event !== undefined && index !== from && day(index) !== day(index - 1);
                  return (
                    <li key={older(index)} ref={rows.measureElement} data-index={row(index)} aria-posinset={index + 1} aria-setsize={total} className={["event", !event?.stage && "outside"].filter(Boolean).join(" ")}>
                      {event ? <Row event={event} day={turns || (index === from && !named)} zone={zone} names={names} /> : <span className="skeleton event-skeleton" aria-hidden />}
                    </li>
                  );
                })}
              </ol>
            </li>
          );
        })}
      </ol>
      <div className="timeline-news">
        <p role="status" className="visually-hidden">
          {away && total > seen && t("customer.new", { events: count("events", total - seen) })}
        </p>
        {away && total > seen && (
          <Button onPress={toNewest}>
            <ArrowUp size={14} aria-hidden />
            {t("customer.new", { events: count("events", total - seen) })}
          </Button>
        )}
      </div>
    </>
  );
}

/** A scroll goes through those that stand already at every step. */
const Row = memo(function Row({ event, day, zone, names }: { event: TimelineEvent; /** Whether the day stands with it. */ day: boolean; zone: string; names: StageNames }) {
  const { t } = useTranslation();
  const format = useFormat();
  const channelName = useChannelName();
  const all = details(event);
  const stage = event.stage ? names.stage(event.stage) : null;
  return (
    <>
      <time dateTime={new Date(event.time_us / 1000).toISOString()}>
        {day && <span className="event-day">{format.date(event.time_us, zone)}</span>}
        {format.time(event.time_us, zone)}
      </time>
      <span className="event-stage">
        {stage && (
          <span className="badge badge-accent">
            {stage.order} {stage.name}
          </span>
        )}
      </span>
      <span className="event-main">
        <span className="event-name">{event.touchpoint ? names.touchpoint(event.touchpoint) : event.event}</span>
        {event.touchpoint && <code>{event.event}</code>}
        <span className="badge">{channelName(event.channel)}</span>
        {all.slice(0, SHOWN).map(([key, value]) => (
          <span key={key} className="event-detail">
            <span className="event-key">{key}</span> {value}
          </span>
        ))}
        {(all.length > SHOWN || event.items.length > 0) && (
          <details>
            <summary>{t("customer.more", { n: format.whole(Math.max(0, all.length - SHOWN) + event.items.length) })}</summary>
            <dl className="event-all">
              {all.map(([key, value]) => (
                <div key={key}>
                  <dt>{key}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
              {event.items.map((item, index) => (
                // Items have no id of their own and never change their order.
                // oxlint-disable-next-line react/no-array-index-key
                <div key={index}>
                  <dt>{t("customer.item", { n: index + 1 })}</dt>
                  <dd>{plain(item)}</dd>
                </div>
              ))}
            </dl>
          </details>
        )}
      </span>
    </>
  );
});
