// Refused messages to choose from; each can be opened as it was sent.
import { useTranslation } from "react-i18next";

import type { Rejection } from "../../api/types";
import { useFormat } from "../../ui/format";
import { useProtocolName, useRefusalName } from "../../ui/ingest";
import { useMay } from "../../ui/rights";
import { TableScroll } from "../../ui/TableScroll";

interface Props {
  rows: Rejection[];
  zone: string;
  names: ReadonlyMap<string, string>;
  chosen: ReadonlySet<number>;
  onChoose: (ids: ReadonlySet<number>) => void;
  onOpen: (row: Rejection) => void;
}

export function RejectionTable({ rows, zone, names, chosen, onChoose, onOpen }: Props) {
  const { t } = useTranslation();
  const replays = useMay()("manage_sources");
  const open = rows.filter((row) => row.replayed_us == null);
  const all = open.length > 0 && open.every((row) => chosen.has(row.id));
  return (
    <TableScroll labelledBy="rejections-title">
      <table className="table">
        <thead>
          <tr>
            {replays && (
              <th scope="col">
                <Check label={t("rejections.chooseAll")} checked={all} disabled={open.length === 0} onChange={(on) => onChoose(new Set(on ? open.map((row) => row.id) : []))} />
              </th>
            )}
            <th scope="col">{t("live.received")}</th>
            <th scope="col">{t("rejections.reason")}</th>
            <th scope="col">{t("live.source")}</th>
            <th scope="col">{t("rejections.original")}</th>
            <th scope="col">{t("rejections.state")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row
              key={row.id}
              row={row}
              zone={zone}
              source={names.get(row.source) ?? row.source}
              checked={replays ? chosen.has(row.id) : null}
              onCheck={(on) => onChoose(new Set(on ? [...chosen, row.id] : [...chosen].filter((id) => id !== row.id)))}
              onOpen={() => onOpen(row)}
            />
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}

interface RowProps {
  row: Rejection;
  zone: string;
  source: string;
  /** null: it cannot be chosen. */
  checked: boolean | null;
  onCheck: (on: boolean) => void;
  onOpen: () => void;
}

function Row({ row, zone, source, checked, onCheck, onOpen }: RowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const protocolName = useProtocolName();
  const refusalName = useRefusalName();
  const when = `${format.date(row.received_us, zone)} ${format.time(row.received_us, zone)}`;
  return (
    <tr>
      {checked !== null && (
        <td>
          <Check label={t("rejections.choose", { when })} checked={checked} disabled={row.replayed_us != null} onChange={onCheck} />
        </td>
      )}
      <td className="moment">{when}</td>
      <th scope="row">
        {refusalName(row.code)}
        {row.field != null && (
          <>
            {" "}
            <code className="sub">{row.field}</code>
          </>
        )}
      </th>
      <td>
        {source} <span className="sub">{protocolName(row.protocol)}</span>
      </td>
      <td>
        <Original text={row.original} when={when} onOpen={onOpen} />
      </td>
      <td>{row.replayed_us == null ? <span className="badge">{t("rejections.open")}</span> : <span className="badge badge-accent">{t("rejections.done", { when: format.dateTime(row.replayed_us, zone) })}</span>}</td>
    </tr>
  );
}

function Original({ text, when, onOpen }: { text: string; when: string; onOpen: () => void }) {
  const { t } = useTranslation();
  return (
    <button type="button" className="opener rejection-open" aria-haspopup="dialog" onClick={onOpen}>
      <span className="visually-hidden">{t("rejections.openOf", { when })} </span>
      <code>{text}</code>
    </button>
  );
}

function Check({ label, checked, disabled, onChange }: { label: string; checked: boolean; disabled: boolean; onChange: (on: boolean) => void }) {
  return (
    <label className="check-box">
      <input type="checkbox" checked={checked} disabled={disabled} onChange={(event) => onChange(event.target.checked)} />
      <span className="visually-hidden">{label}</span>
    </label>
  );
}
