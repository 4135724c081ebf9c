// The map: stages as columns in order, and under each what happens there.
import { useTranslation } from "react-i18next";

import { useLocalized } from "../../ui/language";
import { useFrame } from "./frame";
import { CommentRow } from "./CommentRow";
import { ChildMaps } from "./Hierarchy";
import type { Frame } from "./frame";
import { LaneRows } from "./Lanes";
import { MovesRow } from "./Moves";
import { PainRow } from "./PainRow";
import { PinRow } from "./Pins";
import { StageRows } from "./StageRows";
import { TouchpointRow } from "./Touchpoints";
import type { MapView } from "./view";

const NAMES_WIDTH = 136;
/** Room for the longest row, an end of stays with its number and share; six stages fit a laptop of 1366 pixels. */
const STAGE_WIDTH = 156;

/** Pixels the columns need at least; a narrower page scrolls the table, not itself. */
export function mapWidth({ map }: Frame): number {
  return NAMES_WIDTH + map.stages.length * STAGE_WIDTH;
}

export function MapTable({ view, onChange, onComments }: { view: MapView; onChange: (change: Partial<MapView>) => void; onComments: (stage: string) => void }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const frame = useFrame();
  const { map } = frame;
  return (
    <section className="card" aria-label={t("map.label")}>
      <div className="table-scroll">
        <table className="map" style={{ minWidth: mapWidth(frame) }}>
          <colgroup>
            <col className="map-names" />
            {map.stages.map((stage) => (
              <col key={stage.stage} />
            ))}
          </colgroup>
          <thead>
            <tr>
              <th scope="col">{t("map.stage")}</th>
              {map.stages.map((stage, index) => (
                <th scope="col" key={stage.stage}>
                  <span className="stage-order" aria-hidden>
                    {index + 1}
                  </span>
                  {localized(stage.name)}
                  <ChildMaps stage={stage.stage} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <PainRow />
            <PinRow />
            <CommentRow onOpen={onComments} />
            <StageRows />
            <MovesRow view={view} onChange={(moves) => onChange({ moves })} />
            <TouchpointRow />
          </tbody>
          <LaneRows view={view} onChange={onChange} />
        </table>
      </div>
    </section>
  );
}
