// Numbers over time as lines, each with its own colour and dash, with a band where they have an interval. The picture is
// one image for readers; the page shows the same numbers as a table.
import { useState } from "react";

import { linesLayout } from "./linesLayout";
import type { Series } from "./linesLayout";
import { useElementWidth } from "./width";

interface Props {
  label: string;
  /** Names of the points, oldest first; all series have one value each. */
  points: readonly string[];
  series: readonly Series[];
  /** A value on the axis. */
  axis: (value: number) => string;
  /** A value as it is read out below the picture. */
  read: (value: number) => string;
  /** Where values end at most: 1 for shares. */
  most?: number;
}

const HEIGHT = 240;
const MARKS_MAX = 40;

export function Lines({ label, points, series, axis, read, most }: Props) {
  const [ref, width] = useElementWidth();
  const [at, setAt] = useState<number | null>(null);
  const layout = linesLayout(points.length, series, Math.max(width, 200), HEIGHT, most);
  const shown = at ?? points.length - 1;
  return (
    <div className="lines" ref={ref}>
      {width > 0 && (
        <svg
          className="picture"
          width={width}
          height={HEIGHT}
          role="img"
          aria-label={label}
          onPointerMove={(event) => setAt(layout.nearest(event.clientX - event.currentTarget.getBoundingClientRect().left))}
          onPointerLeave={() => setAt(null)}
        >
          {layout.ticks.map(({ value, y }) => (
            <g key={value}>
              <line className="lines-grid" x1={layout.left} x2={layout.right} y1={y} y2={y} />
              <text className="lines-axis" x={layout.left - 6} y={y + 4} textAnchor="end">
                {axis(value)}
              </text>
            </g>
          ))}
          {layout.names.map((index) => (
            <text key={index} className="lines-axis" x={layout.x(index)} y={HEIGHT - 6} textAnchor={index === 0 ? "start" : index === points.length - 1 ? "end" : "middle"}>
              {points[index]}
            </text>
          ))}
          {at !== null && <line className="lines-cursor" x1={layout.x(at)} x2={layout.x(at)} y1={layout.top} y2={layout.bottom} />}
          {series.map((one, index) => (
            <g key={one.name} className={one.look}>
              {layout.bands[index] && <path className="lines-band" d={layout.bands[index]} />}
              <path className={`lines-line dash-${index % 4}`} d={layout.paths[index]} />
              {points.length <= MARKS_MAX &&
                one.values.map((value, point) => value !== null && <circle key={points[point]} className={one.open?.[point] ? "lines-mark lines-open" : "lines-mark"} cx={layout.x(point)} cy={layout.y(value)} r={3} />)}
            </g>
          ))}
        </svg>
      )}
      <p className="lines-read" aria-hidden>
        <span className="sub">{points[shown]}</span>
        {series.map((one) => {
          const value = one.values[shown];
          return (
            <span key={one.name} className={`lines-key ${one.look}`}>
              <span className="swatch of-category" />
              {one.name} <strong>{value == null ? "–" : read(value)}</strong>
            </span>
          );
        })}
      </p>
    </div>
  );
}
