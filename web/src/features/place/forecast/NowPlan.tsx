// The floor as it is: zones are chosen here to be swapped, and dragged to where they would stand. The lists and the metres above do
// the same by keyboard.
import type { PointerEvent } from "react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import type { Floor, PlaceForecast, Zone } from "../../../api/types";
import { useFormat } from "../../../ui/format";
import { useLocalized } from "../../../ui/language";
import { moved } from "../editor/draft";
import { FloorPlan } from "../FloorPlan";
import type { Frame, Point } from "../geometry";
import { middleOf, pathOf, squareMetres } from "../geometry";
import type { Change, Told } from "./change";
import { afterOf, namedIn, notSwapped, offers, zonesOf } from "./layout";

export type Mode = "swap" | "move" | "plan";

interface Props {
  floor: Floor;
  change: Change;
  answer: PlaceForecast | undefined;
  told: Told;
  /** null: nothing is chosen here. */
  mode: Mode | null;
  /** The zone that was chosen first. */
  first: string | null;
  onZone: (zone: string) => void;
  onMove: (zone: string, by_m: [number, number]) => void;
}

/** The pointer moves zones by decimetres; the fields take any number. */
const GRID_M = 0.1;
const onGrid = (metres: number) => Math.round(metres / GRID_M) / Math.round(1 / GRID_M);

interface Drag {
  zone: string;
  from: Point;
  by: [number, number];
}

export function NowPlan({ floor, change, answer, told, mode, first, onZone, onMove }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const [drag, setDrag] = useState<Drag | null>(null);
  const measured = new Map(answer?.zones.map((zone) => [zone.of, zone[told].measured]));
  const named = namedIn(change);
  const one = zonesOf(floor).find(({ id }) => id === first);
  const look = (zone: Zone) => {
    const chosen = named.has(zone.id) ? " moves" : "";
    const open = mode === "swap" && one && one.id !== zone.id ? notSwapped(one, zone) === null : offers(zone);
    return (open || mode === null ? "offering" : "bare") + chosen;
  };
  const written: Floor = {
    ...floor,
    zones: zonesOf(floor).map((zone) => {
      const number = measured.get(zone.id);
      return number === undefined ? zone : { ...zone, name: `${localized(zone.name)} ${format.whole(number)}` };
    }),
  };
  return (
    <FloorPlan
      floor={written}
      label={t("place.forecast.nowOf", { told: t(`place.forecast.told.${told}`) })}
      highest={460}
      zoneLook={look}
      picked={first}
      {...(mode === "swap" ? { onZone } : {})}
    >
      {(frame) => (
        <>
          <Ways floor={floor} change={change} drag={drag} frame={frame} />
          {mode === "move" && <Carried floor={floor} change={change} frame={frame} drag={drag} onDrag={setDrag} onMove={onMove} />}
        </>
      )}
    </FloorPlan>
  );
}

/** Where what changes goes: an outline at its new place, and an arrow there. */
function Ways({ floor, change, drag, frame }: { floor: Floor; change: Change; drag: Drag | null; frame: Frame }) {
  const moves = drag === null ? change.moves : [...change.moves.filter(({ zone }) => zone !== drag.zone), { zone: drag.zone, by_m: drag.by }];
  const after = new Map(zonesOf(afterOf(floor, { ...change, moves }).floor).map((zone) => [zone.id, zone]));
  const of = new Map(zonesOf(floor).map((zone) => [zone.id, zone]));
  const arrow = (from: Point, to: Point, key: string, both: boolean) => <Arrow key={key} from={[frame.x(from[0]), frame.y(from[1])]} to={[frame.x(to[0]), frame.y(to[1])]} both={both} />;
  return (
    <g className="forecast-ways" aria-hidden>
      {moves.map(({ zone }) => {
        const [before, then] = [of.get(zone), after.get(zone)];
        if (!before || !then) return null;
        return (
          <g key={zone}>
            <path className="forecast-ghost" d={pathOf(then.shape, frame)} fillRule="evenodd" />
            {arrow(middleOf(before.shape), middleOf(then.shape), zone, false)}
          </g>
        );
      })}
      {change.swaps.map(([a, b]) => {
        const [one, other] = [of.get(a), of.get(b)];
        return one && other ? arrow(middleOf(one.shape), middleOf(other.shape), `${a} ${b}`, true) : null;
      })}
    </g>
  );
}

/** Pixels of an arrow's head, and between an arrow and a name it would lie on. */
const HEAD = 8;
const GAP = 10;

function Arrow({ from, to, both }: { from: Point; to: Point; both: boolean }) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  if (length < 2 * GAP) return null;
  const [ux, uy] = [dx / length, dy / length];
  const [begin, end]: [Point, Point] = [[from[0] + ux * GAP, from[1] + uy * GAP], [to[0] - ux * GAP, to[1] - uy * GAP]];
  const head = ([x, y]: Point, way: 1 | -1) => {
    const [bx, by] = [x - ux * HEAD * way, y - uy * HEAD * way];
    return `M${x},${y}L${bx - uy * HEAD * 0.5},${by + ux * HEAD * 0.5}L${bx + uy * HEAD * 0.5},${by - ux * HEAD * 0.5}Z`;
  };
  return (
    <g>
      <line className="forecast-way" x1={begin[0]} y1={begin[1]} x2={end[0]} y2={end[1]} />
      <path className="forecast-head" d={head(end, 1) + (both ? head(begin, -1) : "")} />
    </g>
  );
}

interface CarriedProps {
  floor: Floor;
  change: Change;
  frame: Frame;
  drag: Drag | null;
  onDrag: (drag: Drag | null) => void;
  onMove: Props["onMove"];
}

/** What can be dragged, where it would stand. */
function Carried({ floor, change, frame, drag, onDrag, onMove }: CarriedProps) {
  const held = useRef<Drag | null>(null);
  const before = afterOf(floor, { ...change, moves: [] }).floor;
  const by = new Map(change.moves.map((move) => [move.zone, move.by_m]));
  const place = (event: PointerEvent<SVGElement>): Point => {
    const box = (event.currentTarget.ownerSVGElement ?? event.currentTarget).getBoundingClientRect();
    return frame.at(event.clientX - box.left, event.clientY - box.top);
  };
  const start = (event: PointerEvent<SVGElement>, zone: string) => {
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    held.current = { zone, from: place(event), by: by.get(zone) ?? [0, 0] };
    onDrag(held.current);
  };
  const to = (event: PointerEvent<SVGElement>): [number, number] | null => {
    const from = held.current;
    if (!from) return null;
    const [x, y] = place(event);
    return [onGrid(from.by[0] + x - from.from[0]), onGrid(from.by[1] + y - from.from[1])];
  };
  const move = (event: PointerEvent<SVGElement>) => {
    const now = to(event);
    if (now && held.current) onDrag({ ...held.current, by: now });
  };
  const stop = (event: PointerEvent<SVGElement>) => {
    const [now, from] = [to(event), held.current];
    held.current = null;
    onDrag(null);
    if (now && from) onMove(from.zone, now);
  };
  const cancel = () => {
    held.current = null;
    onDrag(null);
  };
  const carried = zonesOf(before)
    .filter(offers)
    .map((zone) => {
      const [right, up] = (drag?.zone === zone.id ? drag.by : by.get(zone.id)) ?? [0, 0];
      return { ...zone, shape: moved(zone.shape, right, up) };
    })
    .toSorted((a, b) => squareMetres(b.shape) - squareMetres(a.shape));
  return (
    <g aria-hidden>
      {carried.map((zone) => (
        <path
          key={zone.id}
          className="forecast-carry"
          data-zone={zone.id}
          d={pathOf(zone.shape, frame)}
          fillRule="evenodd"
          onPointerDown={(event) => start(event, zone.id)}
          onPointerMove={move}
          onPointerUp={stop}
          onPointerCancel={cancel}
        />
      ))}
    </g>
  );
}
