// Places a process map: boxes in columns from start to end, arrows between them. Where an arrow passes a column it has a place
// of its own there, so that it runs between boxes and not through them.
//
// Columns come from each box's strongest way in, which keeps dense graphs flat (a longest path would make a column a box);
// the order within columns from the means of their neighbours (Sugiyama et al. 1981, IEEE Trans. SMC 11:109); heights from
// the nearest places to those means that keep order and distance (pool adjacent violators). O(sweeps × (boxes + arrows)).
import { lettersOf } from "./letters";

export interface ProcessNode {
  id: string;
  /** How much happens there; the order of boxes of the same rank. */
  weight: number;
  /** Round ends of the map. */
  end?: "start" | "end";
}

export interface ProcessEdge {
  from: string;
  to: string;
  count: number;
}

export interface ProcessBox extends ProcessNode {
  x: number;
  y: number;
  width: number;
  height: number;
  column: number;
}

export interface ProcessArrow extends ProcessEdge {
  path: string;
  thickness: number;
  /** Ahead, back to an earlier box, or to the same one. */
  kind: "forward" | "back" | "loop";
  /** Where its number may stand, best first. */
  labels: Point[];
}

export interface Point {
  x: number;
  y: number;
}

export interface ProcessLayout {
  width: number;
  height: number;
  boxes: ProcessBox[];
  arrows: ProcessArrow[];
}

const BOX = { width: 124, height: 46 };
const ROUND = 34;
const BOX_MIN = 92;
const BETWEEN_MIN = 48;
const BETWEEN_MAX = 150;
const GAP = 30;
/** What an arrow that passes a column takes of it, and all of them together; many stand closer. */
const PASSING = 16;
const PASSING_ALL = 320;
const MARGIN = 26;
const SWEEPS = 12;
const THICK_MAX = 7;
const LOOP_MAX = 3;
const PORT_STEP = 9;

/** A box, or the place of an arrow that passes. */
interface Item {
  column: number;
  /** Half its height. */
  half: number;
  box: ProcessNode | null;
  near: Item[];
  y: number;
  order: number;
}

export function processLayout(nodes: readonly ProcessNode[], edges: readonly ProcessEdge[], width: number): ProcessLayout {
  const known = new Set(nodes.map(({ id }) => id));
  const real = edges.filter(({ from, to }) => known.has(from) && known.has(to));
  const moves = real.filter(({ from, to }) => from !== to);
  const rank = ranks(nodes, moves);
  const column = columnsOf(nodes, moves, rank);
  const items = new Map<string, Item>();
  const columns: Item[][] = Array.from({ length: Math.max(0, ...column.values()) + 1 }, () => []);
  const place = (item: Item) => {
    columns[item.column]?.push(item);
    return item;
  };
  for (const node of nodes.toSorted((a, b) => b.weight - a.weight)) {
    items.set(node.id, place({ column: column.get(node.id) ?? 0, half: (node.end ? ROUND : BOX.height) / 2, box: node, near: [], y: 0, order: 0 }));
  }
  // Arrows that pass columns: a chain of places, the same both ways.
  const chains = new Map<ProcessEdge, Item[]>();
  for (const edge of moves.toSorted((a, b) => b.count - a.count)) {
    const [from, to] = [items.get(edge.from), items.get(edge.to)];
    if (!from || !to) continue;
    const step = Math.sign(to.column - from.column);
    const chain = [from];
    const passed = Math.max(0, Math.abs(to.column - from.column) - 1);
    for (let n = 1; n <= passed; n += 1) chain.push(place({ column: from.column + n * step, half: PASSING / 2, box: null, near: [], y: 0, order: 0 }));
    chain.push(to);
    for (const [index, item] of chain.slice(1).entries()) {
      const before = chain[index];
      if (!before || before.column === item.column) continue;
      before.near.push(item);
      item.near.push(before);
    }
    chains.set(edge, chain);
  }
  for (const passing of columns.map((each) => each.filter(({ box }) => box === null))) {
    for (const item of passing) item.half = Math.min(PASSING, PASSING_ALL / passing.length) / 2;
  }
  order(columns);
  settle(columns);

  const all = columns.flat();
  const top = Math.min(0, ...all.map(({ y, half }) => y - half));
  const bottom = Math.max(0, ...all.map(({ y, half }) => y + half));
  const gaps = Math.max(1, columns.length - 1);
  const round = columns.map((each) => each.every(({ box }) => box === null || box.end !== undefined));
  const wide = round.filter((isRound) => !isRound).length;
  const room = width - 2 * MARGIN - (columns.length - wide) * ROUND;
  const boxWidth = Math.min(BOX.width, Math.max(BOX_MIN, (room - gaps * BETWEEN_MIN) / Math.max(1, wide)));
  const between = Math.min(BETWEEN_MAX, Math.max(BETWEEN_MIN, (room - wide * boxWidth) / gaps));
  const widths = round.map((isRound) => (isRound ? ROUND : boxWidth));
  const lefts = widths.map((_, at) => MARGIN + widths.slice(0, at).reduce((sum, own) => sum + own + between, 0));
  const span = (at: number): [number, number] => [lefts[at] ?? 0, (lefts[at] ?? 0) + (widths[at] ?? 0)];
  const lift = MARGIN - top;
  for (const item of all) item.y += lift;

  const boxes = nodes.map((node): ProcessBox => {
    const item = items.get(node.id);
    const own = node.end ? { width: ROUND, height: ROUND } : { width: boxWidth, height: BOX.height };
    const at = item?.column ?? 0;
    const [left, right] = span(at);
    return { ...node, ...own, column: at, x: (left + right - own.width) / 2, y: (item?.y ?? 0) - own.height / 2 };
  });
  return {
    width: span(columns.length - 1)[1] + MARGIN,
    height: bottom - top + 2 * MARGIN,
    boxes,
    arrows: arrowsOf(real, chains, new Map(boxes.map((box) => [box.id, box])), span),
  };
}

/** An order in which the least goes back: what mostly sends stands before what mostly receives (Eades, Lin and Smyth 1993). */
function ranks(nodes: readonly ProcessNode[], edges: readonly ProcessEdge[]): Map<string, number> {
  const left = new Set(nodes.map(({ id }) => id));
  const first: string[] = [];
  for (const node of nodes) if (node.end === "start") first.push(node.id);
  const last = nodes.filter(({ end }) => end === "end").map(({ id }) => id);
  for (const id of [...first, ...last]) left.delete(id);
  const weight = new Map(nodes.map(({ id, weight: own }) => [id, own]));
  const net = new Map(nodes.map(({ id }) => [id, 0]));
  const add = (id: string, by: number) => net.set(id, (net.get(id) ?? 0) + by);
  // What begins often stands early, what ends often late: starts and ends are edges, too.
  for (const { from, to, count } of edges) {
    add(from, count);
    add(to, -count);
  }
  for (const { from, to, count } of edges) if (first.includes(from)) add(to, 3 * count);
  while (left.size > 0) {
    const [next] = [...left].toSorted((a, b) => (net.get(b) ?? 0) - (net.get(a) ?? 0) || (weight.get(b) ?? 0) - (weight.get(a) ?? 0) || (a < b ? -1 : 1));
    if (next === undefined) break;
    left.delete(next);
    first.push(next);
    for (const { from, to, count } of edges) {
      if (from === next) add(to, count);
      if (to === next) add(from, -count);
    }
  }
  return new Map([...first, ...last].map((id, index) => [id, index]));
}

/** A box stands one column after the box it is mostly reached from, of those before it in rank; the end after all. */
function columnsOf(nodes: readonly ProcessNode[], edges: readonly ProcessEdge[], rank: Map<string, number>): Map<string, number> {
  const column = new Map<string, number>();
  const at = (id: string) => rank.get(id) ?? 0;
  for (const { id, end } of nodes.toSorted((a, b) => at(a.id) - at(b.id))) {
    if (end === "end") {
      column.set(id, Math.max(0, ...column.values()) + 1);
      continue;
    }
    const ways = edges.filter((edge) => edge.to === id && at(edge.from) < at(id));
    const strongest = ways.reduce<ProcessEdge | null>((most, next) => (most === null || next.count > most.count ? next : most), null);
    const start = nodes.some((node) => node.end === "start") && end !== "start" ? 1 : 0;
    column.set(id, strongest ? (column.get(strongest.from) ?? 0) + 1 : start);
  }
  return column;
}

function number(columns: readonly Item[][]): void {
  for (const items of columns) for (const [index, item] of items.entries()) item.order = index - (items.length - 1) / 2;
}

/** Sweeps over the columns, each in the order of the means of its neighbours in the column before. */
function order(columns: Item[][]): void {
  number(columns);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const ahead = sweep % 2 === 0;
    for (const items of ahead ? columns : columns.toReversed()) {
      const mean = (item: Item) => {
        const near = item.near.filter((other) => (ahead ? other.column < item.column : other.column > item.column));
        return near.length === 0 ? item.order : near.reduce((sum, other) => sum + other.order, 0) / near.length;
      };
      const sorted = items.map((item) => [mean(item), item] as const).toSorted(([a], [b]) => a - b);
      for (const [index, [, item]] of sorted.entries()) items[index] = item;
      for (const [index, item] of items.entries()) item.order = index - (items.length - 1) / 2;
    }
  }
}

/** Between the middles of two neighbours; arrows that pass stand as close as their number lets them. */
function distance(above: Item, below: Item): number {
  const gap = above.box && below.box ? GAP : above.box || below.box ? GAP / 2 : above.half + below.half;
  return above.half + below.half + gap;
}

/** Moves items to the means of their neighbours, as near as order and distances let them. */
function settle(columns: readonly Item[][]): void {
  for (const items of columns) spread(items, items.map(() => 0));
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const items of sweep % 2 === 0 ? columns : columns.toReversed()) {
      spread(
        items,
        items.map((item) => (item.near.length === 0 ? item.y : item.near.reduce((sum, other) => sum + other.y, 0) / item.near.length)),
      );
    }
  }
}

/** The places nearest to the wishes (least squares) that keep order and distances: pool adjacent violators. */
function spread(items: readonly Item[], wishes: readonly number[]): void {
  const offsets: number[] = [];
  for (const [index, item] of items.entries()) {
    const above = items[index - 1];
    offsets.push(above ? (offsets[index - 1] ?? 0) + distance(above, item) : 0);
  }
  const pools: { sum: number; size: number }[] = [];
  for (const index of items.keys()) {
    let pool = { sum: (wishes[index] ?? 0) - (offsets[index] ?? 0), size: 1 };
    let last = pools.at(-1);
    while (last && last.sum / last.size > pool.sum / pool.size) {
      pool = { sum: pool.sum + last.sum, size: pool.size + last.size };
      pools.pop();
      last = pools.at(-1);
    }
    pools.push(pool);
  }
  const places = pools.flatMap(({ sum, size }) => Array.from({ length: size }, () => sum / size));
  for (const [index, item] of items.entries()) item.y = (places[index] ?? 0) + (offsets[index] ?? 0);
}

function arrowsOf(edges: readonly ProcessEdge[], chains: Map<ProcessEdge, Item[]>, boxes: Map<string, ProcessBox>, span: (column: number) => [number, number]): ProcessArrow[] {
  const most = Math.max(1, ...edges.map(({ count }) => count));
  const thickness = (count: number) => 1 + (THICK_MAX - 1) * Math.sqrt(count / most);
  // Where arrows meet the sides of boxes: next to each other, in the order of where they come from or go to.
  const sides = new Map<string, { edge: ProcessEdge; y: number }[]>();
  const sideOf = (box: ProcessBox, isRight: boolean) => `${box.id}\u0001${isRight ? "right" : "left"}`;
  const ends = new Map<ProcessEdge, { from: [ProcessBox, boolean]; to: [ProcessBox, boolean] }>();
  for (const [edge, chain] of chains) {
    const [from, to] = [boxes.get(edge.from), boxes.get(edge.to)];
    if (!from || !to) continue;
    const ahead = to.column > from.column;
    const same = to.column === from.column;
    const both = { from: [from, ahead || same] as [ProcessBox, boolean], to: [to, !ahead] as [ProcessBox, boolean] };
    ends.set(edge, both);
    const register = (side: string, y: number) => sides.set(side, [...(sides.get(side) ?? []), { edge, y }]);
    register(sideOf(...both.from), chain[1]?.y ?? 0);
    register(sideOf(...both.to), chain.at(-2)?.y ?? 0);
  }
  for (const ports of sides.values()) ports.sort((a, b) => a.y - b.y);
  const port = ([box, isRight]: [ProcessBox, boolean], edge: ProcessEdge): { x: number; y: number } => {
    const ports = sides.get(sideOf(box, isRight)) ?? [];
    const step = Math.min(PORT_STEP, (box.height - 12) / Math.max(1, ports.length - 1));
    const index = ports.findIndex((each) => each.edge === edge);
    return { x: isRight ? box.x + box.width : box.x, y: box.y + box.height / 2 + (index - (ports.length - 1) / 2) * step };
  };
  return edges.map((edge): ProcessArrow => {
    const own = { ...edge, thickness: thickness(edge.count) };
    const both = ends.get(edge);
    const chain = chains.get(edge);
    if (!both || !chain) return { ...own, kind: "loop", thickness: Math.min(LOOP_MAX, own.thickness), ...loop(boxes.get(edge.from)) };
    const [start, end] = [port(both.from, edge), port(both.to, edge)];
    const [from, to] = [both.from[0], both.to[0]];
    const kind = to.column > from.column ? "forward" : "back";
    if (to.column === from.column) {
      const reach = start.x + 30 + Math.abs(end.y - start.y) / 8;
      return { ...own, kind, path: `M${p(start)}C${n(reach)},${n(start.y)} ${n(reach)},${n(end.y)} ${p(end)}`, labels: along([start, { x: reach, y: start.y }, { x: reach, y: end.y }, end]) };
    }
    const points = [start];
    for (const item of chain.slice(1, -1)) {
      const [near, far] = span(item.column);
      points.push(...(kind === "forward" ? [{ x: near, y: item.y }, { x: far, y: item.y }] : [{ x: far, y: item.y }, { x: near, y: item.y }]));
    }
    points.push(end);
    const parts = points.slice(1).map((point, index) => {
      const before = points[index] ?? point;
      const middle = (before.x + point.x) / 2;
      return `C${n(middle)},${n(before.y)} ${n(middle)},${n(point.y)} ${p(point)}`;
    });
    // Flat stretches past columns are the best places for a number, then the ways between them.
    const flat = points.slice(1).flatMap((point, index) => {
      const before = points[index] ?? point;
      return index % 2 === 1 ? [{ x: (before.x + point.x) / 2, y: before.y }] : [];
    });
    const steep = points.slice(1).flatMap((point, index) => {
      const before = points[index] ?? point;
      const middle = (before.x + point.x) / 2;
      return index % 2 === 0 ? along([before, { x: middle, y: before.y }, { x: middle, y: point.y }, point]) : [];
    });
    return { ...own, kind, path: `M${p(start)}${parts.join("")}`, labels: [...flat, ...steep] };
  });
}

/** Out of the top of a box and back into it. */
function loop(box: ProcessBox | undefined): { path: string; labels: Point[] } {
  if (!box) return { path: "", labels: [] };
  const [x, y] = [box.x + box.width - 26, box.y];
  return { path: `M${n(x)},${n(y)}C${n(x - 2)},${n(y - 22)} ${n(x + 24)},${n(y - 22)} ${n(x + 18)},${n(y)}`, labels: [{ x: x + 8, y: y - 20 }] };
}

/** Points of a cubic curve, those nearer to its middle first. */
function along([a, b, c, d]: [Point, Point, Point, Point]): Point[] {
  return [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8].map((t) => {
    const u = 1 - t;
    const at = (of: (point: Point) => number) => u * u * u * of(a) + 3 * u * u * t * of(b) + 3 * u * t * t * of(c) + t * t * t * of(d);
    return { x: at(({ x }) => x), y: at(({ y }) => y) };
  });
}

const LETTER = 6.6;
const LINE = 15;

/** Gives each number the first of its places where it covers no box and no number of a more frequent arrow; null where there is none. */
export function placeLabels(arrows: readonly ProcessArrow[], boxes: readonly ProcessBox[], text: (arrow: ProcessArrow) => string): Map<ProcessArrow, Point> {
  const taken = boxes.map(({ x, y, width, height }) => ({ left: x, right: x + width, top: y, bottom: y + height }));
  const placed = new Map<ProcessArrow, Point>();
  for (const arrow of arrows.toSorted((a, b) => b.count - a.count)) {
    const half = (lettersOf(text(arrow)) * LETTER) / 2 + 1;
    for (const point of arrow.labels) {
      const own = { left: point.x - half, right: point.x + half, top: point.y - LINE / 2, bottom: point.y + LINE / 2 };
      if (taken.some((other) => own.left < other.right && other.left < own.right && own.top < other.bottom && other.top < own.bottom)) continue;
      taken.push(own);
      placed.set(arrow, point);
      break;
    }
  }
  return placed;
}

const n = (value: number) => value.toFixed(1);
const p = ({ x, y }: { x: number; y: number }) => `${n(x)},${n(y)}`;
