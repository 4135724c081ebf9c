// What was done to a thing, newest first: who, when, from what to what, and why.
import { useTranslation } from "react-i18next";

import type { HistoryEntry } from "../api/types";
import { useActor } from "./actor";
import { useFormat } from "./format";

export function History({
  entries,
  zone,
  field,
  value,
}: {
  entries: readonly HistoryEntry[];
  zone: string;
  /** Name of a changed field. */
  field: (name: string) => string;
  /** A field's value in words. */
  value: (field: string, value: unknown) => string;
}) {
  const { t } = useTranslation();
  const actor = useActor();
  const format = useFormat();
  const none = t("history.none");
  return (
    <ol className="history">
      {entries.map((entry, index) => (
        <li key={`${entry.at_us} ${index}`}>
          <p className="sub">
            {format.dateTime(entry.at_us, zone)} · {actor(entry.by)}
          </p>
          {(entry.changes ?? []).map((change) => (
            <p key={change.field}>
              {t(change.from == null ? "history.set" : "history.changed", {
                field: field(change.field),
                from: change.from == null ? none : value(change.field, change.from),
                to: change.to == null ? none : value(change.field, change.to),
              })}
            </p>
          ))}
          {entry.note && <p className="history-note">{entry.note}</p>}
        </li>
      ))}
    </ol>
  );
}
