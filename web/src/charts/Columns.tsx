// A histogram with marks at values of the distribution. Its columns are walked by arrow keys, marks are said where they stand.
import { columnsLayout } from "./columnsLayout";
import type { ColumnBin } from "./columnsLayout";
import { Ticks } from "./Ticks";
import { Walked } from "./Walked";
import { useElementWidth } from "./width";

interface Props {
  label: string;
  bins: readonly ColumnBin[];
  /** Values that are marked: the median, the 90th percentile. */
  marks: readonly { name: string; value: number }[];
  edge: (value: number) => string;
  count: (value: number) => string;
  height?: number;
}

const HEIGHT = 220;

export function Columns({ label, bins, marks, edge, count, height = HEIGHT }: Props) {
  const [ref, width] = useElementWidth();
  const layout = columnsLayout(bins, Math.max(width, 160), height);
  const texts = bins.map(({ from, to, count: of }, index) => {
    const here = marks.filter(({ value }) => value >= from && (value < to || (index === bins.length - 1 && value <= to)));
    return [`${edge(from)} – ${edge(to)}: ${count(of)}`, ...here.map(({ name }) => name)].join(" · ");
  });
  return (
    <div className="columns" ref={ref}>
      {width > 0 && (
        <Walked label={label} width={width} height={height} texts={texts}>
          {(at, here) => (
            <>
              <Ticks marks={layout.ticks} left={layout.left} right={layout.right} text={count} />
              {layout.columns.map((column, index) => (
                <g key={bins[index]?.from} {...here(index)}>
                  <rect className="columns-reach" x={column.x} y={layout.top} width={column.width} height={layout.bottom - layout.top} />
                  <rect className={index === at ? "columns-bar columns-here" : "columns-bar"} {...column} rx={1} />
                </g>
              ))}
              {layout.edges.map(({ x, value }, index) => (
                <text key={value} className="scale-mark" x={x} y={height - 6} textAnchor={index === 0 ? "start" : index === layout.edges.length - 1 ? "end" : "middle"}>
                  {edge(value)}
                </text>
              ))}
              {marks.map(({ name, value }, index) => {
                const x = layout.place(value);
                if (x === null) return null;
                const late = x > (layout.left + layout.right) * 0.55;
                return (
                  <g key={name}>
                    <line className="columns-mark" x1={x} x2={x} y1={layout.top - 12} y2={layout.bottom} strokeDasharray={index > 0 ? "4 3" : undefined} />
                    <text className="columns-name" x={late ? x - 4 : x + 4} y={layout.top - 2 + index * 15} textAnchor={late ? "end" : "start"}>
                      {name}
                    </text>
                  </g>
                );
              })}
            </>
          )}
        </Walked>
      )}
    </div>
  );
}
