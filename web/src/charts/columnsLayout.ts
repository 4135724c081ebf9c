// Places the columns of a histogram. Columns are equally wide; the last one may stand for all longer values.
import { ticks, upTo } from "./scale";

export interface ColumnBin {
  from: number;
  to: number;
  count: number;
}

export interface ColumnsLayout {
  left: number;
  right: number;
  top: number;
  bottom: number;
  columns: { x: number; y: number; width: number; height: number }[];
  ticks: { value: number; y: number }[];
  /** Edges of columns that have a name. */
  edges: { x: number; value: number }[];
  /** Where a value stands: within its column in proportion. */
  place: (value: number) => number | null;
}

const LEFT = 44;
const RIGHT = 16;
const TOP = 22;
const BOTTOM = 24;
const GAP = 2;
const EDGE_WIDTH = 84;
const TICKS = 3;

export function columnsLayout(bins: readonly ColumnBin[], width: number, height: number): ColumnsLayout {
  const [left, right, top, bottom] = [LEFT, width - RIGHT, TOP, height - BOTTOM];
  // Of what is counted there are no parts.
  const scale = upTo(Math.max(0, ...bins.map(({ count }) => count)), TICKS, 1);
  const each = (right - left) / Math.max(1, bins.length);
  const y = (value: number) => bottom - ((bottom - top) * value) / scale.high;
  const every = Math.max(1, Math.ceil(EDGE_WIDTH / each));
  const edges = [...bins.map(({ from }, index) => ({ x: left + index * each, value: from })), ...bins.slice(-1).map(({ to }) => ({ x: right, value: to }))];
  const last = edges.length - 1;
  return {
    left,
    right,
    top,
    bottom,
    columns: bins.map(({ count }, index) => ({ x: left + index * each + GAP / 2, y: y(count), width: Math.max(1, each - GAP), height: bottom - y(count) })),
    ticks: ticks(scale, TICKS, 1).map((value) => ({ value, y: y(value) })),
    edges: edges.filter((_, index) => index === last || (index % every === 0 && last - index >= every)),
    place: (value) => {
      const index = bins.findIndex(({ from, to }, at) => value >= from && (value < to || (at === bins.length - 1 && value <= to)));
      const bin = bins[index];
      if (!bin) return null;
      return left + (index + (bin.to > bin.from ? (value - bin.from) / (bin.to - bin.from) : 0.5)) * each;
    },
  };
}
