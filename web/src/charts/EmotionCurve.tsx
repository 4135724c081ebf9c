// How customers feel along the columns of a table: what was written, a line for each whom it was written of, and what was
// scored, on its own scale. Lines are told apart by dash and mark. A mark walks along by pointer or arrow keys and reads out
// what stands there; the same numbers stand in a table.
import type { KeyboardEvent, PointerEvent } from "react";
import { useState } from "react";

import { curvePoints } from "./curve";
import type { CurvePoint } from "./curve";

/** Feelings as written. */
const WORST = -2;
const BEST = 2;
/** Of the height, so that marks are not cut off. */
const PADDING = 0.16;
/** More lines need more room. */
const FEW = 2;
/** Between marks of lines that meet in a column. */
const APART = 13;

const percent = (share: number) => `${(share * 100).toFixed(2)}%`;
const inside = (y: number) => PADDING + y * (1 - 2 * PADDING);

/** The average of all feelings, those of one among several, or scores here and of what is compared. */
export type CurveLook = "average" | "scored" | "scored-other" | 1 | 2 | 3 | 4 | 5 | 6;

export interface CurveLine {
  key: string;
  name: string;
  look: CurveLook;
  /** One of each column: feelings from −2 (bad) to 2 (good), or mean scores in the data's own unit. */
  values: readonly (number | null)[];
  text: (value: number) => string;
}

interface Props {
  lines: readonly CurveLine[];
  /** The whole picture in a sentence. */
  label: string;
  /** What the columns are called. */
  columns: readonly string[];
  /** What is said where a line has nothing. */
  nothing: string;
}

const isScore = ({ look }: CurveLine) => look === "scored" || look === "scored-other";

export function EmotionCurve({ lines, label, columns, nothing }: Props) {
  const [at, setAt] = useState<number | null>(null);
  const known = lines.filter(isScore).flatMap(({ values }) => values.filter((value) => value !== null));
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const feelings = lines.filter((line) => !isScore(line));
  const shift = (line: CurveLine) => (isScore(line) ? 0 : (feelings.indexOf(line) - (feelings.length - 1) / 2) * APART);
  const drawn = lines.map((line) => ({ line, points: isScore(line) ? curvePoints(line.values, low, high) : curvePoints(line.values, WORST, BEST) }));
  const valueText = ({ values, text }: CurveLine, column: number) => {
    const value = values[column];
    return value == null ? nothing : text(value);
  };
  const read = at === null ? "" : [columns[at] ?? "", ...lines.map((line) => `${line.name} ${valueText(line, at)}`)].join(" · ");
  const walk = (event: KeyboardEvent) => {
    const now = at ?? -1;
    const ways: Record<string, number> = { ArrowRight: Math.min(now + 1, columns.length - 1), ArrowLeft: Math.max(now - 1, 0), Home: 0, End: columns.length - 1 };
    const next = ways[event.key];
    if (next === undefined) return;
    event.preventDefault();
    setAt(next);
  };
  const follow = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    setAt(Math.min(columns.length - 1, Math.max(0, Math.floor(((event.clientX - box.left) / (box.width || 1)) * columns.length))));
  };
  return (
    <>
      {/* The picture is walked by arrow keys, so it takes the focus. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions */}
      <svg
        className={lines.length > FEW ? "picture emotion emotion-many" : "picture emotion"}
        role="img"
        aria-label={label}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        onKeyDown={walk}
        onPointerMove={follow}
        onPointerLeave={() => setAt(null)}
        onBlur={() => setAt(null)}
      >
        <line className="emotion-zero" x1="0" x2="100%" y1="50%" y2="50%" />
        {at !== null && <line className="lines-mark" x1={percent((at + 0.5) / columns.length)} x2={percent((at + 0.5) / columns.length)} y1="0" y2="100%" />}
        {drawn.map(({ line, points }) => (
          <g key={line.key} transform={`translate(${shift(line)} 0)`} className={lookOf(line.look)}>
            <Line points={points} />
          </g>
        ))}
        {drawn.map(({ line, points }) => (
          <g key={line.key} transform={`translate(${shift(line)} 0)`} className={lookOf(line.look)}>
            {points.map(({ x, y, value, column }) => (
              <svg key={column} x={percent(x)} y={percent(inside(y))} overflow="visible">
                <Mark look={line.look} value={value} />
                {line.look === "scored" && (
                  <text className="emotion-text" x={9} y={4}>
                    {line.text(value)}
                  </text>
                )}
              </svg>
            ))}
          </g>
        ))}
      </svg>
      <p className="flow-read" role="status">
        {read}
      </p>
    </>
  );
}

/** A line's dash and mark beside its name. */
export function CurveKey({ look }: { look: CurveLook }) {
  return (
    <svg className={`emotion-key ${lookOf(look)}`} width={34} height={20} aria-hidden>
      <line className="emotion-line" x1={0} x2={34} y1={10} y2={10} />
      <svg x={17} y={10} overflow="visible">
        <Mark look={look} value={0} />
      </svg>
    </svg>
  );
}

const lookOf = (look: CurveLook) => (typeof look === "number" ? `emotion-of of-category-${look}` : `emotion-of emotion-${look}`);

/** Marks of the lines of several: no two have the same. */
const SHAPES = ["M 0 -6 L 6 5 L -6 5 Z", "M 0 -7 L 7 0 L 0 7 L -7 0 Z", "M 0 6 L 6 -5 L -6 -5 Z", "M -5 -5 L 5 5 M -5 5 L 5 -5", "M 0 -6 L 0 6 M -6 0 L 6 0", "M -6 -4 L 6 -4 L 6 4 L -6 4 Z"] as const;

function Mark({ look, value }: { look: CurveLook; value: number }) {
  if (look === "average") return <Face feeling={value} />;
  if (typeof look === "number") return <path className="emotion-mark" d={SHAPES[look - 1]} />;
  return <rect className="emotion-square" x={-4} y={-4} width={8} height={8} />;
}

/** A mouth that bends with the feeling. */
function Face({ feeling }: { feeling: number }) {
  return (
    <>
      <circle className={`emotion-face of-feeling-${Math.sign(feeling) + 1}`} r={9} />
      <path className="emotion-mouth" d={`M -4 3 Q 0 ${(3 + feeling * 2).toFixed(1)} 4 3`} />
      <circle className="emotion-eye" cx={-3} cy={-2.5} r={1} />
      <circle className="emotion-eye" cx={3} cy={-2.5} r={1} />
    </>
  );
}

function Line({ points }: { points: CurvePoint[] }) {
  return points.slice(1).map((point, index) => {
    const from = points[index];
    return from && <line key={point.column} className="emotion-line" x1={percent(from.x)} y1={percent(inside(from.y))} x2={percent(point.x)} y2={percent(inside(point.y))} />;
  });
}
