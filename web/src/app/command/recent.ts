// What was opened from the command menu lately, in this browser: ids of pages and things, never of customers.

const STORED = "throughline.recent";
const KEPT_MAX = 8;

/** The newest first. */
export function recentIds(): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORED) ?? "[]");
    return Array.isArray(stored) ? stored.filter((id): id is string => typeof id === "string").slice(0, KEPT_MAX) : [];
  } catch {
    return [];
  }
}

export function remember(id: string): void {
  const next = [id, ...recentIds().filter((other) => other !== id)].slice(0, KEPT_MAX);
  localStorage.setItem(STORED, JSON.stringify(next));
}

/** Whoever signs in next in this browser is somebody else. */
export function forgetRecent(): void {
  localStorage.removeItem(STORED);
}
