// Where time is spent, and where people come, by cells of the floor. The picture answers at a glance, the cell under the
// pointer is read out below it, and the table has the same numbers for everybody else.
import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { placeQuery } from "../../api/places";
import type { Floor, PlaceHeat, PlaceHeatFloor } from "../../api/types";
import { AnswerTables } from "../../ui/answer/AnswerTables";
import type { AnswerTable } from "../../ui/answer/table";
import { named, numeric } from "../../ui/answer/table";
import { Picker, Segmented } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { HEAT_BY, cellAt, cornerOf, hottest, mixed, strength, valueAt, valuesOf, zoneAt } from "./cells";
import { FloorPlan } from "./FloorPlan";
import type { Frame, Point } from "./geometry";
import { rampOf } from "./ramp";
import { CELLS } from "./view";
import { ViewFrame } from "./ViewFrame";
import type { ViewProps } from "./viewProps";

const NO_TABLES: AnswerTable[] = [];

export function Heat({ workspace, site, floor, view, question, onChange, onAnswer }: ViewProps) {
  const { t } = useTranslation();
  const query = placeQuery(workspace, site.id, "heat", question, { cell_m: view.cell });
  const asked = useQuery(query);
  const heat = asked.data?.floors.find((each) => each.floor === floor.id);
  const tableOf = useHeatTable();
  const table = useMemo(() => (heat ? tableOf(heat, floor) : null), [heat, floor, tableOf]);
  const tables = useMemo(() => (table ? [table] : NO_TABLES), [table]);
  return (
    <ViewFrame show="heat" queryKey={query.queryKey} asked={asked} tables={tables} drawn={view.as === "chart"} onAnswer={onAnswer}>
      {(answer) => (
        <>
          <div className="place-bar" role="group" aria-label={t("place.show.heat")}>
            <Segmented label={t("place.heat.by")} value={view.heat} choices={HEAT_BY.map((id) => ({ id, label: t(`place.heat.${id}`) }))} onChange={(by) => onChange({ heat: by })} />
            <Picker
              label={t("place.heat.cell")}
              value={String(view.cell)}
              choices={CELLS.map((cell) => ({ id: String(cell), label: t("place.heat.cellOf", { metres: cell }) }))}
              onChange={(cell) => onChange({ cell: Number(cell) })}
            />
            <span className="place-bar-end">
              <Segmented label={t("show.label")} value={view.as} choices={(["chart", "table"] as const).map((id) => ({ id, label: t(`show.${id}`) }))} onChange={(as) => onChange({ as })} />
            </span>
          </div>
          {heat === undefined ? (
            <p className="sub">{t("place.heat.none")}</p>
          ) : view.as === "chart" ? (
            <HeatPicture answer={answer} heat={heat} floor={floor} by={view.heat} />
          ) : (
            <AnswerTables tables={tables} />
          )}
        </>
      )}
    </ViewFrame>
  );
}

interface PictureProps {
  answer: PlaceHeat;
  heat: PlaceHeatFloor;
  floor: Floor;
  by: (typeof HEAT_BY)[number];
}

function HeatPicture({ answer, heat, floor, by }: PictureProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  // A state, so that it is painted once the colours are there.
  const [legend, setLegend] = useState<HTMLDivElement | null>(null);
  const [point, setPoint] = useState<Point | null>(null);
  const values = valuesOf(heat, by);
  const most = hottest(values);
  const paint = useCallback(
    (surface: CanvasRenderingContext2D, frame: Frame) => {
      const ramp = rampOf(legend);
      const side = heat.cell_m * frame.scale;
      for (const [index, cell] of heat.cells.entries()) {
        const [x, y] = cornerOf(heat, cell);
        surface.fillStyle = `rgb(${mixed(ramp, strength(values[index] ?? 0, most)).join(" ")})`;
        // Half a pixel over, so that no seams show between cells.
        surface.fillRect(frame.x(x), frame.y(y) - side, side + 0.5, side + 0.5);
      }
    },
    [heat, values, most, legend],
  );
  const value = (seconds: number) => (by === "seconds" ? format.duration(seconds) : format.rough(seconds));
  const cell = point && cellAt(heat, point);
  const read = () => {
    if (point === null || cell === null) return t("place.heat.readHow");
    const at = heat.cells.indexOf(cell);
    const zone = zoneAt(floor.zones ?? [], point);
    const where = zone ? localized(zone.name) : t("place.heat.noZone");
    const [x, y] = cornerOf(heat, cell);
    const place = t("place.heat.place", { where, x: format.decimal(x + heat.cell_m / 2), y: format.decimal(y + heat.cell_m / 2) });
    if (at < 0) return t("place.heat.readNone", { place, k: answer.meta.shown_from });
    return t("place.heat.read", { place, time: format.duration(heat.cell_seconds[at]), visits: format.whole(heat.cell_visits[at] ?? 0) });
  };
  const label = t("place.heat.label", { by: t(`place.heat.${by}`), cells: format.whole(heat.cells.length), total: format.duration(heat.seconds) });
  return (
    <section className="card place-card" aria-label={t("place.show.heat")}>
      <FloorPlan floor={floor} label={label} paint={paint} zoneLook={seeThrough} onPoint={setPoint}>
        {(frame) => (cell === null ? null : <CellMark frame={frame} heat={heat} cell={cell} />)}
      </FloorPlan>
      <p className="flow-read" aria-hidden>
        {read()}
      </p>
      <div className="heat-legend">
        <span className="sub">{t(`place.heat.${by}`)}</span>
        <div className="heat-scale">
          <div className="heat-ramp" ref={setLegend} aria-hidden>
            {Array.from({ length: STEPS }, (_, step) => (
              <span key={step} style={{ background: `var(--heat-${step})` }} />
            ))}
          </div>
          <ol className="heat-marks">
            {[0, 0.5, 1].map((drawn) => (
              <li key={drawn}>{drawn === 1 ? t("place.heat.orMore", { value: value(most) }) : value(valueAt(drawn, most))}</li>
            ))}
          </ol>
        </div>
        <span className="sub">
          {heat.withheld.cells > 0 && t("place.heat.withheld", { count: heat.withheld.cells, n: format.whole(heat.withheld.cells), k: answer.meta.shown_from, time: format.duration(heat.withheld.seconds) })}
        </span>
      </div>
    </section>
  );
}

const STEPS = 7;
const seeThrough = () => "clear";

function CellMark({ frame, heat, cell }: { frame: Frame; heat: PlaceHeatFloor; cell: number }) {
  const [x, y] = cornerOf(heat, cell);
  const side = heat.cell_m * frame.scale;
  return <rect className="heat-cell-mark" x={frame.x(x)} y={frame.y(y) - side} width={side} height={side} />;
}

/** Cells with the most time first: where they are, and both numbers. */
function useHeatTable(): (heat: PlaceHeatFloor, floor: Floor) => AnswerTable {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  return useCallback(
    (heat, floor) => {
      const order = heat.cells.map((_, index) => index).toSorted((a, b) => (heat.cell_seconds[b] ?? 0) - (heat.cell_seconds[a] ?? 0));
      return {
        id: "heat",
        title: t("place.heat.cells"),
        columns: [{ name: t("place.heat.at") }, { name: t("place.zone") }, numeric(t("place.heat.seconds")), numeric(t("place.heat.visits"))],
        rows: order.map((index) => {
          const [left, bottom] = cornerOf(heat, heat.cells[index] ?? 0);
          const middle: Point = [left + heat.cell_m / 2, bottom + heat.cell_m / 2];
          const zone = zoneAt(floor.zones ?? [], middle);
          const seconds = heat.cell_seconds[index] ?? 0;
          const visits = heat.cell_visits[index] ?? 0;
          return [named(`${format.decimal(middle[0])}, ${format.decimal(middle[1])}`), named(zone ? localized(zone.name) : ""), { value: seconds, text: format.duration(seconds) }, { value: visits, text: format.whole(visits) }];
        }),
        foot: heat.withheld.cells === 0 ? [] : [[named(t("place.withheldCells", { n: format.whole(heat.withheld.cells) })), named(""), { value: heat.withheld.seconds, text: format.duration(heat.withheld.seconds) }, { value: null, text: "" }]],
        sortable: true,
        note: t("place.heat.cellsNote"),
      };
    },
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- both follow from the language, which `t` changes with
    [t],
  );
}
