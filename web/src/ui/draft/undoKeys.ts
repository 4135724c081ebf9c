// Undo and redo of a draft by keys.
import { useEffect } from "react";

import type { History } from "./history";
import { redone, undone } from "./history";

/** Ctrl-Z undoes and Ctrl-Shift-Z or Ctrl-Y redoes, except where what is typed is no part of the draft yet. */
export function useUndoKeys<Draft>(setHistory: (step: (history: History<Draft>) => History<Draft>) => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.isComposing) return;
      const key = event.key.toLowerCase();
      const step = key === "z" ? (event.shiftKey ? redone<Draft> : undone<Draft>) : key === "y" ? redone<Draft> : null;
      const at = event.target instanceof Element ? event.target : null;
      if (step === null || at?.closest('[role="dialog"], [role="alertdialog"], .draft, [type="search"]')) return;
      event.preventDefault();
      setHistory(step);
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [setHistory]);
}
