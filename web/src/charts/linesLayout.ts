// Places lines over time: round ticks, names that do not run into each other, gaps where a value is missing.

export interface Series {
  name: string;
  /** Class that gives it its colour. */
  look: string;
  values: readonly (number | null)[];
  /** The interval of each value, where it has one. */
  intervals?: readonly ({ low: number; high: number } | null)[];
  /** Whether a value may still change. */
  open?: readonly boolean[];
}

export interface LinesLayout {
  left: number;
  right: number;
  top: number;
  bottom: number;
  ticks: { value: number; y: number }[];
  /** Points whose names are written. */
  names: number[];
  x: (point: number) => number;
  y: (value: number) => number;
  /** One a series. */
  paths: string[];
  /** One a series; empty where it has no interval. */
  bands: string[];
  nearest: (x: number) => number;
}

const LEFT = 56;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 26;
/** Room for one name on the axis. */
const NAME_WIDTH = 96;
const TICKS = 4;

/** The least step of 1, 2 or 5 times a power of ten of which `most` takes at most `count`. */
export function stepFor(most: number, count = TICKS): number {
  if (most <= 0) return 1;
  const rough = most / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5].find((times) => times * power >= rough * (1 - 1e-9)) ?? 10) * power;
}

export function linesLayout(points: number, series: readonly Series[], width: number, height: number, limit?: number): LinesLayout {
  const [left, right, top, bottom] = [LEFT, width - RIGHT, TOP, height - BOTTOM];
  const all = series.flatMap(({ values, intervals = [] }) => [...values, ...intervals.map((at) => at?.high ?? null)]).filter((value) => value !== null);
  const most = Math.max(0, ...all);
  const step = stepFor(most);
  const upTo = Math.max(step, Math.ceil(most / step - 1e-9) * step);
  const upper = limit === undefined ? upTo : Math.min(limit, upTo);
  const x = (point: number) => (points <= 1 ? (left + right) / 2 : left + ((right - left) * point) / (points - 1));
  const y = (value: number) => bottom - ((bottom - top) * value) / upper;
  const ticks = Array.from({ length: Math.floor(upper / step + 1e-9) + 1 }, (_, index) => ({ value: index * step, y: y(index * step) }));
  const every = Math.max(1, Math.ceil(points / Math.max(1, Math.floor((right - left) / NAME_WIDTH))));
  const names = Array.from({ length: points }, (_, index) => index).filter((index) => index % every === 0 && (index === 0 || points - 1 - index >= every || index === points - 1));
  const last = points - 1;
  if (last > 0 && !names.includes(last)) names.push(last);
  return {
    left,
    right,
    top,
    bottom,
    ticks,
    names,
    x,
    y,
    paths: series.map(({ values }) => line(values.map((value, point) => (value === null ? null : [x(point), y(value)])))),
    bands: series.map(({ intervals }) => (intervals ? band(intervals.map((at, point) => (at ? [x(point), y(at.low), y(at.high)] : null))) : "")),
    nearest: (at) => Math.max(0, Math.min(last, Math.round(((at - left) / Math.max(1, right - left)) * last))),
  };
}

const text = (value: number) => value.toFixed(1);

function line(places: readonly (readonly [number, number] | number[] | null)[]): string {
  let isOpen = false;
  return places
    .map((place) => {
      if (!place) {
        isOpen = false;
        return "";
      }
      const move = isOpen ? "L" : "M";
      isOpen = true;
      return `${move}${text(place[0] ?? 0)},${text(place[1] ?? 0)}`;
    })
    .join("");
}

/** The ground between low and high, one piece a run of values. */
function band(places: readonly (readonly number[] | null)[]): string {
  const runs: (readonly number[])[][] = [];
  let run: (readonly number[])[] | null = null;
  for (const place of places) {
    if (!place) run = null;
    else if (run) run.push(place);
    else runs.push((run = [place]));
  }
  return runs
    .filter((each) => each.length > 1)
    .map((each) => {
      const there = each.map(([at, , high]) => `${text(at ?? 0)},${text(high ?? 0)}`);
      const back = each.toReversed().map(([at, low]) => `${text(at ?? 0)},${text(low ?? 0)}`);
      return `M${[...there, ...back].join("L")}Z`;
    })
    .join("");
}
