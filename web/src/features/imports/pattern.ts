// Patterns of times as people write them: `%Y/%m/%d %H:%M` is YYYY/MM/DD HH:mm.

const LETTERS: Record<string, string> = { Y: "YYYY", m: "MM", d: "DD", H: "HH", M: "mm", S: "ss", b: "MMM", z: "±hhmm" };

export function patternText(pattern: string): string {
  return pattern.replaceAll(/%(\w)/g, (all, letter: string) => LETTERS[letter] ?? all);
}
