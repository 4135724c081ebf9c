// Places of stacked bars: what is on top of what, above the line and below it.

export interface BarPart {
  key: string;
  value: number;
  /** Class that gives it colour. */
  look: string;
  /** Below the line. */
  below?: boolean;
}

export interface StackedPart extends BarPart {
  /** From the line, away from it; both in the unit of the values. */
  from: number;
  to: number;
}

/** Parts on top of each other, from the line on; those of nothing are left out. */
export function stack(parts: readonly BarPart[]): StackedPart[] {
  const reached = { above: 0, below: 0 };
  return parts
    .filter(({ value }) => value > 0)
    .map((part) => {
      const side = part.below ? "below" : "above";
      const from = reached[side];
      reached[side] += part.value;
      return { ...part, from, to: reached[side] };
    });
}

/** How far bars reach above and below the line. */
export function reach(columns: readonly (readonly BarPart[])[]): { above: number; below: number } {
  const sum = (parts: readonly BarPart[], below: boolean) => parts.reduce((all, part) => all + ((part.below ?? false) === below ? part.value : 0), 0);
  return { above: Math.max(0, ...columns.map((parts) => sum(parts, false))), below: Math.max(0, ...columns.map((parts) => sum(parts, true))) };
}
