// Days as the months they lie in, each whole, from a Monday on.
export interface Month {
  /** `2026-03` */
  month: string;
  /** Weekdays before its first day. */
  blanks: number;
  days: string[];
}

const two = (n: number) => String(n).padStart(2, "0");

export function monthsOf(days: readonly string[]): Month[] {
  return [...new Set(days.map((day) => day.slice(0, 7)))].toSorted().map((month) => {
    const [year = 0, number = 1] = month.split("-").map(Number);
    // Day 0 of the next month is the last of this one.
    const last = new Date(Date.UTC(year, number, 0)).getUTCDate();
    const blanks = (new Date(Date.UTC(year, number - 1, 1)).getUTCDay() + 6) % 7;
    return { month, blanks, days: Array.from({ length: last }, (_, at) => `${month}-${two(at + 1)}`) };
  });
}
