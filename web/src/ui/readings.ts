// The readings (pinyin, without tones) of Chinese characters, all of each: 行 is xing and hang. A chunk of its own.
import { dict } from "pinyin-match/src/simplified_dict.js";

/** Readings of a character, small letters without tones. */
export type Readings = ReadonlyMap<string, readonly string[]>;

/** The dictionary lists the characters of each reading; this turns it round. `lü` is typed `lv` or `lu`. */
function turned(): Readings {
  const readings = new Map<string, string[]>();
  for (const [reading, characters] of Object.entries(dict)) {
    for (const character of characters) {
      const known = readings.get(character) ?? [];
      known.push(reading);
      if (reading.includes("v")) known.push(reading.replace("v", "u"));
      readings.set(character, known);
    }
  }
  return readings;
}

export const READINGS = turned();
