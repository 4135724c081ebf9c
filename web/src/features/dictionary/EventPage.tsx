// One event of the dictionary: what it means, how many each day, who sends it, and what comes with it.
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Download, Pencil } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { dictionaryEventQuery } from "../../api/dictionary";
import type { DictionaryEntry } from "../../api/types";
import { DayBars } from "../../charts/DayBars";
import { Allowed } from "../../ui/Allowed";
import { useChannelName } from "../../ui/channel";
import { Button } from "../../ui/Controls";
import { saveCsv } from "../../ui/download";
import { NOTHING, useFormat } from "../../ui/format";
import { Failure, Progress } from "../../ui/States";
import { TableScroll } from "../../ui/TableScroll";
import { usePageTitle } from "../../ui/title";
import { EventProperties } from "./EventProperties";
import { entryLines } from "./files";
import { Findings } from "./Findings";
import { NoteForm } from "./NoteForm";
import { StatusBadge } from "./StatusBadge";
import "../../charts/charts.css";
import "./dictionary.css";

export function EventPage() {
  const { t } = useTranslation();
  const { workspace, event } = useParams({ from: "/w/$workspace/dictionary/$event" });
  const query = dictionaryEventQuery(workspace, event);
  const entry = useQuery(query);
  const [describing, setDescribing] = useState(false);
  const note = entry.data?.event.note ?? null;
  usePageTitle(note?.title || event);
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <nav className="crumbs" aria-label={t("common.breadcrumb")}>
            <Link to="/w/$workspace/dictionary" params={{ workspace }} search={{}}>
              {t("nav.dictionary")}
            </Link>
          </nav>
          <h1>
            {note?.title || event} {note?.title && <code className="sub">{event}</code>} <StatusBadge status={note?.status} />
          </h1>
          {note?.description && <p className="page-note">{note.description}</p>}
        </div>
        {entry.data && (
          <div className="page-actions">
            <Button onPress={() => saveCsv(`${workspace}-${event}.csv`, entryLines(event, entry.data.properties))}>
              <Download size={14} aria-hidden />
              {t("dictionary.csv")}
            </Button>
            <Allowed to="manage_sources">
              <Button onPress={() => setDescribing(true)} aria-haspopup="dialog">
                <Pencil size={14} aria-hidden />
                {t("dictionary.describe")}
              </Button>
            </Allowed>
          </div>
        )}
      </header>
      {entry.isPending && <Progress queryKey={query.queryKey} />}
      {entry.error && <Failure error={entry.error} retry={() => void entry.refetch()} />}
      {entry.data && <Entry workspace={workspace} entry={entry.data} />}
      {describing && entry.data && <NoteForm workspace={workspace} zone={entry.data.zone} subject={{ kind: "event", name: event }} note={note} onClose={() => setDescribing(false)} />}
    </div>
  );
}

function Entry({ workspace, entry }: { workspace: string; entry: DictionaryEntry }) {
  return (
    <>
      <Facts entry={entry} />
      {entry.findings.length > 0 && <Findings workspace={workspace} zone={entry.zone} findings={entry.findings} ofEvent />}
      {entry.event.count > 0 && (
        <>
          <Days entry={entry} />
          <EventProperties entry={entry} />
          <Senders entry={entry} />
        </>
      )}
    </>
  );
}

function Facts({ entry }: { entry: DictionaryEntry }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { event, zone } = entry;
  return (
    <dl className="facts card">
      <div>
        <dt>{t("dictionary.count")}</dt>
        <dd>{format.whole(event.count)}</dd>
      </div>
      <div>
        <dt>{t("quality.first")}</dt>
        <dd>{event.first_us == null ? NOTHING : format.dateTime(event.first_us, zone)}</dd>
      </div>
      <div>
        <dt>{t("quality.last")}</dt>
        <dd>{event.last_us == null ? NOTHING : format.dateTime(event.last_us, zone)}</dd>
      </div>
      <div>
        <dt>{t("dictionary.properties")}</dt>
        <dd>{format.whole(event.properties)}</dd>
      </div>
      <div>
        <dt>{t("dictionary.owner")}</dt>
        <dd>{event.note?.owner || NOTHING}</dd>
      </div>
    </dl>
  );
}

function Days({ entry }: { entry: DictionaryEntry }) {
  const { t } = useTranslation();
  const format = useFormat();
  const days = entry.days.map((day, index) => ({ day: format.day(day), count: entry.event.days[index] ?? 0 }));
  const sum = days.reduce((total, { count }) => total + count, 0);
  const label = t("dictionary.daysSum", { n: format.whole(sum), from: days[0]?.day ?? "", to: days.at(-1)?.day ?? "" });
  return (
    <section className="card" aria-labelledby="days-title">
      <header className="section-head">
        <h2 id="days-title">{t("dictionary.days")}</h2>
        <span className="sub">{label}</span>
      </header>
      <DayBars label={label} days={days} count={format.count} />
      <details className="dictionary-days">
        <summary>{t("dictionary.daysTable")}</summary>
        <TableScroll labelledBy="days-title">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t("dictionary.day")}</th>
                <th scope="col" className="numeric">
                  {t("dictionary.count")}
                </th>
              </tr>
            </thead>
            <tbody>
              {days.map(({ day, count }) => (
                <tr key={day}>
                  <th scope="row">{day}</th>
                  <td className="numeric">{format.whole(count)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableScroll>
      </details>
    </section>
  );
}

function Senders({ entry }: { entry: DictionaryEntry }) {
  const { t } = useTranslation();
  const format = useFormat();
  const channelName = useChannelName();
  return (
    <section className="card" aria-labelledby="senders-title">
      <header className="section-head">
        <h2 id="senders-title">{t("dictionary.senders")}</h2>
        {entry.senders_beyond > 0 && <span className="sub">{t("dictionary.beyond", { n: format.whole(entry.senders_beyond) })}</span>}
      </header>
      <TableScroll labelledBy="senders-title">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("silence.source")}</th>
              <th scope="col">{t("facet.channel")}</th>
              <th scope="col" className="numeric">
                {t("dictionary.count")}
              </th>
              <th scope="col">{t("quality.first")}</th>
              <th scope="col">{t("quality.last")}</th>
            </tr>
          </thead>
          <tbody>
            {entry.senders.map((sender) => (
              <tr key={`${sender.source}\u0001${sender.channel}`}>
                <th scope="row">{sender.source}</th>
                <td>{channelName(sender.channel)}</td>
                <td className="numeric">{format.whole(sender.count)}</td>
                <td className="moment">{format.dateTime(sender.first_us, entry.zone)}</td>
                <td className="moment">{format.dateTime(sender.last_us, entry.zone)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}
