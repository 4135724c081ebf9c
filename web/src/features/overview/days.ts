// Days of a zone, as `2024-05-20`: what was due before today is over.

export function dayIn(zone: string, nowMs = Date.now()): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(nowMs);
}

/** Whether a day has passed; the day itself is still time. */
export function isOver(day: string, today: string): boolean {
  return day < today;
}
