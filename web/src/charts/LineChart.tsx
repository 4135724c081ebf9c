// Lines over one scale, each with the band of its interval; points that may still change are hollow. A mark walks along by pointer or arrow keys and reads out what
// stands there; Enter or a click opens it. The same numbers stand in a table, so to readers it is one picture.
import type { KeyboardEvent, PointerEvent } from "react";
import { useState } from "react";

import { lettersOf } from "./letters";
import { atX, atY, bandPath, linePath, nearest, pointAt, runsOf } from "./line";
import type { Field, LinePoint } from "./line";
import { ticks, upTo } from "./scale";
import { Ticks } from "./Ticks";
import { useElementWidth } from "./width";

export interface LineSeries {
  key: string;
  name: string;
  /** Class that gives it colour and dash. */
  look: string;
  points: LinePoint[];
}

interface Flagged {
  x: number;
  text: string;
}

interface Props {
  series: readonly LineSeries[];
  /** The whole picture in a sentence. */
  label: string;
  /** Names the list of lines; it is shown where there are several. */
  legend: string;
  /** Where the mark can stand, ascending. */
  stops: readonly number[];
  /** Marks of the lower scale, with what is written there. */
  marks: readonly { x: number; text: string }[];
  xName: string;
  /** The largest value: the scale ends at the first round mark that holds it. */
  yMax: number;
  yText: (value: number) => string;
  /** What stands at a stop, in words: the line below the picture. */
  stopText: (stop: number) => string;
  valueText: (point: LinePoint) => string;
  stairs?: boolean;
  /** Moments that part the picture, and what is written at each. */
  flags?: readonly Flagged[];
  /** Opens the number of a line at a stop. */
  onOpen?: (series: LineSeries, stop: number) => void;
}

const HEIGHT = 270;
const LEFT = 48;
const RIGHT = 18;
const TOP = 12;
const BOTTOM = 44;
const TICKS = 5;
/** With more lines bands would hide each other. */
const BANDS_MAX = 3;
/** With more points their dots run together. */
const DOTS_MAX = 60;
/** Room of a letter, and between two marks. */
const LETTER = 6.6;
const BETWEEN = 18;
/** Height of a flag's name. */
const FLAG_LINE = 14;

/** The largest value that is drawn, bounds of intervals among them where those are. */
export function highest(series: readonly LineSeries[]): number {
  const banded = series.length <= BANDS_MAX;
  return Math.max(0, ...series.flatMap(({ points }) => points.map(({ y, high }) => (banded ? (high ?? y) : y))));
}

export function LineChart({ series, label, legend, stops, marks, xName, yMax, yText, stopText, valueText, stairs = false, flags = [], onOpen }: Props) {
  const [ref, width] = useElementWidth();
  const [at, setAt] = useState<number | null>(null);
  const [first, last] = [stops[0] ?? 0, stops.at(-1) ?? 1];
  const field: Field = {
    x: { low: first, high: last > first ? last : first + 1 },
    y: upTo(yMax, TICKS),
    left: LEFT,
    top: TOP,
    width: Math.max(0, width - LEFT - RIGHT),
    height: HEIGHT - TOP - BOTTOM,
  };
  // Stairs speak for what lies between their points, so they have no gaps.
  const drawn = series.map((each) => ({ each, runs: stairs ? [each.points] : runsOf(each.points, stops) }));
  const stop = at === null ? null : (stops[at] ?? null);
  const there = stop === null ? [] : series.flatMap((each) => pointAt(each.points, stop, stairs) ?? []);
  const read =
    stop === null
      ? ""
      : [stopText(stop), ...series.flatMap((each) => {
          const point = pointAt(each.points, stop, stairs);
          return point ? [`${series.length > 1 ? `${each.name} ` : ""}${valueText(point)}`] : [];
        })].join(" · ");
  const stopUnder = (event: PointerEvent<SVGSVGElement>) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    return nearest(stops, field.x.low + ((x - LEFT) / (field.width || 1)) * (field.x.high - field.x.low));
  };
  const walk = (event: KeyboardEvent) => {
    const now = at ?? -1;
    const ways: Record<string, number> = { ArrowRight: Math.min(now + 1, stops.length - 1), ArrowLeft: Math.max(now - 1, 0), Home: 0, End: stops.length - 1 };
    const next = ways[event.key];
    if (next !== undefined) {
      event.preventDefault();
      setAt(next);
    } else if (event.key === "Enter" && stop !== null && series[0] && onOpen) {
      event.preventDefault();
      onOpen(series[0], stop);
    }
  };
  const openNearest = (event: PointerEvent<SVGSVGElement>) => {
    const under = stops[stopUnder(event)];
    if (under === undefined || !onOpen) return;
    const y = event.clientY - event.currentTarget.getBoundingClientRect().top;
    const far = (each: LineSeries) => {
      const point = pointAt(each.points, under, stairs);
      return point ? Math.abs(atY(field, point.y) - y) : Number.POSITIVE_INFINITY;
    };
    const [closest] = series.toSorted((a, b) => far(a) - far(b));
    if (closest && Number.isFinite(far(closest))) onOpen(closest, under);
  };
  return (
    <div className="lines">
      {series.length > 1 && (
        <ul className="lines-legend" aria-label={legend}>
          {series.map((each) => (
            <li key={each.key}>
              <svg width={26} height={10} aria-hidden>
                <line className={`lines-line ${each.look}`} x1={0} x2={26} y1={5} y2={5} />
              </svg>
              {each.name}
            </li>
          ))}
        </ul>
      )}
      <div ref={ref}>
        {width > 0 && (
          // The picture is walked by arrow keys, so it takes the focus.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions
          <svg
            className={onOpen ? "picture lines-picture openable" : "picture lines-picture"}
            width={width}
            height={HEIGHT}
            role="img"
            aria-label={label}
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
            tabIndex={0}
            onKeyDown={walk}
            onPointerMove={(event) => setAt(stopUnder(event))}
            onPointerLeave={() => setAt(null)}
            onBlur={() => setAt(null)}
            onPointerUp={openNearest}
          >
            <Axes field={field} marks={marks} yText={yText} />
            {flags.map(({ x, text }, index) => (
              // Two may stand at one moment with one name.
              // oxlint-disable-next-line react/no-array-index-key
              <Flag key={index} field={field} x={x} text={text} below={flags.slice(0, index).filter((before) => before.x === x).length} />
            ))}
            {series.length <= BANDS_MAX && drawn.map(({ each, runs }) => <path key={each.key} className={`lines-band ${each.look}`} d={runs.map((run) => bandPath(field, run, stairs)).join("")} />)}
            {drawn.toReversed().map(({ each, runs }) => (
              <g key={each.key}>
                <path className={`lines-line ${each.look}`} d={runs.map((run) => linePath(field, run, stairs)).join("")} />
                {!stairs &&
                  runs
                    // A point without neighbours is no line.
                    .flatMap((run) => run.filter(({ open }) => open || run.length === 1 || each.points.length <= DOTS_MAX))
                    .map((point) => <circle key={point.x} className={`lines-dot ${each.look}${point.open ? " may-change" : ""}`} cx={atX(field, point.x)} cy={atY(field, point.y)} r={3} />)}
              </g>
            ))}
            {stop !== null && <line className="lines-mark" x1={atX(field, stop)} x2={atX(field, stop)} y1={TOP} y2={TOP + field.height} />}
            {stop !== null && there.map((point) => <circle key={`${point.x} ${point.y}`} className="lines-here" cx={atX(field, stop)} cy={atY(field, point.y)} r={4} />)}
            <text className="lines-name" x={LEFT + field.width} y={HEIGHT - 6} textAnchor="end">
              {xName} →
            </text>
          </svg>
        )}
      </div>
      <p className="flow-read" role="status">
        {read}
      </p>
    </div>
  );
}

/** `below`: how many others stand at the same moment above it. */
function Flag({ field, x, text, below }: Flagged & { field: Field; below: number }) {
  const at = atX(field, x);
  // Written on the side that has more room.
  const right = at < field.left + field.width / 2;
  return (
    <g aria-hidden>
      <line className="lines-flag" x1={at} x2={at} y1={TOP} y2={TOP + field.height} />
      <text className="lines-flag-name" x={at + (right ? 6 : -6)} y={TOP + 10 + below * FLAG_LINE} textAnchor={right ? "start" : "end"}>
        {text}
      </text>
    </g>
  );
}

function Axes({ field: place, marks, yText }: Pick<Props, "marks" | "yText"> & { field: Field }) {
  const room = BETWEEN + LETTER * Math.max(1, ...marks.map(({ text }) => lettersOf(text)));
  const every = Math.max(1, Math.ceil((marks.length * room) / (place.width || 1)));
  return (
    <g aria-hidden>
      <Ticks marks={ticks(place.y, TICKS).map((value) => ({ value, y: atY(place, value) }))} left={LEFT} right={LEFT + place.width} text={yText} />
      {marks
        // A name that would be cut off by the edge is left out.
        .filter(({ x }, index) => index % every === 0 && atX(place, x) + (room - BETWEEN) / 2 <= place.left + place.width + RIGHT)
        .map(({ x, text }) => (
          <text key={x} className="scale-mark" x={atX(place, x)} y={TOP + place.height + 16} textAnchor="middle">
            {text}
          </text>
        ))}
    </g>
  );
}
