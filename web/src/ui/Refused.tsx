// A refused message in full: why, where, and as it was sent.
import { useTranslation } from "react-i18next";

import type { Rejection } from "../api/types";
import { Fact } from "./Fact";
import { useFormat } from "./format";
import { useProtocolName } from "./ingest";
import { Original } from "./Original";

interface Props {
  refused: Pick<Rejection, "received_us" | "protocol" | "code" | "field" | "reason" | "original">;
  zone: string;
  sourceName: string;
}

export function Refused({ refused, zone, sourceName }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const protocolName = useProtocolName();
  return (
    <>
      <dl className="inspect-facts">
        <Fact name={t("live.received")} value={`${format.date(refused.received_us, zone)} ${format.time(refused.received_us, zone)}`} />
        <Fact name={t("live.source")} value={`${sourceName} (${protocolName(refused.protocol)})`} />
        <Fact name={t("rejections.code")} value={refused.code} />
        {refused.field != null && <Fact name={t("rejections.field")} value={refused.field} />}
        <Fact name={t("rejections.said")} value={refused.reason} />
      </dl>
      <Original text={refused.original} />
    </>
  );
}
