// How customers feel along the columns of a table: what was written, and what was scored. Each on its own scale, told
// apart by line and mark. The numbers stand in the cells below it, so the picture is hidden from readers.
import { curvePoints } from "./curve";
import type { CurvePoint } from "./curve";

/** Feelings as written. */
const WORST = -2;
const BEST = 2;
/** Of the height, so that marks are not cut off. */
const PADDING = 0.16;

const percent = (share: number) => `${(share * 100).toFixed(2)}%`;
const inside = (y: number) => PADDING + y * (1 - 2 * PADDING);

export function EmotionCurve({
  written,
  scored,
  scoreText,
}: {
  /** −2 (bad) to 2 (good). */
  written: readonly (number | null)[];
  /** Mean scores in the data's own unit. */
  scored: readonly (number | null)[];
  scoreText: (score: number) => string;
}) {
  const known = scored.filter((score) => score !== null);
  const feelings = curvePoints(written, WORST, BEST);
  const means = curvePoints(scored, Math.min(...known), Math.max(...known));
  return (
    <svg className="emotion" aria-hidden>
      <line className="emotion-zero" x1="0" x2="100%" y1="50%" y2="50%" />
      <Line points={means} className="emotion-line emotion-scored" />
      <Line points={feelings} className="emotion-line emotion-written" />
      {means.map(({ x, y, value, column }) => (
        <g key={column}>
          <svg x={percent(x)} y={percent(inside(y))} overflow="visible">
            <rect className="emotion-square" x={-4} y={-4} width={8} height={8} />
            <text className="emotion-text" x={9} y={4}>
              {scoreText(value)}
            </text>
          </svg>
        </g>
      ))}
      {feelings.map(({ x, y, value, column }) => (
        <svg key={column} x={percent(x)} y={percent(inside(y))} overflow="visible">
          <circle className={`emotion-face of-feeling-${Math.sign(value) + 1}`} r={9} />
          <path className="emotion-mouth" d={mouth(value)} />
          <circle className="emotion-eye" cx={-3} cy={-2.5} r={1} />
          <circle className="emotion-eye" cx={3} cy={-2.5} r={1} />
        </svg>
      ))}
    </svg>
  );
}

/** A mouth that bends with the feeling. */
function mouth(value: number): string {
  return `M -4 3 Q 0 ${(3 + value * 2).toFixed(1)} 4 3`;
}

function Line({ points, className }: { points: CurvePoint[]; className: string }) {
  return points.slice(1).map((point, index) => {
    const from = points[index];
    return (
      from && (
        <line
          key={point.column}
          className={className}
          x1={percent(from.x)}
          y1={percent(inside(from.y))}
          x2={percent(point.x)}
          y2={percent(inside(point.y))}
        />
      )
    );
  });
}
