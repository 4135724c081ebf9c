// Each stage's touchpoints, and under each its channels: stages × touchpoints × channels in one row of the map.
import { useTranslation } from "react-i18next";

import { useChannelName } from "../../ui/channel";
import { useLocalized } from "../../ui/language";
import { useFrame } from "./frame";
import { MetricCell, rampMax, useMetric } from "./MetricCell";

export function TouchpointRow() {
  const { t } = useTranslation();
  const localized = useLocalized();
  const channelName = useChannelName();
  const { map, before, metric } = useFrame();
  const read = useMetric();
  const max = rampMax(map.touchpoints.map(read), metric);
  return (
    <tr className="touchpoint-row">
      <th scope="row">
        {t("row.touchpoints")}
        <span className="row-note">{t(`metric.${metric}`)}</span>
      </th>
      {map.stages.map((stage) => (
        <td key={stage.stage}>
          <ul className="touchpoints">
            {map.touchpoints
              .filter((touchpoint) => touchpoint.stage === stage.stage)
              .map((touchpoint) => {
                const cells = map.cells
                  .filter((cell) => cell.touchpoint === touchpoint.touchpoint)
                  .toSorted((a, b) => map.channels.indexOf(a.channel) - map.channels.indexOf(b.channel));
                const name = localized(touchpoint.name);
                const place = `${localized(stage.name)} · ${name}`;
                const cellBefore = (channel: string) =>
                  before?.cells.find((cell) => cell.touchpoint === touchpoint.touchpoint && cell.channel === channel);
                return (
                  <li key={touchpoint.touchpoint} className={touchpoint.events === 0 ? "touchpoint unreached" : "touchpoint"}>
                    <MetricCell
                      reach={touchpoint}
                      before={before?.touchpoints.find((other) => other.touchpoint === touchpoint.touchpoint)}
                      max={max}
                      place={place}
                      label={name}
                    />
                    {cells.length > 0 ? (
                      <ul className="channels" aria-label={t("touchpoint.channels", { name })}>
                        {cells.map((cell) => (
                          <li key={cell.channel}>
                            <MetricCell
                              reach={cell}
                              before={cellBefore(cell.channel)}
                              max={max}
                              place={`${place} · ${channelName(cell.channel)}`}
                              label={channelName(cell.channel)}
                            />
                          </li>
                        ))}
                      </ul>
                    ) : (
                      <p className="sub">{t("touchpoint.unreached")}</p>
                    )}
                  </li>
                );
              })}
          </ul>
        </td>
      ))}
    </tr>
  );
}
