// Places paths in columns: one a step, in each the names told apart, the others, and those whose path was over before; or,
// where steps are counted from the last, those whose path begins after it.
// Bands join neighbouring columns. Every node and band is `scale` × count high, so what comes into a node equals what
// goes out of it, and every column stands for all. O(nodes + links).

/** Stands for names that are not told apart, in links. */
export const OTHER = "…";

/** How paths ended, in the order they are drawn. */
export const PATH_ENDS = ["goal", "left", "open"] as const;
export type PathEnd = (typeof PATH_ENDS)[number];

export interface PathColumn {
  labels: { label: string; count: number }[];
  other: number;
  /** Over before this step; counted from the last, not begun yet. */
  ended: number;
  /** How the ended ended; they add up to it. */
  ends: Record<PathEnd, number>;
}

export interface PathColumnLink {
  /** Index of the column it begins in. */
  column: number;
  from: string;
  to: string;
  count: number;
}

export interface PathNode {
  key: string;
  column: number;
  kind: "label" | "other" | "ended";
  label: string;
  count: number;
  x: number;
  y: number;
  height: number;
  /** Of the ended: how they ended, from top to bottom. */
  parts: PathPart[];
}

/** A part of a node, as high as it counts. */
export interface PathPart {
  end: PathEnd;
  count: number;
  y: number;
  height: number;
}

export interface PathBand {
  key: string;
  kind: "on" | "ended";
  /** Keys of its nodes. */
  from: string;
  to: string;
  count: number;
  /** From top to bottom, where it begins and at every other place. */
  thickness: number;
  /** Its middle at its two ends. */
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

/** Bands of one node that look alike. They leave it in the order they arrive in, so none lies over another. */
export interface PathSheaf {
  kind: PathBand["kind"];
  bands: PathBand[];
}

export interface PathLayout {
  width: number;
  height: number;
  /** Pixels a subject. */
  scale: number;
  columnWidth: number;
  nodes: PathNode[];
  bands: PathBand[];
  sheaves: PathSheaf[];
}

export const NODE_WIDTH = 10;
const COLUMN_MIN = 168;
const HEIGHT = 420;
/** Least height of a node with its gap: room for a line of text. */
const PITCH = 17;
const NODE_MIN = 3;
/** A band that is hardly anybody is still seen. */
const BAND_MIN = 0.75;

const labelKey = (column: number, label: string) => `${column}/label/${label}`;
const otherKey = (column: number) => `${column}/other`;
const linkKey = (column: number, label: string) => (label === OTHER ? otherKey(column) : labelKey(column, label));
const endedKey = (column: number) => `${column}/ended`;

/** `backwards`: steps are counted from the last, so that paths begin in different columns and end in the same. */
export function pathLayout(columns: readonly PathColumn[], links: readonly PathColumnLink[], available: number, backwards = false): PathLayout {
  const columnWidth = Math.max(COLUMN_MIN, available / Math.max(1, columns.length));
  const total = Math.max(1, ...columns.map(totalOf));
  const most = Math.max(1, ...columns.map((column) => entries(column, 0).length));
  const scale = Math.max(HEIGHT - most * PITCH, HEIGHT / 3) / total;
  const nodes: PathNode[] = [];
  for (const [index, column] of columns.entries()) {
    let y = 0;
    for (const entry of entries(column, index)) {
      const height = Math.max(NODE_MIN, entry.count * scale);
      nodes.push({ ...entry, column: index, x: index * columnWidth, y, height, parts: entry.kind === "ended" ? partsOf(column, y, height) : [] });
      y += height + PITCH - NODE_MIN;
    }
  }
  const height = Math.max(0, ...nodes.map((node) => node.y + node.height));
  const bands = bandsOf(flowsOf(columns, links, backwards), nodes, scale);
  return { width: columnWidth * columns.length, height: Math.ceil(height), scale, columnWidth, nodes, bands, sheaves: sheavesOf(bands) };
}

function partsOf({ ends, ended }: PathColumn, top: number, height: number): PathPart[] {
  let y = top;
  return PATH_ENDS.filter((end) => ends[end] > 0).map((end) => {
    const part = { end, count: ends[end], y, height: (ends[end] / ended) * height };
    y += part.height;
    return part;
  });
}

function totalOf(column: PathColumn): number {
  return column.labels.reduce((sum, { count }) => sum + count, column.other + column.ended);
}

function entries(column: PathColumn, index: number): Pick<PathNode, "key" | "kind" | "label" | "count">[] {
  return [
    ...column.labels.map(({ label, count }) => ({ key: labelKey(index, label), kind: "label" as const, label, count })),
    ...(column.other > 0 ? [{ key: otherKey(index), kind: "other" as const, label: OTHER, count: column.other }] : []),
    ...(column.ended > 0 ? [{ key: endedKey(index), kind: "ended" as const, label: "", count: column.ended }] : []),
  ];
}

/** A band before it has a place. */
type PathFlow = Pick<PathBand, "key" | "kind" | "from" | "to" | "count">;

/**
 * Who goes from node to node, also to the end: what a node has and no link takes on is over there. Counted from the last
 * step it is the other way round: what no link brings to a node begins there.
 */
export function flowsOf(columns: readonly PathColumn[], links: readonly PathColumnLink[], backwards = false): PathFlow[] {
  const flows: PathFlow[] = [];
  const add = (kind: PathBand["kind"], from: string, to: string, count: number) => {
    if (count > 0) flows.push({ key: `${from}>${to}`, kind, from, to, count });
  };
  for (const [index] of columns.slice(0, -1).entries()) {
    const linked = new Map<string, number>();
    for (const link of links) {
      if (link.column !== index) continue;
      const [from, to] = [linkKey(index, link.from), linkKey(index + 1, link.to)];
      const known = backwards ? to : from;
      linked.set(known, (linked.get(known) ?? 0) + link.count);
      add("on", from, to, link.count);
    }
    const side = backwards ? index + 1 : index;
    const column = columns[side];
    for (const { key, kind, count } of column ? entries(column, side) : []) {
      const rest = kind === "ended" ? count : count - (linked.get(key) ?? 0);
      if (backwards) add("ended", endedKey(index), key, rest);
      else add("ended", key, endedKey(index + 1), rest);
    }
  }
  return flows;
}

function bandsOf(all: readonly PathFlow[], nodes: readonly PathNode[], scale: number): PathBand[] {
  const places = new Map(nodes.map((node, index) => [node.key, { node, index }]));
  const placed = all.flatMap((flow) => {
    const [from, to] = [places.get(flow.from), places.get(flow.to)];
    if (!from || !to) return [];
    const thickness = flow.count * scale;
    const band: PathBand = { ...flow, thickness, x1: from.node.x + NODE_WIDTH, y1: 0, x2: to.node.x, y2: 0 };
    return [{ band, from: from.index, to: to.index }];
  });
  // Bands leave a node in the order of their targets and arrive in the order of their sources, so that few cross.
  const ends = (side: "from" | "to", other: "from" | "to", put: (band: PathBand, y: number) => void) => {
    const used = nodes.map(() => 0);
    // Numbers sort by themselves many times faster than things by a comparison: which node, which other, which band.
    const keys = Float64Array.from(placed, (each, index) => (each[side] * nodes.length + each[other]) * placed.length + index).toSorted();
    for (const key of keys) {
      const each = placed[key % placed.length];
      if (!each) continue;
      const at = used[each[side]] ?? 0;
      put(each.band, (nodes[each[side]]?.y ?? 0) + at + each.band.thickness / 2);
      used[each[side]] = at + each.band.thickness;
    }
  };
  ends("from", "to", (band, y) => (band.y1 = y));
  ends("to", "from", (band, y) => (band.y2 = y));
  return placed.map(({ band }) => band);
}

function sheavesOf(bands: readonly PathBand[]): PathSheaf[] {
  const sheaves = new Map<string, PathSheaf>();
  for (const band of bands) {
    const key = `${band.kind}/${band.from}`;
    const sheaf = sheaves.get(key);
    if (sheaf) sheaf.bands.push(band);
    else sheaves.set(key, { kind: band.kind, bands: [band] });
  }
  return [...sheaves.values()];
}

const half = ({ thickness }: PathBand) => Math.max(BAND_MIN, thickness) / 2;
const tenth = (value: number) => Math.round(value * 10) / 10;

/** SVG path around a band: two equal curves, one below the other. */
export function bandOutline(band: PathBand): string {
  const [x1, x2, thick] = [tenth(band.x1), tenth(band.x2), half(band)];
  const bend = tenth((band.x1 + band.x2) / 2);
  const [top1, top2, below1, below2] = [tenth(band.y1 - thick), tenth(band.y2 - thick), tenth(band.y1 + thick), tenth(band.y2 + thick)];
  return `M${x1},${top1}C${bend},${top1} ${bend},${top2} ${x2},${top2}V${below2}C${bend},${below2} ${bend},${below1} ${x1},${below1}Z`;
}

/** The band of a sheaf nearest to a point of it. */
export function bandAt({ bands }: PathSheaf, x: number, y: number): PathBand | undefined {
  const [nearest] = bands.map((band) => ({ band, far: Math.abs(middleAt(band, x) - y) - half(band) })).toSorted((a, b) => a.far - b.far);
  return nearest?.band;
}

/** Height of the band's middle at `x`: its curve's ends pull evenly, so half way across it is half way down. */
function middleAt({ x1, y1, x2, y2 }: PathBand, x: number): number {
  const across = Math.min(1, Math.max(0, (x - x1) / (x2 - x1)));
  // x(t) = 1.5 t (1 − t) + t³ of the way across rises all along; halving finds t to a thousandth of it.
  let [low, high] = [0, 1];
  for (let step = 0; step < 10; step += 1) {
    const t = (low + high) / 2;
    if (1.5 * t * (1 - t) + t ** 3 < across) low = t;
    else high = t;
  }
  const t = (low + high) / 2;
  return y1 + (y2 - y1) * (3 * t ** 2 - 2 * t ** 3);
}
