// How much room a text takes. Pictures are drawn before a browser could measure, so letters are counted: a Chinese
// character is about twice as wide as a Latin letter.

/** The width of a text in Latin letters. */
export function lettersOf(text: string): number {
  return [...text].reduce((sum, char) => sum + wide(char), 0);
}

/** A text cut to so many Latin letters; what was cut shows as 「…」. */
export function fit(text: string, letters: number): string {
  let room = letters;
  const kept: string[] = [];
  for (const char of text) {
    room -= wide(char);
    if (room < 0) return `${kept.slice(0, -1).join("")}…`;
    kept.push(char);
  }
  return text;
}

function wide(char: string): number {
  return char.charCodeAt(0) > 0x2e80 ? 2 : 1;
}
