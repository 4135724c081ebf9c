// Where a key leads on a picture whose points stand in a row.

/** The point a key leads to, from `at` or from outside (null); null for other keys. `down`: points stand below each other. */
export function walked(key: string, at: number | null, count: number, down = false): number | null {
  if (count === 0) return null;
  const last = count - 1;
  const [on, back] = down ? ["ArrowDown", "ArrowUp"] : ["ArrowRight", "ArrowLeft"];
  if (key === on) return at === null ? 0 : Math.min(at + 1, last);
  if (key === back) return at === null ? last : Math.max(at - 1, 0);
  if (key === "Home") return 0;
  return key === "End" ? last : null;
}
