// The floor as it is drawn: zones are chosen, moved and drawn, and their corners are dragged. All of it can be done in the list
// and the table beside it, too.
import type { PointerEvent } from "react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import type { Floor, ShapeText, Zone } from "../../../api/types";
import { FloorPlan } from "../FloorPlan";
import type { Frame, Point, Ring } from "../geometry";
import { pathOf } from "../geometry";
import { moved, ringOf, setCorner, splitEdge } from "./draft";

interface Props {
  floor: Floor;
  chosen: string | null;
  faulty: ReadonlySet<string>;
  drawing: boolean;
  onChoose: (zone: string | null) => void;
  /** `drag` names the movement it is part of, so that it is undone as one. */
  onShape: (zone: string, shape: ShapeText, drag: string) => void;
  onDrawn: (ring: Ring) => void;
}

/** The pointer sets corners to the decimetre; the table takes any number. */
const GRID_M = 0.1;
const onGrid = ([x, y]: Point): Point => [Math.round(x / GRID_M) * GRID_M, Math.round(y / GRID_M) * GRID_M];
/** So near to its first corner, in pixels, a drawn ring is closed. */
const CLOSE_PX = 10;
const CORNERS_LEAST = 3;

interface Drag {
  name: string;
  from: Point;
  shape: ShapeText;
  /** The corner that is moved; null: all of it. */
  corner: number | null;
}

export function Board({ floor, chosen, faulty, drawing, onChoose, onShape, onDrawn }: Props) {
  const { t } = useTranslation();
  const zone = floor.zones?.find(({ id }) => id === chosen);
  return (
    <FloorPlan
      floor={floor}
      label={t("place.editor.board")}
      highest={620}
      picked={chosen}
      zoneLook={({ id }) => (faulty.has(id) ? "faulty" : "edited")}
      onZone={(id) => onChoose(id)}
    >
      {(frame) => (drawing ? <Drawing key="draw" frame={frame} onDrawn={onDrawn} /> : zone && <Handles key={zone.id} zone={zone} frame={frame} onShape={onShape} />)}
    </FloorPlan>
  );
}

/** Where the pointer is, in metres of the floor. */
function place(event: PointerEvent<SVGElement>, frame: Frame): Point {
  const box = (event.currentTarget.ownerSVGElement ?? event.currentTarget).getBoundingClientRect();
  return onGrid(frame.at(event.clientX - box.left, event.clientY - box.top));
}

function Handles({ zone, frame, onShape }: { zone: Zone; frame: Frame; onShape: Props["onShape"] }) {
  const drag = useRef<Drag | null>(null);
  const ring = ringOf(zone.shape);
  const start = (event: PointerEvent<SVGElement>, corner: number | null, shape: ShapeText = zone.shape) => {
    event.preventDefault();
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { name: `${zone.id} ${event.timeStamp}`, from: place(event, frame), shape, corner };
  };
  const move = (event: PointerEvent<SVGElement>) => {
    const now = drag.current;
    if (!now) return;
    const to = place(event, frame);
    const corners = ringOf(now.shape);
    const next = now.corner !== null && corners ? setCorner(corners, now.corner, to) : moved(now.shape, to[0] - now.from[0], to[1] - now.from[1]);
    onShape(zone.id, next, now.name);
  };
  const stop = () => {
    drag.current = null;
  };
  const follow = { onPointerMove: move, onPointerUp: stop, onPointerCancel: stop };
  return (
    <g aria-hidden>
      <path className="edit-body" d={pathOf(zone.shape, frame)} fillRule="evenodd" onPointerDown={(event) => start(event, null)} {...follow} />
      {ring?.map(([x, y], index) => {
        const [nextX, nextY] = ring[(index + 1) % ring.length] ?? [x, y];
        return (
          // Corners and edges have no names: they are told apart by their place.
          // oxlint-disable-next-line react/no-array-index-key
          <g key={index}>
            <circle className="edit-edge" cx={frame.x((x + nextX) / 2)} cy={frame.y((y + nextY) / 2)} r={4} onPointerDown={(event) => start(event, index + 1, splitEdge(ring, index))} {...follow} />
            <rect className="edit-corner" x={frame.x(x) - 5} y={frame.y(y) - 5} width={10} height={10} onPointerDown={(event) => start(event, index)} {...follow} />
          </g>
        );
      })}
    </g>
  );
}

function Drawing({ frame, onDrawn }: { frame: Frame; onDrawn: (ring: Ring) => void }) {
  const [ring, setRing] = useState<Point[]>([]);
  const [to, setTo] = useState<Point | null>(null);
  const near = (point: Point, [x, y]: Point) => Math.hypot(frame.x(point[0]) - frame.x(x), frame.y(point[1]) - frame.y(y)) <= CLOSE_PX;
  const press = (event: PointerEvent<SVGElement>) => {
    event.preventDefault();
    const point = place(event, frame);
    const [first] = ring;
    const last = ring.at(-1);
    if (first && ring.length >= CORNERS_LEAST && near(point, first)) onDrawn(ring);
    else if (!last || !near(point, last)) setRing([...ring, point]);
  };
  const line = [...ring, ...(to ? [to] : [])].map(([x, y]) => `${frame.x(x)},${frame.y(y)}`).join(" ");
  return (
    <g aria-hidden>
      <rect
        className="edit-ground"
        width={frame.width}
        height={frame.height}
        onPointerDown={press}
        onPointerMove={(event) => setTo(place(event, frame))}
        onPointerLeave={() => setTo(null)}
        onDoubleClick={() => ring.length >= CORNERS_LEAST && onDrawn(ring)}
      />
      <polyline className="edit-line" points={line} />
      {ring.map(([x, y], index) => (
        <circle key={`${x} ${y}`} className={index === 0 ? "edit-first" : "edit-point"} cx={frame.x(x)} cy={frame.y(y)} r={index === 0 ? 7 : 4} />
      ))}
    </g>
  );
}
