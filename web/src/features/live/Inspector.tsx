// One arrival in full: an event with all it says and who it is of, or a refused message with the reason.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { meantCustomersQuery } from "../../api/customers";
import type { LiveEvent } from "../../api/types";
import { useChannelName } from "../../ui/channel";
import { Drawer } from "../../ui/Drawer";
import { Fact } from "../../ui/Fact";
import { useFormat } from "../../ui/format";
import { useProtocolName, useRefusalName } from "../../ui/ingest";
import { plain } from "../../ui/plain";
import { Refused } from "../../ui/Refused";
import { CopyButton } from "../../ui/States";
import type { Arrival } from "./feed";

interface Props {
  workspace: string;
  zone: string;
  arrival: Arrival;
  sourceName: string;
  onClose: () => void;
}

export function Inspector({ workspace, zone, arrival, sourceName, onClose }: Props) {
  const { t } = useTranslation();
  const refusalName = useRefusalName();
  return (
    <Drawer title={arrival.is === "event" ? arrival.event : refusalName(arrival.code)} onClose={onClose}>
      <div className="inspect">
        {arrival.is === "event" ? (
          <Whole workspace={workspace} zone={zone} event={arrival} sourceName={sourceName} />
        ) : (
          <>
            <Refused refused={arrival} zone={zone} sourceName={sourceName} />
            <Link to="/w/$workspace/rejections" params={{ workspace }} search={{ code: arrival.code, source: arrival.source }}>
              {t("live.toRejections")}
            </Link>
          </>
        )}
      </div>
    </Drawer>
  );
}

function Whole({ workspace, zone, event, sourceName }: { workspace: string; zone: string; event: LiveEvent; sourceName: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const protocolName = useProtocolName();
  const channelName = useChannelName();
  const { seq, received_us, time_us, source, protocol, event: name, channel, identifiers, columns, traits, props, items, late } = event;
  const whole = JSON.stringify({ seq, received_us, time_us, source, protocol, event: name, channel, identifiers, columns, traits, props, items, late }, null, 2);
  const when = (us: number) => `${format.date(us, zone)} ${format.time(us, zone)}`;
  return (
    <>
      <dl className="inspect-facts">
        <Fact name={t("live.received")} value={when(received_us)} />
        <Fact name={t("live.time")} value={`${when(time_us)}${late ? ` (${t("live.late")})` : ""}`} />
        <Fact name={t("live.source")} value={`${sourceName} (${protocolName(protocol)})`} />
        <Fact name={t("live.channel")} value={channelName(channel)} />
        {identifiers.map((identifier) => (
          <Fact key={`${identifier.namespace}: ${identifier.value}`} name={identifier.namespace} value={<Who workspace={workspace} {...identifier} />} />
        ))}
      </dl>
      <Part title={t("live.columns")} fields={columns} />
      <Part title={t("live.traits")} fields={traits} />
      <Part title={t("live.props")} fields={props} />
      {items.map((item, index) => (
        // Items have no id of their own and never change their order.
        // oxlint-disable-next-line react/no-array-index-key
        <Part key={index} title={t("customer.item", { n: index + 1 })} fields={typeof item === "object" && item !== null ? (item as Record<string, unknown>) : { "": item }} />
      ))}
      <CopyButton text={whole} label={t("live.copy")} />
    </>
  );
}

function Part({ title, fields }: { title: string; fields: Record<string, unknown> }) {
  const entries = Object.entries(fields);
  if (entries.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <dl className="inspect-facts">
        {entries.map(([key, value]) => (
          <Fact key={key} name={key} value={plain(value)} />
        ))}
      </dl>
    </section>
  );
}

/** Those that differ in the case of their letters alone come first, too. */
const ALIKE_MAX = 10;

/** An identifier; a way to its customer, where there is one already. */
function Who({ workspace, namespace, value }: { workspace: string; namespace: string; value: string }) {
  const { t } = useTranslation();
  const found = useQuery({ ...meantCustomersQuery(workspace, value, namespace, ALIKE_MAX), retry: false }).data?.items.find((item) => item.matched?.value === value);
  if (!found) return value;
  return (
    <Link to="/w/$workspace/customers/$customer" params={{ workspace, customer: found.customer }} search={{}} aria-label={t("live.toCustomer", { id: value })}>
      {value}
    </Link>
  );
}
