// Keys of stored things: small letters, digits, hyphens and underscores.
export const KEY = /^[a-z0-9][a-z0-9_-]*$/;

/** A key made of a name that no other has; `otherwise` where nothing of the name can stand in a key, as in Chinese. */
export function keyOf(name: string, taken: readonly string[], otherwise: string): string {
  const plain = name
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  const key = plain || otherwise;
  if (plain && !taken.includes(key)) return key;
  for (let n = plain ? 2 : 1; ; n += 1) if (!taken.includes(`${key}-${n}`)) return `${key}-${n}`;
}
