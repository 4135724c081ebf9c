// A refused message in full: why, where, and as it was sent.
import { useTranslation } from "react-i18next";

import type { Rejection } from "../../api/types";
import { Drawer } from "../../ui/Drawer";
import { useFormat } from "../../ui/format";
import { useProtocolName, useRefusalName } from "../../ui/ingest";
import { Original } from "../../ui/Original";

export function RejectionDrawer({ rejection, zone, sourceName, onClose }: { rejection: Rejection; zone: string; sourceName: string; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const protocolName = useProtocolName();
  const refusalName = useRefusalName();
  const facts: [string, string | null | undefined][] = [
    [t("live.received"), `${format.date(rejection.received_us, zone)} ${format.time(rejection.received_us, zone)}`],
    [t("live.source"), `${sourceName} (${protocolName(rejection.protocol)})`],
    [t("rejections.code"), rejection.code],
    [t("rejections.field"), rejection.field],
    [t("rejections.said"), rejection.reason],
  ];
  return (
    <Drawer title={refusalName(rejection.code)} onClose={onClose}>
      <dl className="rejection-facts">
        {facts.map(
          ([name, value]) =>
            value != null && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
      <Original text={rejection.original} />
    </Drawer>
  );
}
