// A table of numbers walked by arrow keys: one number takes the focus at a time, Tab leads on past the table.
import type { KeyboardEvent, RefObject } from "react";
import { useLayoutEffect, useRef } from "react";

/** The number of a cell. */
const NUMBER = "button.num";

function cellsOf(table: HTMLTableElement): (HTMLElement | null)[][] {
  return [...table.rows].map((row) => [...row.cells].map((cell) => cell.querySelector<HTMLElement>(NUMBER)));
}

export function useGridKeys(): { ref: RefObject<HTMLTableElement | null>; onKeyDown: (event: KeyboardEvent) => void; onFocus: (event: React.FocusEvent) => void } {
  const ref = useRef<HTMLTableElement>(null);
  const active = useRef<HTMLElement | null>(null);
  const settle = () => {
    const table = ref.current;
    if (!table) return;
    const numbers = [...table.querySelectorAll<HTMLElement>(NUMBER)];
    const one = active.current && numbers.includes(active.current) ? active.current : numbers[0];
    for (const number of numbers) number.tabIndex = number === one ? 0 : -1;
  };
  // New numbers come with every answer.
  useLayoutEffect(settle);
  const go = (to: HTMLElement) => {
    active.current = to;
    settle();
    to.focus();
  };
  return {
    ref,
    onFocus: (event) => {
      const number = event.target as HTMLElement;
      if (number.matches(NUMBER)) {
        active.current = number;
        settle();
      }
    },
    onKeyDown: (event) => {
      const table = ref.current;
      const to = table && target(cellsOf(table), event.target as HTMLElement, event.key, event.ctrlKey);
      if (!to) return;
      event.preventDefault();
      go(to);
    },
  };
}

/** Where a key leads from a number; null where nowhere. Cells without a number are stepped over. */
function target(rows: (HTMLElement | null)[][], from: HTMLElement, key: string, whole: boolean): HTMLElement | null {
  const row = rows.findIndex((cells) => cells.includes(from));
  const column = rows[row]?.indexOf(from) ?? -1;
  if (row < 0 || column < 0) return null;
  const own = rows[row] ?? [];
  const below = rows.map((cells) => cells[column] ?? null);
  const lines: Record<string, (HTMLElement | null)[]> = {
    ArrowRight: own.slice(column + 1),
    ArrowLeft: own.slice(0, column).toReversed(),
    ArrowDown: below.slice(row + 1),
    ArrowUp: below.slice(0, row).toReversed(),
    Home: whole ? rows.flat() : own,
    End: whole ? rows.flat().toReversed() : own.toReversed(),
  };
  return lines[key]?.find((cell) => cell !== null) ?? null;
}
