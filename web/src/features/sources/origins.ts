// Web pages that may send: one origin a line.

/** What stands on the lines, without the empty ones. */
export function originsOf(text: string): string[] {
  return [...new Set(text.split(/[\s,，]+/).map((line) => line.replace(/\/+$/, "")).filter(Boolean))];
}

/** Scheme, host and port, and nothing behind them: as browsers name the page that sends. */
export function isOrigin(text: string): boolean {
  try {
    const { origin, protocol } = new URL(text);
    return /^https?:$/.test(protocol) && origin === text;
  } catch {
    return false;
  }
}
