// What a person should look at before a file is tried, in the reader's language; what can be mended at once has its button.
import { useTranslation } from "react-i18next";

import type { MappingSuggestion } from "../../api/types";
import { Button } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { amountsAsked, columnWith, withRole } from "./mapping";
import type { Draft, Role } from "./mapping";

interface Props {
  suggestion: MappingSuggestion;
  draft: Draft;
  onChange: (draft: Draft) => void;
}

export function Doubts({ suggestion, draft, onChange }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const asked = amountsAsked(draft, suggestion);
  // Of what was chosen since it counts what is chosen now.
  const unread: Partial<Record<(typeof suggestion.doubts)[number]["code"], Role>> = { amount_unread: "amount", times_unread: "time" };
  const doubts = suggestion.doubts.filter(({ code, column }) => {
    const role = unread[code];
    return code !== "amount_unmapped" && (role === undefined || columnWith(draft, role) === column);
  });
  const { notes } = suggestion;
  if (doubts.length + asked.length + notes.length === 0) return null;
  return (
    <div className="doubts">
      {doubts.length + asked.length > 0 && (
        <>
          <h3>{t("importing.doubts")}</h3>
          <ul>
            {asked.map((column) => (
              <li key={column}>
                {t("importing.doubt.amount_unmapped", { column })}{" "}
                <Button look="quiet" onPress={() => onChange(withRole(draft, column, "amount", suggestion))} aria-label={t("action.of", { action: t("importing.asAmount"), of: column })}>
                  {t("importing.asAmount")}
                </Button>
              </li>
            ))}
            {doubts.map(({ code, column, count }) => (
              <li key={`${code} ${column}`}>{t(`importing.doubt.${code}`, { column: column ?? "", n: format.whole(count ?? 0) })}</li>
            ))}
          </ul>
        </>
      )}
      {notes.length > 0 && (
        <details>
          <summary>{t("importing.notes", { n: notes.length })}</summary>
          <ul>
            {notes.map((note) => (
              <li key={note} lang="en">
                {note}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
