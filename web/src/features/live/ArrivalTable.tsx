// The arrivals as a table. One row is reached by Tab, the others from it by the arrow keys; Enter opens one.
import type { KeyboardEvent } from "react";
import { memo, useState } from "react";
import { useTranslation } from "react-i18next";

import { useChannelName } from "../../ui/channel";
import { useFormat } from "../../ui/format";
import { useProtocolName, useRefusalName } from "../../ui/ingest";
import { TableScroll } from "../../ui/TableScroll";
import type { Arrival } from "./feed";
import { gist } from "./feed";

interface Props {
  /** Newest first. */
  arrivals: Arrival[];
  zone: string;
  /** Names of sources by id. */
  names: ReadonlyMap<string, string>;
  onOpen: (arrival: Arrival) => void;
}

/** Which row a key leads to; null: the key leads nowhere. */
function target(key: string, at: number, rows: number): number | null {
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows - 1 }[key];
  return to === undefined ? null : Math.max(0, Math.min(rows - 1, to));
}

function walk(event: KeyboardEvent<HTMLButtonElement>): void {
  const buttons = [...(event.currentTarget.closest("tbody")?.querySelectorAll("button") ?? [])];
  const to = target(event.key, buttons.indexOf(event.currentTarget), buttons.length);
  if (to === null) return;
  event.preventDefault();
  buttons[to]?.focus();
}

export function ArrivalTable({ arrivals, zone, names, onOpen }: Props) {
  const { t } = useTranslation();
  const [focused, setFocused] = useState<string | null>(null);
  const reached = arrivals.some(({ id }) => id === focused) ? focused : arrivals[0]?.id;
  return (
    <section className="card" aria-label={t("live.arrivals")}>
      <TableScroll label={t("live.arrivals")}>
        <table className="table live-table">
          <thead>
            <tr>
              <th scope="col">{t("live.received")}</th>
              <th scope="col">{t("live.event")}</th>
              <th scope="col">{t("live.channel")}</th>
              <th scope="col">{t("live.source")}</th>
              <th scope="col">{t("live.who")}</th>
              <th scope="col">{t("live.gist")}</th>
            </tr>
          </thead>
          <tbody>
            {arrivals.map((arrival) => (
              <Row key={arrival.id} arrival={arrival} zone={zone} source={names.get(arrival.source) ?? arrival.source} tabbed={arrival.id === reached} onOpen={onOpen} onFocus={setFocused} />
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}

interface RowProps {
  arrival: Arrival;
  zone: string;
  source: string;
  tabbed: boolean;
  onOpen: (arrival: Arrival) => void;
  onFocus: (id: string) => void;
}

/** A row never changes, so only new ones are drawn. */
const Row = memo(function Row({ arrival, zone, source, tabbed, onOpen, onFocus }: RowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const channelName = useChannelName();
  const protocolName = useProtocolName();
  const refusalName = useRefusalName();
  const event = arrival.is === "event" ? arrival : null;
  return (
    <tr className={event ? undefined : "live-refused"}>
      <td className="moment">{format.time(arrival.received_us, zone)}</td>
      <th scope="row">
        <button type="button" className="opener live-open" aria-haspopup="dialog" tabIndex={tabbed ? 0 : -1} onFocus={() => onFocus(arrival.id)} onKeyDown={walk} onClick={() => onOpen(arrival)}>
          {arrival.is === "event" ? (
            arrival.event
          ) : (
            <>
              <span className="badge badge-bad">
                <span aria-hidden>!</span>
                {t("live.refused")}
              </span>{" "}
              {refusalName(arrival.code)}
            </>
          )}
        </button>
        {event?.late && <span className="badge live-late">{t("live.late")}</span>}
      </th>
      <td>{event && <span className="badge">{channelName(event.channel)}</span>}</td>
      <td>
        {source} <span className="sub">{protocolName(arrival.protocol)}</span>
      </td>
      <td className="live-who">
        {event?.identifiers.slice(0, 2).map(({ namespace, value }) => (
          <span key={`${namespace}: ${value}`}>
            <span className="sub">{namespace}</span> {value}
          </span>
        ))}
      </td>
      <td className="live-gist">{gist(arrival)}</td>
    </tr>
  );
});
