// The lines of a scale across a picture, each with its value at the left.
interface Props {
  marks: readonly { value: number; y: number }[];
  left: number;
  right: number;
  text: (value: number) => string;
}

export function Ticks({ marks, left, right, text }: Props) {
  return (
    <g aria-hidden>
      {marks.map(({ value, y }) => (
        <g key={value}>
          <line className={value === 0 ? "scale-zero" : "scale-line"} x1={left} x2={right} y1={y} y2={y} />
          <text className="scale-mark" x={left - 6} y={y + 4} textAnchor="end">
            {text(value)}
          </text>
        </g>
      ))}
    </g>
  );
}
