// Bytes as people of a language write them, and the clock of whoever looks.
import { useMemo } from "react";

import type { Language } from "../../ui/language";
import { useLanguage } from "../../ui/language";

/** A server is of no zone: times stand in that of the browser. */
export const ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone;

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** 1,536 as 1.5 KiB: as the command line writes it, and as settings count. */
export function makeBytes(language: Language): (bytes: number) => string {
  const format = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  return (bytes) => {
    let value = bytes;
    let at = 0;
    // What would be written as 1,024 of a unit is one of the next.
    while (at < UNITS.length - 1 && value >= (at === 0 ? 1024 : 1023.95)) {
      value /= 1024;
      at += 1;
    }
    return `${format.format(value)}\u00a0${UNITS[at]}`;
  };
}

export function useBytes(): (bytes: number) => string {
  const language = useLanguage();
  return useMemo(() => makeBytes(language), [language]);
}

/** A word of a command line, in quotes where a shell would take it apart. */
export function quoted(word: string): string {
  return /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
