// A customer's events by day, newest first, each with its touchpoint and stage where a journey is marked.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { journeyQuery } from "../../api/queries";
import type { TimelineEvent } from "../../api/types";
import { useChannelName } from "../../ui/channel";
import { useCount } from "../../ui/count";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { plain } from "../../ui/plain";
import { details } from "./details";

/** Details shown without opening the event. */
const SHOWN = 3;

interface Props {
  workspace: string;
  journey: string | null;
  version: number | null;
  events: TimelineEvent[];
  zone: string;
}

/** Stages and touchpoints by id: their names, and the stage's place in the typical order. */
function useNames(workspace: string, journey: string | null, version: number | null) {
  const localized = useLocalized();
  const definition = useQuery({ ...journeyQuery(workspace, journey ?? "", version), enabled: journey !== null }).data?.journey;
  return {
    stage: (id: string) => {
      const index = definition?.stages.findIndex((stage) => stage.id === id) ?? -1;
      return { name: localized(definition?.stages[index]?.name) || id, order: index + 1 };
    },
    touchpoint: (id: string) => {
      const all = definition?.stages.flatMap((stage) => stage.touchpoints) ?? [];
      return localized(all.find((touchpoint) => touchpoint.id === id)?.name) || id;
    },
  };
}

export function EventList({ workspace, journey, version, events, zone }: Props) {
  const format = useFormat();
  const count = useCount();
  const names = useNames(workspace, journey, version);
  const days = new Map<string, TimelineEvent[]>();
  for (const event of events) {
    const day = format.date(event.time_us, zone);
    days.set(day, [...(days.get(day) ?? []), event]);
  }
  return (
    <ol className="card">
      {[...days].map(([day, ofDay]) => (
        <li key={day} className="day">
          <h2>
            {day} {ofDay.length > 1 && <span className="sub">{count("events", ofDay.length)}</span>}
          </h2>
          <ol className="events">
            {ofDay.map((event) => (
              <EventRow key={event.event_id} event={event} zone={zone} names={names} />
            ))}
          </ol>
        </li>
      ))}
    </ol>
  );
}

function EventRow({ event, zone, names }: { event: TimelineEvent; zone: string; names: ReturnType<typeof useNames> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const channelName = useChannelName();
  const all = details(event);
  const stage = event.stage ? names.stage(event.stage) : null;
  return (
    <li className={stage ? "event" : "event outside"}>
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
    </li>
  );
}
