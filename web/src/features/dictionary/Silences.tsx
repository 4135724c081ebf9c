// The rhythm of each source, and which have fallen silent.
import { useTranslation } from "react-i18next";

import type { DictionarySource } from "../../api/types";
import { useFormat } from "../../ui/format";
import { TableScroll } from "../../ui/TableScroll";

export function Silences({ zone, sources }: { zone: string; sources: readonly DictionarySource[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <section className="card" aria-labelledby="silences-title">
      <header className="section-head">
        <h2 id="silences-title">{t("silence.title")}</h2>
        <p className="section-note">{t("silence.how")}</p>
      </header>
      <TableScroll labelledBy="silences-title">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("silence.source")}</th>
              <th scope="col" className="numeric">
                {t("silence.events")}
              </th>
              <th scope="col">{t("silence.received")}</th>
              <th scope="col">{t("silence.after")}</th>
              <th scope="col">{t("silence.state")}</th>
            </tr>
          </thead>
          <tbody>
            {sources.map((source) => (
              <tr key={source.source}>
                <th scope="row">{source.source}</th>
                <td className="numeric">{format.whole(source.events)}</td>
                <td className="moment">{format.dateTime(source.received_us, zone)}</td>
                <td>{format.duration(source.rhythm.silent_after_seconds)}</td>
                <td>
                  <State source={source} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}

function State({ source }: { source: DictionarySource }) {
  const { t } = useTranslation();
  const { silent_after_seconds: after, silent_since_us: since } = source.rhythm;
  if (after == null) return <span className="badge">{t(source.live === 0 ? "silence.imported" : "silence.unknown")}</span>;
  if (since == null) {
    return (
      <span className="badge badge-accent">
        <span aria-hidden>✓</span>
        {t("silence.sending")}
      </span>
    );
  }
  return (
    <span className="badge badge-bad">
      <span aria-hidden>!</span>
      {t("silence.silent")}
    </span>
  );
}
