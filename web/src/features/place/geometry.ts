// Shapes of a plan, in metres with y up, and where they lie in a picture, in pixels with y down.
import type { Floor, ShapeText } from "../../api/types";

export type Point = readonly [number, number];
export type Ring = readonly Point[];

export interface Area {
  outer: Ring;
  holes: readonly Ring[];
}

export interface Box {
  left: number;
  bottom: number;
  right: number;
  top: number;
}

const isPoint = (value: unknown): value is Point => Array.isArray(value) && typeof value[0] === "number";

/** The areas of a shape, in whichever of its forms it is written. */
export function areasOf(shape: ShapeText): Area[] {
  if (!Array.isArray(shape)) return [{ outer: shape.outer as unknown as Ring, holes: (shape.holes ?? []) as unknown as Ring[] }];
  if (shape.length === 0 || isPoint(shape[0])) return [{ outer: shape as unknown as Ring, holes: [] }];
  return (shape as ShapeText[]).flatMap(areasOf);
}

export function boxOf(points: readonly Point[]): Box {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return points.length === 0 ? { left: 0, bottom: 0, right: 1, top: 1 } : { left: Math.min(...xs), bottom: Math.min(...ys), right: Math.max(...xs), top: Math.max(...ys) };
}

/** Positive where the ring runs against the clock. */
function signedArea(ring: Ring): number {
  let sum = 0;
  for (const [index, [x, y]] of ring.entries()) {
    const [nextX, nextY] = ring[(index + 1) % ring.length] ?? [x, y];
    sum += x * nextY - nextX * y;
  }
  return sum / 2;
}

export function squareMetres(shape: ShapeText): number {
  return areasOf(shape).reduce((sum, { outer, holes }) => sum + Math.abs(signedArea(outer)) - holes.reduce((less, hole) => less + Math.abs(signedArea(hole)), 0), 0);
}

/** Whether a point lies in a shape: it crosses its edges an odd number of times. */
export function inside(shape: ShapeText, [x, y]: Point): boolean {
  const rings = areasOf(shape).flatMap(({ outer, holes }) => [outer, ...holes]);
  return rings.filter((ring) => crosses(ring, x, y)).length % 2 === 1;
}

function crosses(ring: Ring, x: number, y: number): boolean {
  let odd = false;
  for (const [index, [ax, ay]] of ring.entries()) {
    const [bx, by] = ring[(index + 1) % ring.length] ?? [ax, ay];
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) odd = !odd;
  }
  return odd;
}

/** A point to write a shape's name at: the middle of its largest area, or, where that lies outside of it, of its widest line there. */
export function middleOf(shape: ShapeText): Point {
  const largest = areasOf(shape).toSorted((a, b) => Math.abs(signedArea(b.outer)) - Math.abs(signedArea(a.outer)))[0];
  if (!largest || largest.outer.length === 0) return [0, 0];
  const ring = largest.outer;
  const area = signedArea(ring);
  const box = boxOf(ring);
  let [cx, cy] = [0, 0];
  for (const [index, [x, y]] of ring.entries()) {
    const [nextX, nextY] = ring[(index + 1) % ring.length] ?? [x, y];
    const cross = x * nextY - nextX * y;
    cx += (x + nextX) * cross;
    cy += (y + nextY) * cross;
  }
  const middle: Point = area === 0 ? [(box.left + box.right) / 2, (box.bottom + box.top) / 2] : [cx / (6 * area), cy / (6 * area)];
  if (inside(shape, middle)) return middle;
  const y = middle[1];
  const cuts = [ring, ...largest.holes]
    .flatMap((each) =>
      each.flatMap(([ax, ay], index) => {
        const [bx, by] = each[(index + 1) % each.length] ?? [ax, ay];
        return ay > y !== by > y ? [ax + ((y - ay) / (by - ay)) * (bx - ax)] : [];
      }),
    )
    .toSorted((a, b) => a - b);
  const spans = cuts.flatMap((from, index) => (index % 2 === 0 && cuts[index + 1] !== undefined ? [[from, cuts[index + 1] ?? from] as const] : []));
  const widest = spans.toSorted((a, b) => b[1] - b[0] - (a[1] - a[0]))[0];
  return widest ? [(widest[0] + widest[1]) / 2, y] : middle;
}

/** Where metres of a floor lie in a picture of it. */
export interface Frame {
  width: number;
  height: number;
  /** Pixels a metre. */
  scale: number;
  box: Box;
  x: (metres: number) => number;
  y: (metres: number) => number;
  /** Metres of a place in the picture. */
  at: (x: number, y: number) => Point;
}

/** Around the floor, in pixels. */
const MARGIN = 10;

/** All a floor's shapes: zones of the street lie beside its outline. */
export function floorBox(floor: Floor): Box {
  const shapes = [floor.outline, ...(floor.zones ?? []).map(({ shape }) => shape)];
  const gates = (floor.gates ?? []).flatMap(({ from, to }) => [from as unknown as Point, to as unknown as Point]);
  return boxOf([...shapes.flatMap(areasOf).flatMap(({ outer }) => outer), ...gates]);
}

export function frameOf(box: Box, width: number, highest: number): Frame {
  const [across, up] = [Math.max(box.right - box.left, 0.1), Math.max(box.top - box.bottom, 0.1)];
  const scale = Math.max(0.01, Math.min((width - 2 * MARGIN) / across, (highest - 2 * MARGIN) / up));
  return {
    width: Math.round(across * scale + 2 * MARGIN),
    height: Math.round(up * scale + 2 * MARGIN),
    scale,
    box,
    x: (metres) => MARGIN + (metres - box.left) * scale,
    y: (metres) => MARGIN + (box.top - metres) * scale,
    at: (x, y) => [box.left + (x - MARGIN) / scale, box.top - (y - MARGIN) / scale],
  };
}

/** A shape as a path of the picture; fill it by the even-odd rule, so that holes stay open. */
export function pathOf(shape: ShapeText, frame: Frame): string {
  const ring = (points: Ring) => `M${points.map(([x, y]) => `${frame.x(x).toFixed(1)},${frame.y(y).toFixed(1)}`).join("L")}Z`;
  return areasOf(shape)
    .flatMap(({ outer, holes }) => [outer, ...holes])
    .map(ring)
    .join("");
}
