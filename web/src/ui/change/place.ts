// Where dated changes stand on a scale of periods.

const DAY_MS = 86_400_000;

/**
 * The period a day lies in, of periods by their first days in order; null: in none of them. Of how many days the last
 * one has only the one before it tells.
 */
export function periodOf(firstDays: readonly string[], day: string): number | null {
  const at = firstDays.findLastIndex((first) => first <= day);
  if (at < 0) return null;
  const [before, last] = [firstDays.at(-2), firstDays.at(-1)];
  if (at < firstDays.length - 1 || last === undefined) return at;
  const days = before === undefined ? 1 : (Date.parse(last) - Date.parse(before)) / DAY_MS;
  return (Date.parse(day) - Date.parse(last)) / DAY_MS < days ? at : null;
}
