// A floor to measure: its outline, fixtures, zones, gates and names, with a canvas beneath for what has many points. The
// picture is one image for readers unless something in it takes the focus; its numbers stand in a table beside it.
import type { PointerEvent, ReactNode, RefObject } from "react";
import { useEffect, useLayoutEffect, useMemo, useRef } from "react";

import type { Floor, Zone } from "../../api/types";
import { fit, lettersOf } from "../../charts/letters";
import { useElementWidth } from "../../charts/width";
import { useLocalized } from "../../ui/language";
import { useTheme } from "../../ui/theme";
import type { Frame, Point } from "./geometry";
import { areasOf, boxOf, floorBox, frameOf, middleOf, pathOf, squareMetres } from "./geometry";

interface Props {
  floor: Floor;
  label: string;
  /** Pixels the picture is high at most. */
  highest?: number;
  /** Draws beneath the plan; called anew whenever it, the size or the colours change. */
  paint?: (surface: CanvasRenderingContext2D, frame: Frame) => void;
  /** A class of a zone, besides its own. */
  zoneLook?: (zone: Zone) => string;
  picked?: string | null;
  onZone?: (zone: string) => void;
  onPoint?: (point: Point | null) => void;
  /** A canvas above the picture, for who draws by themselves; `onFrame` says to what measure. */
  over?: RefObject<HTMLCanvasElement | null>;
  onFrame?: (frame: Frame) => void;
  /** Drawn above the zones. */
  children?: (frame: Frame) => ReactNode;
  /** Whether something in it takes the focus. */
  interactive?: boolean;
}

const LETTER = 6.7;
const LINE = 14;

export function FloorPlan({ floor, label, highest = 560, paint, zoneLook, picked = null, onZone, onPoint, over, onFrame, children, interactive = false }: Props) {
  const [ref, width] = useElementWidth();
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useMemo(() => frameOf(floorBox(floor), Math.max(width, 240), highest), [floor, width, highest]);
  const { width: wide, height: high } = frame;
  // Colours come from the page, so what is painted follows the theme.
  const theme = useTheme();
  // Before the picture is shown: the plan is not seen without what lies beneath it.
  useLayoutEffect(() => {
    const redraw = () => {
      const surface = canvas.current && paint ? sharp(canvas.current, wide, high) : null;
      if (surface) paint?.(surface, frame);
    };
    redraw();
    // Once more when all of the page stands: its colours may be shown by a part that comes after this one.
    const next = requestAnimationFrame(redraw);
    const surface = canvas.current;
    // On paper they are the light ones. A busy browser may take a canvas away, and gives it back empty.
    const media = [matchMedia("(prefers-color-scheme: dark)"), matchMedia("print")];
    for (const each of media) each.addEventListener("change", redraw);
    surface?.addEventListener("contextrestored", redraw);
    document.addEventListener("visibilitychange", redraw);
    return () => {
      cancelAnimationFrame(next);
      for (const each of media) each.removeEventListener("change", redraw);
      surface?.removeEventListener("contextrestored", redraw);
      document.removeEventListener("visibilitychange", redraw);
    };
  }, [paint, frame, wide, high, theme]);
  useEffect(() => {
    if (width > 0) onFrame?.(frame);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- told when the measure changes
  }, [frame, width, theme]);
  const point = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    onPoint?.(frame.at(event.clientX - box.left, event.clientY - box.top));
  };
  // The smallest lie on top: what is drawn on another is seen, and can be pressed.
  const zones = useMemo(() => (floor.zones ?? []).toSorted((a, b) => squareMetres(b.shape) - squareMetres(a.shape)), [floor]);
  return (
    <div className="floor" ref={ref}>
      {width > 0 && (
        <div className="floor-picture" style={{ width: wide, height: high }}>
          {paint && <canvas ref={canvas} className="beneath" aria-hidden />}
          <svg
            className="picture floor-plan"
            width={wide}
            height={high}
            role={interactive ? "group" : "img"}
            aria-label={label}
            {...(onPoint ? { onPointerMove: point, onPointerDown: point, onPointerLeave: () => onPoint(null) } : {})}
          >
            {zones.map((zone) => (
              // Zones are chosen by their rows in the table, too: that is the keyboard's way.
              // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
              <path
                key={zone.id}
                className={`floor-zone ${zoneLook?.(zone) ?? ""}${picked === zone.id ? " picked" : ""}${onZone ? " pressable" : ""}`}
                d={pathOf(zone.shape, frame)}
                fillRule="evenodd"
                {...(onZone ? { onClick: () => onZone(zone.id) } : {})}
              />
            ))}
            {(floor.fixtures ?? []).map((fixture) => (
              <path key={fixture.id} className="floor-fixture" d={pathOf(fixture.shape, frame)} fillRule="evenodd" />
            ))}
            <path className="floor-outline" d={pathOf(floor.outline, frame)} fillRule="evenodd" />
            {(floor.gates ?? []).map(({ id, from, to }) => (
              <line key={id} className="floor-gate" x1={frame.x(from[0] ?? 0)} y1={frame.y(from[1] ?? 0)} x2={frame.x(to[0] ?? 0)} y2={frame.y(to[1] ?? 0)} />
            ))}
            {children?.(frame)}
            <g className="floor-names" aria-hidden>
              {zones.map((zone) => (
                <ZoneLabel key={zone.id} zone={zone} frame={frame} look={zoneLook?.(zone) ?? ""} />
              ))}
            </g>
          </svg>
          {over && <canvas ref={over} className="over" aria-hidden />}
        </div>
      )}
    </div>
  );
}

/** Where a name of a zone stands: upright, or along a narrow zone; null where it does not fit. */
export function nameRoom(name: string, shape: Zone["shape"], frame: Frame): { turned: boolean; room: number } | null {
  const box = boxOf(areasOf(shape).flatMap(({ outer }) => outer));
  const [across, along] = [(box.right - box.left) * frame.scale - 4, (box.top - box.bottom) * frame.scale - 4];
  const needed = lettersOf(name) * LETTER;
  const turned = needed > across && along > across;
  const room = turned ? along : across;
  return room < Math.min(needed, 3 * LETTER) || (turned ? across : along) < LINE - 4 ? null : { turned, room };
}

/** A name where it fits; none where it does not. */
function ZoneLabel({ zone, frame, look }: { zone: Zone; frame: Frame; look: string }) {
  const localized = useLocalized();
  const name = localized(zone.name);
  const stands = nameRoom(name, zone.shape, frame);
  if (!stands) return null;
  const { turned, room } = stands;
  const [x, y] = middleOf(zone.shape);
  const [px, py] = [frame.x(x), frame.y(y)];
  return (
    <text className={`floor-name ${look}`} x={px} y={py + 4} textAnchor="middle" {...(turned ? { transform: `rotate(-90 ${px} ${py})` } : {})}>
      {fit(name, room / LETTER)}
    </text>
  );
}

/** A canvas as fine as the screen, drawn to in the picture's pixels. */
export function sharp(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | null {
  const fine = Math.min(devicePixelRatio || 1, 3);
  const [wide, high] = [Math.round(width * fine), Math.round(height * fine)];
  if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const surface = canvas.getContext("2d");
  surface?.setTransform(fine, 0, 0, fine, 0, 0);
  surface?.clearRect(0, 0, width, height);
  return surface;
}
