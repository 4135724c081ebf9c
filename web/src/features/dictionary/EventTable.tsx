// Events by name: how many, since when, from where, and whether something is wrong with them.
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { DictionaryAnswer, DictionaryEvent } from "../../api/types";
import { Sparkline } from "../../charts/DayBars";
import { useChannelName } from "../../ui/channel";
import { NOTHING, useFormat } from "../../ui/format";
import { SortHead } from "../../ui/SortHead";
import type { Sorting } from "../../ui/SortHead";
import { useSparkText } from "../../ui/spark";
import { TableScroll } from "../../ui/TableScroll";
import { ordered } from "./list";
import { StatusBadge } from "./StatusBadge";

/** Sources named in a row: so many are all named, else the first and how many they are. The page of the event names each. */
const SOURCES_MOST = 3;
const SOURCES_FIRST = 2;

type Column = "name" | "count" | "last_us" | "properties" | "findings";

export function EventTable({ workspace, answer, events }: { workspace: string; answer: DictionaryAnswer; events: readonly DictionaryEvent[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const spark = useSparkText();
  const channelName = useChannelName();
  const named = (names: readonly string[]) =>
    names.length <= SOURCES_MOST
      ? names.join(t("common.comma"))
      : t("list.more", { list: names.slice(0, SOURCES_FIRST).join(t("common.comma")), n: format.whole(names.length) });
  const [by, setBy] = useState<Sorting<Column> | null>(null);
  const head = (column: Column, numeric = true) => <SortHead column={column} name={t(`dictionary.${column}`)} numeric={numeric} by={by} onSort={setBy} />;
  return (
    <section className="card" aria-labelledby="events-title">
      <header className="section-head">
        <h2 id="events-title">{t("dictionary.show.events")}</h2>
        <span className="sub" role="status">
          {t("dictionary.eventsOf", { n: format.whole(events.length), count: format.whole(answer.events) })}
          {answer.events_beyond > 0 && ` · ${t("dictionary.beyond", { n: format.whole(answer.events_beyond) })}`}
        </span>
      </header>
      <TableScroll labelledBy="events-title">
        <table className="table">
          <thead>
            <tr>
              {head("name", false)}
              {head("count")}
              <th scope="col">{t("dictionary.recent", { n: answer.days.length })}</th>
              {head("last_us")}
              <th scope="col">{t("dictionary.from")}</th>
              {head("properties")}
              {head("findings")}
            </tr>
          </thead>
          <tbody>
            {ordered(events, by).map((event) => (
              <tr key={event.name}>
                <th scope="row">
                  <Link to="/w/$workspace/dictionary/$event" params={{ workspace, event: event.name }}>
                    {event.note?.title || event.name}
                  </Link>
                  {event.note?.title && (
                    <>
                      {" "}
                      <code className="sub">{event.name}</code>
                    </>
                  )}{" "}
                  <StatusBadge status={event.note?.status} />
                </th>
                <td className="numeric">{format.whole(event.count)}</td>
                <td>
                  <Sparkline values={event.days} label={spark("days", event.days)} />
                </td>
                <td className="moment numeric">{event.last_us == null ? NOTHING : format.dateTime(event.last_us, answer.zone)}</td>
                <td className="dictionary-from">
                  {event.channels.map(channelName).join(t("common.comma")) || NOTHING} <span className="sub">{named(event.sources)}</span>
                </td>
                <td className="numeric">{format.whole(event.properties)}</td>
                <td className="numeric">{event.findings > 0 ? <span className="badge badge-bad">{format.whole(event.findings)}</span> : format.whole(0)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
      {events.length === 0 && <p className="dictionary-none">{t("dictionary.noMatch")}</p>}
    </section>
  );
}
