// Bars side by side, a group of them for each name, walked by arrow keys. Every number stands beside its bar, and in a table
// below.
import { Walked } from "./Walked";
import { useElementWidth } from "./width";

export interface BarGroup {
  name: string;
  bars: { key: string; look: string; value: number; text: string }[];
}

interface Props {
  groups: readonly BarGroup[];
  label: string;
  legend: string;
  series: readonly { key: string; look: string; name: string }[];
}

const BAR = 11;
const GAP = 2;
const NAME = 20;
const BETWEEN = 12;
const NUMBER_WIDTH = 96;

export function GroupedBars({ groups, label, legend, series }: Props) {
  const [ref, width] = useElementWidth();
  const most = Math.max(0, ...groups.flatMap(({ bars }) => bars.map(({ value }) => value))) || 1;
  const each = NAME + series.length * (BAR + GAP) + BETWEEN;
  const names = new Map(series.map(({ key, name }) => [key, name]));
  const bars = groups.flatMap((group) => group.bars.map((bar) => ({ group, bar })));
  const room = Math.max(0, width - NUMBER_WIDTH);
  return (
    <div className="grouped">
      <ul className="lines-legend" aria-label={legend}>
        {series.map(({ key, look, name }) => (
          <li key={key}>
            <span className={`swatch grouped-swatch ${look}`} aria-hidden />
            {name}
          </li>
        ))}
      </ul>
      <div ref={ref}>
        {width > 0 && (
          <Walked down label={label} width={width} height={groups.length * each} texts={bars.map(({ group, bar }) => `${group.name} · ${names.get(bar.key) ?? bar.key}: ${bar.text}`)}>
            {(at, here) =>
              groups.map((group, index) => (
                <g key={group.name} transform={`translate(0 ${index * each})`}>
                  <text className="grouped-name" x={0} y={14}>
                    {group.name}
                  </text>
                  {group.bars.map((bar, place) => {
                    const { key, look, value, text } = bar;
                    const own = bars.findIndex((other) => other.bar === bar);
                    const y = NAME + place * (BAR + GAP);
                    const length = Math.max(1, (value / most) * room);
                    return (
                      <g key={key} {...here(own)}>
                        <rect className={`grouped-bar ${look}${own === at ? " columns-here" : ""}`} x={0} y={y} width={length} height={BAR} rx={2} />
                        <text className="grouped-number" x={length + 6} y={y + BAR - 2}>
                          {text}
                        </text>
                      </g>
                    );
                  })}
                </g>
              ))
            }
          </Walked>
        )}
      </div>
    </div>
  );
}
