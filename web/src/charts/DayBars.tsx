// How many each day, as columns, walked by arrow keys; the page shows its numbers as a table too.
import { ticks, upTo } from "./scale";
import { Ticks } from "./Ticks";
import { Walked } from "./Walked";
import { useElementWidth } from "./width";

interface Props {
  label: string;
  days: readonly { day: string; count: number }[];
  count: (value: number) => string;
}

const HEIGHT = 170;
const LEFT = 52;
const RIGHT = 8;
const TOP = 10;
const BOTTOM = 26;
const TICKS = 4;

export function DayBars({ label, days, count }: Props) {
  const [ref, width] = useElementWidth();
  const scale = upTo(Math.max(0, ...days.map((day) => day.count)), TICKS, 1);
  const bottom = HEIGHT - BOTTOM;
  const y = (value: number) => bottom - (value / scale.high) * (bottom - TOP);
  const step = Math.max(0, width - LEFT - RIGHT) / Math.max(1, days.length);
  const named = [0, Math.floor((days.length - 1) / 2), days.length - 1];
  return (
    <div className="columns" ref={ref}>
      {width > 0 && (
        <Walked label={label} width={width} height={HEIGHT} texts={days.map(({ day, count: of }) => `${day}: ${count(of)}`)}>
          {(at, here) => (
            <>
              <Ticks marks={ticks(scale, TICKS, 1).map((value) => ({ value, y: y(value) }))} left={LEFT} right={width - RIGHT} text={count} />
              {days.map(({ day, count: of }, index) => (
                <g key={day} {...here(index)}>
                  <rect className="columns-reach" x={LEFT + index * step} y={TOP} width={step} height={bottom - TOP} />
                  <rect className={index === at ? "columns-bar columns-here" : "columns-bar"} x={LEFT + index * step + step * 0.12} y={y(of)} width={step * 0.76} height={bottom - y(of)} rx={1} />
                </g>
              ))}
              {days.map(({ day }, index) =>
                named.includes(index) ? (
                  <text key={day} className="scale-mark" x={LEFT + (index + 0.5) * step} y={HEIGHT - 8} textAnchor={index === days.length - 1 ? "end" : index === 0 ? "start" : "middle"}>
                    {day}
                  </text>
                ) : null,
              )}
            </>
          )}
        </Walked>
      )}
    </div>
  );
}

/** The same in a table's cell. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const most = Math.max(1, ...values);
  const [width, height, step] = [values.length * 4, 22, 4];
  return (
    <svg className="sparkline" width={width} height={height} role="img" aria-label={label}>
      {values.map((value, index) => {
        const of = value === 0 ? 0 : Math.max(1, (value / most) * height);
        // Days have no other name than their place.
        // oxlint-disable-next-line react/no-array-index-key
        return <rect key={index} className="columns-bar" x={index * step} y={height - of} width={step - 1} height={of} />;
      })}
    </svg>
  );
}
