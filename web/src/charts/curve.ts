// Where the points of a curve over columns lie.

export interface CurvePoint {
  /** Of the width, 0 to 1: the middle of its column. */
  x: number;
  /** Of the height, 0 (top) to 1 (bottom). */
  y: number;
  value: number;
  column: number;
}

/** Points of the columns that have a value, on a scale from `low` (bottom) to `high` (top); the middle where both are one. */
export function curvePoints(values: readonly (number | null)[], low: number, high: number): CurvePoint[] {
  return values.flatMap((value, column) => {
    if (value === null) return [];
    const height = high > low ? (value - low) / (high - low) : 0.5;
    return [{ x: (column + 0.5) / values.length, y: 1 - Math.min(1, Math.max(0, height)), value, column }];
  });
}
