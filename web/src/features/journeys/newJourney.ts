// What a new journey is called by, and what a definition file says of itself before the server reads it.

/** Keys of journeys: small letters, digits, hyphens. */
export const KEY = /^[a-z0-9][a-z0-9-]*$/;

/** A key made of a name; empty where nothing of it can stand in a key, as in Chinese. */
export function keyOf(name: string): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
}

/** `key`, or with a number behind it where it is taken. */
export function freeKey(key: string, taken: readonly string[]): string {
  if (!taken.includes(key)) return key;
  for (let n = 2; ; n += 1) {
    if (!taken.includes(`${key}-${n}`)) return `${key}-${n}`;
  }
}

export interface ReadFile {
  format: "yaml" | "json";
  /** The journey's key as the file says it; null where it does not at its top level. */
  journey: string | null;
}

/** Only the key is looked for; whether the rest is right the server says, with lines. */
export function readFile(name: string, text: string): ReadFile {
  const isJson = /\.json$/i.test(name) || /^\s*\{/.test(text);
  if (isJson) {
    try {
      const { id } = JSON.parse(text) as { id?: unknown };
      return { format: "json", journey: typeof id === "string" ? id : null };
    } catch {
      return { format: "json", journey: null };
    }
  }
  const line = /^id:[ \t]*(?:"([^"]*)"|'([^']*)'|([^\s#]+))/m.exec(text);
  return { format: "yaml", journey: line?.[1] ?? line?.[2] ?? line?.[3] ?? null };
}
