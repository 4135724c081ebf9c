// A life at a glance: how much happened when, on which channel, where the journey came to another stage and what was
// rated. A slider over it says which stretch is looked at; the page shows the same as a table.
import { COLUMNS_PX, stripLayout } from "./lifeStrip";
import { useElementWidth } from "./width";

export interface StripMark {
  us: number;
  name: string;
}

interface Props {
  label: string;
  /** Where each stretch begins, and its events. */
  buckets: readonly { from_us: number; events: number }[];
  lanes: readonly { name: string; buckets: readonly number[] }[];
  stages: readonly StripMark[];
  scores: readonly StripMark[];
  stagesName: string;
  scoresName: string;
  /** The stretch that is looked at. */
  at: number;
  onPick: (bucket: number) => void;
  /** A stretch with its events, as text. */
  said: (bucket: number) => string;
  /** Its day, month or year. */
  date: (bucket: number) => string;
}

const LEFT = 76;
const LANE = 14;
const AXIS = 20;

export function LifeStrip({ label, buckets, lanes, stages, scores, stagesName, scoresName, at, onPick, said, date }: Props) {
  const [ref, width] = useElementWidth();
  const strip = stripLayout(
    buckets.map((bucket) => bucket.from_us),
    buckets.map((bucket) => bucket.events),
    lanes.map((lane) => lane.buckets),
    LEFT,
    width,
  );
  const rows = [...(stages.length > 0 ? [{ name: stagesName, marks: stages, mark: "strip-stage" }] : []), ...(scores.length > 0 ? [{ name: scoresName, marks: scores, mark: "strip-score" }] : [])];
  const lanesTop = COLUMNS_PX + 4;
  const rowsTop = lanesTop + lanes.length * LANE;
  const height = rowsTop + rows.length * LANE + AXIS;
  const named = [...new Set([0, Math.floor((buckets.length - 1) / 2), buckets.length - 1])];
  const last = buckets.length - 1;
  return (
    <div className="life-strip" ref={ref}>
      {width > 0 && (
        <>
          <svg className="picture" width={width} height={height} role="img" aria-label={label}>
            <rect className="strip-at" x={strip.x(at)} y={0} width={Math.max(2, strip.step)} height={height - AXIS} />
            {buckets.map(({ from_us, events }, bucket) => (
              <rect key={from_us} className="columns-bar" x={strip.x(bucket)} y={COLUMNS_PX - strip.height(events)} width={Math.max(1, strip.step - 1)} height={strip.height(events)} />
            ))}
            {lanes.map((lane, row) => (
              <g key={lane.name}>
                <text className="scale-mark" x={0} y={lanesTop + row * LANE + 10}>
                  {lane.name}
                </text>
                {lane.buckets.map((events, bucket) =>
                  events === 0 ? null : (
                    <rect key={buckets[bucket]?.from_us} className="columns-bar" opacity={strip.strength(events)} x={strip.x(bucket)} y={lanesTop + row * LANE + 2} width={Math.max(1, strip.step - 1)} height={LANE - 4} />
                  ),
                )}
              </g>
            ))}
            {rows.map((row, nth) => (
              <g key={row.name}>
                <text className="scale-mark" x={0} y={rowsTop + nth * LANE + 10}>
                  {row.name}
                </text>
                {row.marks.map(({ us, name }, index) => (
                  // Marks may share a moment.
                  // oxlint-disable-next-line react/no-array-index-key
                  <rect key={index} className={row.mark} x={strip.x(strip.bucketOf(us)) + strip.step / 2 - 1.5} y={rowsTop + nth * LANE + 2} width={3} height={LANE - 4}>
                    <title>{name}</title>
                  </rect>
                ))}
              </g>
            ))}
            {named.map((bucket) => (
              <text key={bucket} className="scale-mark" x={strip.x(bucket === 0 ? 0 : bucket === last ? last + 1 : bucket + 0.5)} y={height - 5} textAnchor={bucket === 0 ? "start" : bucket === last ? "end" : "middle"}>
                {date(bucket)}
              </text>
            ))}
          </svg>
          <input
            className="strip-slider"
            type="range"
            style={{ left: LEFT, height: height - AXIS }}
            min={0}
            max={last}
            step={1}
            value={at}
            aria-label={label}
            aria-valuetext={said(at)}
            title={said(at)}
            onChange={(event) => onPick(Number(event.target.value))}
          />
        </>
      )}
    </div>
  );
}
