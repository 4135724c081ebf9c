// What somebody means by a few letters: names that begin with them or contain them, whose words or characters begin with
// them one by one, or that sound like them (pinyin, in any reading). Pure: readings come from the caller.
import type { Readings } from "../../ui/readings";

export interface Searchable {
  id: string;
  label: string;
  /** Other names it is found by, less well. */
  words: readonly string[];
}

/** How a word matches, the better first; the part behind the point says how much of the name it is. */
const EXACT = 0;
const BEGINS = 1;
const WORD_BEGINS = 2;
const INITIALS = 3;
const SOUNDS = 4;
const CONTAINS = 5;
const SOUNDS_WITHIN = 6;
const LETTERS = 7;
/** What another name of a thing counts less than its label. */
const OTHER_NAME = 0.05;
/** Less than from one way of matching to the next: what was used lately comes first among equals. */
const RECENT = 0.95;
/** Of a query; nobody types more to find a name. */
const QUERY_MAX = 60;
const LETTERS_MIN = 3;

const plain = (text: string) => text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();

/** The words of a query. Input methods part syllables by `'`. */
export function wordsOf(query: string): string[] {
  return plain(query.slice(0, QUERY_MAX))
    .split(/[\s'’]+/)
    .filter((word) => word !== "");
}

/** Those of `entries` the query may mean, best first; all in their order for an empty query. */
export function find<Of extends Searchable>(query: string, entries: readonly Of[], recent: readonly string[], readings: Readings): Of[] {
  const words = wordsOf(query);
  if (words.length === 0) return [...entries];
  return entries
    .map((entry) => ({ entry, rank: rank(words, entry, readings) }))
    .filter((each): each is { entry: Of; rank: number } => each.rank !== null)
    .map(({ entry, rank: found }) => ({ entry, at: found - (recent.includes(entry.id) ? RECENT : 0) }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ entry }) => entry);
}

/** How well all words match, 0 best; null: one of them does not. */
function rank(words: readonly string[], { label, words: others }: Searchable, readings: Readings): number | null {
  const names = [label, ...others].map(plain);
  let sum = 0;
  for (const word of words) {
    let best: number | null = null;
    for (const [index, name] of names.entries()) {
      const found = matched(word, name, readings);
      if (found === null) continue;
      const at = found + (index === 0 ? 0 : OTHER_NAME);
      if (best === null || at < best) best = at;
    }
    if (best === null) return null;
    sum += best;
  }
  return sum / words.length;
}

/** How much of a name is left over, below 1. */
const left = (used: number, of: number) => 0.9 * (1 - used / Math.max(used, of));

function matched(word: string, name: string, readings: Readings): number | null {
  if (name === word) return EXACT;
  const at = name.indexOf(word);
  if (at === 0) return BEGINS + left(word.length, name.length);
  const begins = [...name.matchAll(/(?<![\p{L}\p{N}])[\p{L}\p{N}]/gu)];
  if (at > 0 && begins.some(({ index }) => index === at)) return WORD_BEGINS + left(word.length, name.length);
  const initials = begins.map(([letter]) => letter).join("");
  if (word.length > 1 && initials.startsWith(word)) return INITIALS + left(word.length, initials.length);
  const characters = [...name];
  const sound = /^[a-z0-9]+$/.test(word) && characters.some((character) => readings.has(character));
  if (sound) {
    const used = heard(word, characters, 0, readings);
    if (used > 0) return SOUNDS + left(used, characters.length);
  }
  if (at > 0) return CONTAINS + left(word.length, name.length);
  if (sound) {
    for (let start = 1; start < characters.length; start += 1) {
      const used = heard(word, characters, start, readings);
      if (used > 0) return SOUNDS_WITHIN + left(used, characters.length);
    }
  }
  return word.length >= LETTERS_MIN && inOrder(word, name) ? LETTERS + left(word.length, name.length) : null;
}

/**
 * How many characters from `start` on the letters are the sound of; 0: they are not. A character is heard whole, by its
 * first letters (`z` or `zh`), or, the last one, as far as it is typed.
 */
function heard(letters: string, characters: readonly string[], start: number, readings: Readings): number {
  const dead = new Set<number>();
  const from = (at: number, done: number): number => {
    if (done === letters.length) return at - start;
    const character = characters[at];
    if (character === undefined) return 0;
    const key = at * (QUERY_MAX + 1) + done;
    if (dead.has(key)) return 0;
    const rest = letters.slice(done);
    for (const used of steps(rest, character, readings)) {
      const end = from(at + 1, done + used);
      if (end > 0) return end;
    }
    // Marks between characters are not typed.
    if (at > start && !/[\p{L}\p{N}]/u.test(character)) {
      const end = from(at + 1, done);
      if (end > 0) return end;
    }
    dead.add(key);
    return 0;
  };
  return from(start, 0);
}

/** How many of the letters a character may take, the most first. */
function steps(rest: string, character: string, readings: Readings): number[] {
  if (rest.startsWith(character)) return [character.length];
  const lengths = new Set<number>();
  for (const reading of readings.get(character) ?? []) {
    if (rest.startsWith(reading)) lengths.add(reading.length);
    else if (reading.startsWith(rest)) lengths.add(rest.length);
    const initial = /^(?:[zcs]h|.)/.exec(reading)?.[0] ?? "";
    if (rest.startsWith(initial)) lengths.add(initial.length);
    if (rest.startsWith(initial.charAt(0))) lengths.add(1);
  }
  return [...lengths].toSorted((a, b) => b - a);
}

/** Whether the letters come in this order, the first at the beginning of a word. */
function inOrder(letters: string, name: string): boolean {
  const begins = [...name.matchAll(/(?<![\p{L}\p{N}])[\p{L}\p{N}]/gu)].filter(([letter]) => letter === letters.charAt(0));
  return begins.some(({ index }) => {
    let at = index;
    for (const letter of letters.slice(1)) {
      at = name.indexOf(letter, at + 1);
      if (at < 0) return false;
    }
    // Letters far from each other are chance.
    return at - index < letters.length * 3;
  });
}
