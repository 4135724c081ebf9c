// Points on a field of two scales, each with its interval and a number that names it beside, walked by arrow keys in the order
// of their numbers. The same numbers stand in a table next to it.
import { on, scaleOf, ticks } from "./scale";
import { Ticks } from "./Ticks";
import { Walked } from "./Walked";
import { useElementWidth } from "./width";

export interface ScatterPoint {
  /** Shown at the point: its place in the list. */
  name: string;
  /** What it stands for. */
  title: string;
  x: number;
  y: number;
  low: number;
  high: number;
  /** Decides colour and shape. */
  look: string;
}

const HEIGHT = 400;
const LEFT = 52;
const BOTTOM = 44;
const TOP = 18;
const RIGHT = 14;
const RADIUS = 10;
/** So near the right end half a mark's text has no room. */
const EDGE = 12;

export function ScatterField({
  points,
  label,
  xName,
  yName,
  xText,
  yText,
}: {
  points: readonly ScatterPoint[];
  /** The whole picture in a sentence. */
  label: string;
  xName: string;
  yName: string;
  xText: (value: number) => string;
  yText: (value: number) => string;
}) {
  const [ref, width] = useElementWidth();
  const xScale = scaleOf(points.map(({ x }) => x));
  const yScale = scaleOf(points.flatMap(({ low, high }) => [low, high]), [0]);
  const [w, h] = [Math.max(0, width - LEFT - RIGHT), HEIGHT - TOP - BOTTOM];
  const atX = (value: number) => LEFT + on(xScale, value) * w;
  const atY = (value: number) => TOP + (1 - on(yScale, value)) * h;
  return (
    <div className="scatter" ref={ref}>
      {width > 0 && (
        <Walked label={label} width={width} height={HEIGHT} texts={points.map(({ name, title, x, y, low, high }) => [`${name} ${title}`, `${xName} ${xText(x)}`, `${yName} ${yText(y)} (${yText(low)} – ${yText(high)})`].join(" · "))}>
          {(at, here) => (
            <>
              <Ticks marks={ticks(yScale, 6).map((value) => ({ value, y: atY(value) }))} left={LEFT} right={LEFT + w} text={yText} />
              {ticks(xScale, Math.max(2, Math.floor(w / 90))).map((mark) => (
                <g key={mark}>
                  <line className="scale-line" x1={atX(mark)} x2={atX(mark)} y1={TOP} y2={TOP + h} />
                  <text className="scale-mark" x={atX(mark)} y={TOP + h + 16} textAnchor={atX(mark) > LEFT + w - EDGE ? "end" : "middle"}>
                    {xText(mark)}
                  </text>
                </g>
              ))}
              <text className="scatter-name" x={LEFT + w} y={HEIGHT - 6} textAnchor="end">
                {xName} →
              </text>
              <text className="scatter-name" x={LEFT} y={12}>
                ↑ {yName}
              </text>
              {points.map(({ name, x, low, high, look }) => (
                <line key={name} className={`scatter-interval of-role-${look}`} x1={atX(x)} x2={atX(x)} y1={atY(low)} y2={atY(high)} />
              ))}
              {points.map((point, index) => ({ ...point, index })).toReversed().map(({ name, x, y, look, index }) => (
                <g key={name} className={`scatter-point of-role-${look}${index === at ? " scatter-here" : ""}`} transform={`translate(${atX(x)} ${atY(y)})`} {...here(index)}>
                  {look === "mend" ? <rect x={-RADIUS} y={-RADIUS} width={2 * RADIUS} height={2 * RADIUS} rx={3} /> : <circle r={RADIUS} />}
                  <text y={4} textAnchor="middle">
                    {name}
                  </text>
                </g>
              ))}
            </>
          )}
        </Walked>
      )}
    </div>
  );
}
