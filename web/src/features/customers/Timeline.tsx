// A customer's events, newest first, each with its touchpoint and stage where a journey is marked. Only what is in sight is
// asked for and drawn, so a life of a hundred thousand events is gone through like one of ten.
import { useQueries } from "@tanstack/react-query";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import type { Ref, RefObject } from "react";
import { useImperativeHandle, useLayoutEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { useTranslation } from "react-i18next";

import type { Life } from "../../api/customers";
import { TIMELINE_PAGE, timelineQuery } from "../../api/customers";
import type { TimelineEvent } from "../../api/types";
import { useChannelName } from "../../ui/channel";
import { useFormat } from "../../ui/format";
import { plain } from "../../ui/plain";
import { Failure } from "../../ui/States";
import { details, placed } from "./details";
import type { StageNames } from "./stages";

/** Details shown without opening the event. */
const SHOWN = 3;
/** Height of an event on one line. */
const ROW_PX = 34;
/** Events drawn beyond the edges of the window. */
const BEYOND = 15;

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
  // What it gives changes with the scroll and is handed to nothing that is remembered.
  // oxlint-disable-next-line react/incompatible-library
  const rows = useWindowVirtualizer({ count: total, estimateSize: () => ROW_PX, overscan: BEYOND, scrollMargin: top, scrollPaddingStart: padding });
  useLayoutEffect(() => setTop((list.current?.getBoundingClientRect().top ?? 0) + window.scrollY), [total]);
  useImperativeHandle(
    ref,
    () => ({
      show: (index) => {
        // It has to be known before the way to the event is worked out.
        flushSync(() => setPadding(covered(above.current)));
        rows.scrollToIndex(index, { align: "start" });
      },
    }),
    [rows, above],
  );
  const items = rows.getVirtualItems();
  const [first, last] = [items[0], items.at(-1)];
  const pages = [...new Set(items.map(({ index }) => Math.floor(index / TIMELINE_PAGE)))];
  const answers = useQueries({ queries: pages.map((page) => timelineQuery(life, page)) });
  const failed = answers.find((answer) => answer.error);
  const events = placed(pages.map((page, nth) => ({ page, events: answers[nth]?.data?.events ?? [] })), TIMELINE_PAGE);
  // The first that is in sight, not the first that is drawn.
  useLayoutEffect(() => {
    const edge = (rows.scrollOffset ?? 0) + covered(above.current) + 1;
    const sight = items.find(({ end }) => end > edge)?.index;
    const seen = sight === undefined ? undefined : events.get(sight)?.time_us;
    if (seen !== undefined) onSight(seen);
  });
  const day = (index: number) => {
    const event = events.get(index);
    return event && format.date(event.time_us, zone);
  };
  return (
    <>
      {failed?.error && <Failure error={failed.error} retry={() => void failed.refetch()} />}
      <ol className="card timeline" ref={list} aria-label={t("customer.timeline")} style={{ paddingTop: first ? first.start - top : 0, paddingBottom: last ? Math.max(0, rows.getTotalSize() - (last.end - top)) : 0 }}>
        {items.map(({ index }) => {
          const [event, newer] = [events.get(index), events.get(index - 1)];
          const begins = event !== undefined && (index === first?.index || day(index) !== day(index - 1));
          const apart = event?.session != null && newer?.session != null && event.session !== newer.session;
          return (
            <li key={index} ref={rows.measureElement} data-index={index} aria-posinset={index + 1} aria-setsize={total} className={["event", !event?.stage && "outside", begins && "day-begins", apart && "session-begins"].filter(Boolean).join(" ")}>
              {event ? <Row event={event} begins={begins} zone={zone} names={names} /> : <span className="skeleton event-skeleton" aria-hidden />}
            </li>
          );
        })}
      </ol>
    </>
  );
}

function Row({ event, begins, zone, names }: { event: TimelineEvent; begins: boolean; zone: string; names: StageNames }) {
  const { t } = useTranslation();
  const format = useFormat();
  const channelName = useChannelName();
  const all = details(event);
  const stage = event.stage ? names.stage(event.stage) : null;
  return (
    <>
      <span className="event-day">{begins && format.date(event.time_us, zone)}</span>
      <time dateTime={new Date(event.time_us / 1000).toISOString()}>{format.time(event.time_us, zone)}</time>
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
}
