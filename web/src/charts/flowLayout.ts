// Places the flow between stages: a box a stage, bands between them. Neighbours are joined side to side, leaps
// ahead go over the boxes, ways back below; journeys come in from above on the left of a box, arrive at the goal
// upwards, and leave or stay open downwards.
//
// Every band is `scale` × count thick, so what goes into a box equals what comes out of it. O(nodes + links).

export interface FlowNode {
  id: string;
  /** Stays; what leaves the node adds up to it. */
  entries: number;
  goal: number;
  leave: number;
  open: number;
}

export interface FlowLink {
  from: number;
  to: number;
  count: number;
}

export interface Band {
  kind: "forward" | "back" | "start" | "goal" | "leave" | "open";
  /** Index of the node; −1 for journeys that start. */
  from: number;
  /** Index of the node; −1 for the goal, leaving and open. */
  to: number;
  count: number;
  thickness: number;
  /** SVG path of the band's middle line. */
  path: string;
  /** Where its number can stand. */
  label: { x: number; y: number };
}

export interface FlowLayout {
  width: number;
  height: number;
  /** Pixels a stay. */
  scale: number;
  boxes: { id: string; x: number; y: number; width: number; height: number; entries: number }[];
  bands: Band[];
}

const BOX_HEIGHT = 44;
const BOX_WIDTH_MAX = 104;
/** Least gap between boxes, wide enough for a number. */
const GAP_MIN = 56;
const BOX_WIDTH_MIN = 48;
const EDGE = 4;
/** Least length of the bands that start, arrive and leave. */
const STRIP = 22;
const ARC_FIRST = 26;
const ARC_NEXT = 18;
const ARC_MAX = 128;

/** Height of an arc that joins nodes `span` apart. */
function arcHeight(span: number): number {
  return Math.min(ARC_FIRST + ARC_NEXT * (span - 1), ARC_MAX);
}

interface Side {
  out: FlowLink[];
  in: FlowLink[];
}

interface Ports {
  node: FlowNode;
  /** Journeys that begin here: stays no move leads to. */
  starts: number;
  right: number;
  left: number;
  above: Side;
  below: Side;
}

const total = (links: FlowLink[]) => links.reduce((sum, link) => sum + link.count, 0);

function portsOf(nodes: FlowNode[], links: FlowLink[]): Ports[] {
  const ports = nodes.map((node): Ports => {
    return { node, starts: node.entries, right: 0, left: 0, above: { out: [], in: [] }, below: { out: [], in: [] } };
  });
  for (const link of links) {
    const [from, to] = [ports[link.from], ports[link.to]];
    if (!from || !to) continue;
    to.starts -= link.count;
    if (link.to === link.from + 1) {
      from.right += link.count;
      to.left += link.count;
    } else {
      const side = link.to > link.from ? "above" : "below";
      from[side].out.push(link);
      to[side].in.push(link);
    }
  }
  const near = (a: FlowLink, b: FlowLink) => Math.abs(a.to - a.from) - Math.abs(b.to - b.from);
  for (const port of ports) {
    port.starts = Math.max(0, port.starts);
    // Nested arcs must not cross: on each side the shortest stands outermost.
    port.above.in.sort(near);
    port.above.out.sort((a, b) => near(b, a));
    port.below.out.sort(near);
    port.below.in.sort((a, b) => near(b, a));
  }
  return ports;
}

/** Flow through the upper and the lower edge of a box. */
function edges(port: Ports): { top: number; bottom: number } {
  return {
    top: port.starts + total(port.above.in) + port.node.goal + total(port.above.out),
    bottom: total(port.below.out) + port.node.leave + port.node.open + total(port.below.in),
  };
}

export function flowLayout(nodes: FlowNode[], links: FlowLink[], width: number): FlowLayout {
  const column = width / Math.max(1, nodes.length);
  const boxWidth = Math.max(BOX_WIDTH_MIN, Math.min(BOX_WIDTH_MAX, column - GAP_MIN));
  const ports = portsOf(nodes, links);
  const widest = Math.max(1, ...ports.flatMap((port) => Object.values(edges(port))));
  const highest = Math.max(1, ...ports.map((port) => Math.max(port.left, port.right)));
  const scale = Math.min((boxWidth - 2 * EDGE) / widest, (BOX_HEIGHT - 2 * EDGE) / highest);

  const spans = (side: "above" | "below") =>
    ports.flatMap((port) => port[side].out.map((link) => Math.abs(link.to - link.from)));
  const upper = Math.max(0, ...spans("above").map(arcHeight));
  const lower = Math.max(0, ...spans("below").map(arcHeight));
  const top = STRIP + upper;
  const bottom = top + BOX_HEIGHT;
  const height = bottom + lower + STRIP;

  const center = (index: number) => column * (index + 0.5);
  const boxes = nodes.map((node, index) => ({
    id: node.id,
    x: center(index) - boxWidth / 2,
    y: top,
    width: boxWidth,
    height: BOX_HEIGHT,
    entries: node.entries,
  }));

  const bands: Band[] = [];
  const straight = (kind: Band["kind"], from: number, to: number, count: number, x: number, y1: number, y2: number) => {
    if (count === 0) return;
    const label = { x, y: kind === "start" || kind === "goal" ? Math.min(y1, y2) - 5 : Math.max(y1, y2) + 12 };
    bands.push({ kind, from, to, count, thickness: count * scale, path: `M${x},${y1}V${y2}`, label });
  };

  // Where each arc meets the edge of its boxes.
  const starts = new Map<FlowLink, number>();
  const ends = new Map<FlowLink, number>();
  ports.forEach((port, index) => {
    const { top: topFlow, bottom: bottomFlow } = edges(port);
    let x = center(index) - (topFlow * scale) / 2;
    /** Takes the next stretch of the edge and gives its middle. */
    const take = (count: number) => {
      x += count * scale;
      return x - (count * scale) / 2;
    };
    straight("start", -1, index, port.starts, take(port.starts), 0, top);
    for (const link of port.above.in) ends.set(link, take(link.count));
    straight("goal", index, -1, port.node.goal, take(port.node.goal), top, 0);
    for (const link of port.above.out) starts.set(link, take(link.count));
    x = center(index) - (bottomFlow * scale) / 2;
    for (const link of port.below.out) starts.set(link, take(link.count));
    straight("leave", index, -1, port.node.leave, take(port.node.leave), bottom, height);
    straight("open", index, -1, port.node.open, take(port.node.open), bottom, height);
    for (const link of port.below.in) ends.set(link, take(link.count));
  });

  const middle = top + BOX_HEIGHT / 2;
  for (const link of links) {
    const thickness = link.count * scale;
    const common = { from: link.from, to: link.to, count: link.count, thickness };
    if (link.to === link.from + 1) {
      const [x1, x2] = [center(link.from) + boxWidth / 2, center(link.to) - boxWidth / 2];
      bands.push({
        ...common,
        kind: "forward",
        path: `M${x1},${middle}H${x2}`,
        label: { x: (x1 + x2) / 2, y: middle + 4 },
      });
      continue;
    }
    const [x1, x2] = [starts.get(link), ends.get(link)];
    if (x1 === undefined || x2 === undefined) continue;
    const forward = link.to > link.from;
    const y = forward ? top : bottom;
    // A cubic reaches three quarters of the height of its control points.
    const reach = (arcHeight(Math.abs(link.to - link.from)) * 4) / 3;
    const control = forward ? y - reach : y + reach;
    bands.push({
      ...common,
      kind: forward ? "forward" : "back",
      path: `M${x1},${y}C${x1},${control} ${x2},${control} ${x2},${y}`,
      label: { x: (x1 + x2) / 2, y: y + (control - y) * 0.75 + 4 },
    });
  }
  return { width, height, scale, boxes, bands };
}
