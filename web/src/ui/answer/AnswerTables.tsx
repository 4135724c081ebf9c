// The tables of an answer: the accessible form of its picture. Long ones show a part until more is asked for.
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "../Controls";
import { useFormat } from "../format";
import { SortHead } from "../SortHead";
import type { Sorting } from "../SortHead";
import { TableScroll } from "../TableScroll";
import { Figure } from "./figure";
import { sorted } from "./table";
import type { AnswerTable, Cell, Column } from "./table";
import "./answer.css";

const ROWS = 100;
/** With more columns than this they stand closer, and the first stays in sight. */
const MANY = 12;

/** A text of more letters than this is read in lines, also where the table is narrow. */
const WORDY = 24;

/** `first`: rows that are shown at once. */
export function AnswerTables({ tables, first = ROWS }: { tables: readonly AnswerTable[]; first?: number }) {
  return tables.map((table) => <OneTable key={table.id} table={table} first={first} />);
}

function OneTable({ table, first }: { table: AnswerTable; first: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [shown, setShown] = useState(first);
  const [by, setBy] = useState<Sorting<number> | null>(null);
  const id = `table-${table.id}`;
  return (
    <section className="card" aria-labelledby={id}>
      <header className="section-head">
        <h2 id={id}>{table.title}</h2>
        {table.note && <p className="section-note">{table.note}</p>}
      </header>
      <TableScroll labelledBy={id}>
        <table className={table.columns.length > MANY ? "table table-many" : "table"}>
          <thead>
            <tr>
              {table.columns.map((column, index) =>
                table.sortable ? (
                  <SortHead key={column.name} column={index} name={column.name} numeric={column.numeric ?? false} by={by} onSort={setBy} />
                ) : (
                  <th key={column.name} scope="col" {...(column.numeric ? { className: "numeric" } : {})}>
                    {column.name}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {sorted(table.rows, by)
              .slice(0, shown)
              .map((row) => (
                <Row key={row.map((cell) => cell.value ?? "").join("\u0001")} row={row} columns={table.columns} />
              ))}
          </tbody>
          {table.foot && (
            <tfoot>
              {table.foot.map((row) => (
                <Row key={row[0]?.text} row={row} columns={table.columns} />
              ))}
            </tfoot>
          )}
        </table>
      </TableScroll>
      {table.rows.length > shown && (
        <p className="table-more">
          <Button onPress={() => setShown(shown + ROWS)}>{t("explain.more", { shown: format.whole(shown), all: format.whole(table.rows.length) })}</Button>
        </p>
      )}
    </section>
  );
}

function Row({ row, columns }: { row: readonly Cell[]; columns: readonly Column[] }) {
  return (
    <tr>
      {row.map((cell, index) => {
        const column = columns[index];
        const key = column?.name ?? index;
        return index === 0 ? (
          <th key={key} scope="row">
            <Content cell={cell} />
          </th>
        ) : (
          <td key={key} {...(column?.numeric ? { className: "numeric" } : cell.text.length > WORDY ? { className: "cell-wordy" } : {})}>
            <Content cell={cell} />
          </td>
        );
      })}
    </tr>
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
