// The tables of an answer: the accessible form of its picture. Long ones show a part until more is asked for.
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { Figure } from "./answer";
import type { AnswerTable, Cell } from "./table";

const ROWS = 100;

export function AnswerTables({ tables }: { tables: readonly AnswerTable[] }) {
  return tables.map((table) => <OneTable key={table.id} table={table} />);
}

function OneTable({ table }: { table: AnswerTable }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [shown, setShown] = useState(ROWS);
  const id = `table-${table.id}`;
  return (
    <section className="card" aria-labelledby={id}>
      <header className="section-head">
        <h2 id={id}>{table.title}</h2>
        {table.note && <p className="section-note">{table.note}</p>}
      </header>
      {/* A scrollable region must be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="table-scroll" role="region" aria-labelledby={id} tabIndex={0}>
        <table className="table">
          <thead>
            <tr>
              {table.columns.map((column) => (
                <th key={column.name} scope="col" {...(column.numeric ? { className: "numeric" } : {})}>
                  {column.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.slice(0, shown).map((row) => (
              <tr key={row.map((cell) => cell.value ?? "").join("\u0001")}>
                {row.map((cell, index) => {
                  const column = table.columns[index];
                  const key = column?.name ?? index;
                  return index === 0 ? (
                    <th key={key} scope="row">
                      <Content cell={cell} />
                    </th>
                  ) : (
                    <td key={key} {...(column?.numeric ? { className: "numeric" } : {})}>
                      <Content cell={cell} />
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {table.rows.length > shown && (
        <p className="table-more">
          <Button onPress={() => setShown(shown + ROWS)}>{t("explain.more", { shown: format.whole(shown), all: format.whole(table.rows.length) })}</Button>
        </p>
      )}
    </section>
  );
}

function Content({ cell }: { cell: Cell }) {
  return (
    <>
      {cell.info ? <Figure info={cell.info} text={cell.text} /> : cell.text}
      {cell.note && <span className="sub cell-note">{cell.note}</span>}
    </>
  );
}
