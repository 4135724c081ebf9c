// The columns of a file: what they are called, what stands in them, and what that means.
import { useId, useMemo } from "react";
import { useTranslation } from "react-i18next";

import type { MappingSuggestion } from "../../api/types";
import { Picker } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { ROLES, withRole } from "./mapping";
import type { Draft, Lack, Role } from "./mapping";
import { useRoleName } from "./roleName";

interface Props {
  suggestion: MappingSuggestion;
  draft: Draft;
  lacks: readonly Lack[];
  onChange: (draft: Draft) => void;
}

export function ColumnTable({ suggestion, draft, lacks, onChange }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const name = useRoleName();
  const id = useId();
  const choices = useMemo(() => ROLES.map((role) => ({ id: role, label: name(role) })), [name]);
  const missing = lacks.filter((lack) => lack === "time" || lack === "identifier");
  return (
    <div className="column-table" tabIndex={-1} role="group" aria-labelledby={id}>
      <h3 id={id}>{t("importing.columns")}</h3>
      <p className="sub">{t("importing.columnsNote")}</p>
      {missing.map((lack) => (
        <p key={lack} className="form-fault" role="alert">
          {t(`importing.lack.${lack}`)}
        </p>
      ))}
      <div className="table-scroll">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("importing.column")}</th>
              <th scope="col">{t("importing.samples")}</th>
              <th scope="col" className="numeric">
                {t("importing.filled")}
              </th>
              <th scope="col">{t("importing.meaning")}</th>
            </tr>
          </thead>
          <tbody>
            {suggestion.columns.map((column) => {
              const role = draft.roles[column.name] ?? "property";
              return (
                <tr key={column.name} className={role === "ignore" ? "ignored" : undefined}>
                  <th scope="row" className="wrap">
                    {column.name}
                  </th>
                  <td className="samples">
                    {column.samples.map((sample) => (
                      <span key={sample} className="sample-value">
                        {sample}
                      </span>
                    ))}
                  </td>
                  <td className="numeric">{format.percent(suggestion.rows > 0 ? column.filled / suggestion.rows : null)}</td>
                  <td>
                    <div className="meaning">
                      <Picker<Role> label={t("importing.meaningOf", { column: column.name })} labelHidden value={role} choices={choices} onChange={(next) => onChange(withRole(draft, column.name, next, suggestion))} />
                      {role === "identifier" && <Kind column={column.name} draft={draft} wrong={lacks.includes("kind")} onChange={onChange} />}
                    </div>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </div>
  );
}

/** What kind of identifier a column holds, and which of several counts first. */
function Kind({ column, draft, wrong, onChange }: { column: string; draft: Draft; wrong: boolean; onChange: (draft: Draft) => void }) {
  const { t } = useTranslation();
  const kind = draft.kinds[column] ?? "";
  const place = draft.identifiers.indexOf(column);
  return (
    <>
      <input
        className="input kind"
        value={kind}
        aria-label={t("importing.kindOf", { column })}
        aria-invalid={wrong && kind.trim() === ""}
        autoComplete="off"
        onChange={(event) => onChange({ ...draft, kinds: { ...draft.kinds, [column]: event.target.value } })}
      />
      {draft.identifiers.length > 1 && (
        <button
          type="button"
          className="button button-quiet button-small"
          aria-pressed={place === 0}
          disabled={place === 0}
          onClick={() => onChange({ ...draft, identifiers: [column, ...draft.identifiers.filter((other) => other !== column)] })}
        >
          {t(place === 0 ? "importing.first" : "importing.makeFirst")}
        </button>
      )}
    </>
  );
}
