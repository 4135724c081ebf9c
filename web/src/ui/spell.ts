// Chinese names in letters, for ids: 上海门店 is shanghaimendian. Loaded only where a name is written, with the dictionary.
import { READINGS } from "./readings";

const collator = new Intl.Collator("zh-Hans-u-co-pinyin");

/** Characters that are read in one way only, first and last of each reading in the order of dictionaries. */
function spans(): Map<string, readonly [string, string]> {
  const only = new Map<string, string[]>();
  for (const [character, [reading, ...others]] of READINGS) {
    if (reading !== undefined && others.length === 0) only.set(reading, [...(only.get(reading) ?? []), character]);
  }
  return new Map(
    [...only].map(([reading, characters]) => {
      const sorted = characters.toSorted(collator.compare);
      return [reading, [sorted[0] ?? "", sorted.at(-1) ?? ""]] as const;
    }),
  );
}

let known: ReturnType<typeof spans> | null = null;

/** How a character is mostly read: dictionaries put one of several readings among those that are read so alone. */
function mainReading(character: string): string | undefined {
  const all = READINGS.get(character) ?? [];
  if (all.length < 2) return all[0];
  known ??= spans();
  const places = known;
  const main = all.find((each) => {
    const [first, last] = places.get(each) ?? ["", ""];
    return first !== "" && collator.compare(first, character) <= 0 && collator.compare(character, last) <= 0;
  });
  return main ?? all[0];
}

/** The name with every Chinese character as it is read; what stands between words stays. */
export function spelled(name: string): string {
  return Array.from(name, (character) => mainReading(character) ?? character).join("");
}
