// One statement: its text, a way to run and to stop it, and its rows page by page.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Play } from "lucide-react";
import type { ReactNode } from "react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "../../api/client";
import { sqlQuery } from "../../api/queries";
import type { SqlAnswer, WorkspaceInfo } from "../../api/types";
import { Button } from "../../ui/Controls";
import { NOTHING, useFormat } from "../../ui/format";
import { Failure, Progress } from "../../ui/States";
import { TableScroll } from "../../ui/TableScroll";
import { ExportMenu } from "../../ui/answer/ExportMenu";
import { errorPlace } from "./sqlError";
import type { AnswerTable } from "../../ui/answer/table";

interface Props {
  workspace: WorkspaceInfo;
  id: string;
  n: number;
  sql: string;
  onChange: (sql: string) => void;
  /** The text is to be remembered. */
  onDone: () => void;
  actions: ReactNode;
}

const ROWS_MIN = 3;
const ROWS_MAX = 20;

export function SqlCell({ workspace, id, n, sql, onChange, onDone, actions }: Props) {
  const { t } = useTranslation();
  const options = sqlQuery(workspace.id, sql, id);
  const asked = useQuery(options);
  const run = () => {
    onDone();
    if (sql.trim() !== "") void asked.refetch({ cancelRefetch: true });
  };
  const lines = sql.split("\n").length;
  return (
    <>
      <div className="cell-head">
        <label htmlFor={id} className="cell-name">
          {t("sql.cell", { n })}
        </label>
        <span className="cell-actions">
          <Button look="primary" onPress={run} isDisabled={asked.isFetching || sql.trim() === ""} aria-keyshortcuts="Control+Enter Meta+Enter">
            <Play size={14} aria-hidden />
            {t("sql.run")}
          </Button>
          {actions}
        </span>
      </div>
      <textarea
        id={id}
        className="input input-lines cell-text"
        spellCheck={false}
        autoComplete="off"
        rows={Math.min(ROWS_MAX, Math.max(ROWS_MIN, lines))}
        value={sql}
        onChange={(event) => onChange(event.target.value)}
        onBlur={onDone}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          run();
        }}
      />
      {asked.isFetching && <Progress queryKey={options.queryKey} />}
      {asked.error && !asked.isFetching && <SqlFailure error={asked.error} sql={sql} />}
      {asked.data && !asked.error && (
        <div className={asked.isFetching ? "stale" : undefined}>
          <Rows key={asked.dataUpdatedAt} answer={asked.data} workspace={workspace} sql={sql} name={`${workspace.id}-sql-${n}`} />
        </div>
      )}
    </>
  );
}

function SqlFailure({ error, sql }: { error: unknown; sql: string }) {
  const { t } = useTranslation();
  const message = error instanceof ApiError ? error.message : "";
  const place = errorPlace(message, sql);
  const line = place && (sql.split("\n")[place.line - 1] ?? "");
  return (
    <>
      {place && line !== null && (
        <div className="cell-fault">
          <p>{t("sql.wrongAt", { line: place.line, column: place.column })}</p>
          <pre>{`${line}\n${" ".repeat(place.column - 1)}^`}</pre>
        </div>
      )}
      <Failure error={error} />
      {message.includes("\n") && <pre className="cell-message">{message}</pre>}
    </>
  );
}

const PAGE = 50;
/** What the tables call the id of a customer. Ids come as text: they are longer than numbers of a browser. */
const CUSTOMER = "customer";

function Rows({ answer, workspace, sql, name }: { answer: SqlAnswer; workspace: WorkspaceInfo; sql: string; name: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [page, setPage] = useState(0);
  const { columns, rows, meta } = answer;
  const pages = Math.max(1, Math.ceil(rows.length / PAGE));
  const from = page * PAGE;
  const numeric = columns.map(({ type }) => /^(U?Int|Float|Decimal)/.test(type));
  const table: AnswerTable = {
    id: "rows",
    title: t("sql.rows"),
    columns: columns.map((column) => ({ name: column.name })),
    rows: rows.map((row) => row.map((value) => ({ value: flat(value), text: "" }))),
  };
  return (
    <>
      <div className="cell-result">
        <p role="status" className="sub">
          {t("sql.found", { count: rows.length, n: format.whole(rows.length), ms: format.elapsed(meta.elapsed_ms) })}
          {meta.rows_scanned != null && ` · ${t("sql.read", { rows: format.whole(meta.rows_scanned) })}`}
          {` · ${t("sql.asOf", { at: format.dateTime(meta.as_of_us, workspace.zone), zone: workspace.zone })}`}
          {meta.truncated && ` · ${t("sql.truncated")}`}
        </p>
        {rows.length > 0 && <ExportMenu name={name} answer={answer} tables={() => [table]} picture={null} meeting={{ workspace: workspace.id, title: name, as_of_us: meta.as_of_us, notes: [{ title: "SQL", text: sql }] }} />}
      </div>
      {rows.length > 0 && (
        <TableScroll label={t("sql.rows")}>
          <table className="table cell-rows">
            <thead>
              <tr>
                {columns.map((column, index) => (
                  <th key={`${column.name} ${index}`} scope="col" {...(numeric[index] ? { className: "numeric" } : {})}>
                    {column.name} <span className="sub">{column.type}</span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.slice(from, from + PAGE).map((row, at) => (
                <tr key={from + at}>
                  {row.map((value, index) => (
                    <td key={`${columns[index]?.name} ${index}`} {...(numeric[index] ? { className: "numeric" } : {})}>
                      {columns[index]?.name === CUSTOMER && typeof value === "string" ? (
                        <Link to="/w/$workspace/customers/$customer" params={{ workspace: workspace.id, customer: value }} search={{}}>
                          {value}
                        </Link>
                      ) : (
                        shown(value)
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </TableScroll>
      )}
      {pages > 1 && (
        <nav className="cell-pages" aria-label={t("sql.pages")}>
          <Button onPress={() => setPage(page - 1)} isDisabled={page === 0}>
            {t("sql.previous")}
          </Button>
          <span role="status">{t("sql.page", { from: format.whole(from + 1), to: format.whole(Math.min(rows.length, from + PAGE)), all: format.whole(rows.length) })}</span>
          <Button onPress={() => setPage(page + 1)} isDisabled={page >= pages - 1}>
            {t("sql.next")}
          </Button>
        </nav>
      )}
    </>
  );
}

/** A value as a cell of a file. */
function flat(value: unknown): string | number | null {
  if (value === null || value === undefined) return null;
  return typeof value === "number" || typeof value === "string" ? value : JSON.stringify(value);
}

function shown(value: unknown): string {
  const text = flat(value);
  return text === null ? NOTHING : String(text);
}
