// Channel × stage: where the journey has no channel.
import { useTranslation } from "react-i18next";

import { useChannelName } from "../../ui/channel";
import { useLocalized } from "../../ui/language";
import { useFrame } from "./frame";
import { mapWidth } from "./MapTable";
import { MetricCell, rampMax, useMetric } from "./MetricCell";

export function ChannelMatrix() {
  const { t } = useTranslation();
  const localized = useLocalized();
  const channelName = useChannelName();
  const frame = useFrame();
  const { map, before, metric } = frame;
  const read = useMetric();
  const max = rampMax(map.stage_channels.map(read), metric);
  const holes = map.channels.length * map.stages.length - map.stage_channels.length;
  return (
    <section className="card section" aria-labelledby="matrix-title">
      <header className="section-head">
        <h2 id="matrix-title">{t("matrix.title")}</h2>
        <p className="section-note">{t("matrix.note", { metric: t(`metric.${metric}`), holes })}</p>
      </header>
      <div className="table-scroll">
        <table className="map matrix" style={{ minWidth: mapWidth(frame) }}>
          <colgroup>
            <col className="map-names" />
            {map.stages.map((stage) => (
              <col key={stage.stage} />
            ))}
          </colgroup>
          <thead>
            <tr>
              <th scope="col">{t("matrix.channel")}</th>
              {map.stages.map((stage) => (
                <th scope="col" key={stage.stage}>
                  {localized(stage.name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {map.channels.map((channel) => (
              <tr key={channel}>
                <th scope="row">{channelName(channel)}</th>
                {map.stages.map((stage) => {
                  const same = (other: { stage: string; channel: string }) =>
                    other.stage === stage.stage && other.channel === channel;
                  const cell = map.stage_channels.find(same);
                  return (
                    <td key={stage.stage} className={cell ? undefined : "hole"}>
                      {cell ? (
                        <MetricCell
                          reach={cell}
                          before={before?.stage_channels.find(same)}
                          max={max}
                          place={`${localized(stage.name)} · ${channelName(channel)}`}
                        />
                      ) : (
                        <span className="hole-text">{t("matrix.hole")}</span>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
