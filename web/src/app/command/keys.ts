// The keys that work everywhere: one opens the command menu, one the list of all keys. The second is a single character, so
// it can be turned off (WCAG 2.1.4): who speaks to their computer types characters without meaning to.
import { useEffect, useState } from "react";

import { TAKES_LETTERS } from "../../ui/typing";

const STORED = "throughline.keys";
const IS_APPLE = /Mac|iPhone|iPad/.test(navigator.userAgent);

export const COMMAND_KEYS: readonly string[] = [IS_APPLE ? "⌘" : "Ctrl", "K"];

/** Keys as `aria-keyshortcuts` writes them. */
export function ariaKeys(keys: readonly string[]): string {
  return keys.map((key) => (key === "⌘" ? "Meta" : key === "Ctrl" ? "Control" : key)).join("+");
}

function singleKeysOn(): boolean {
  return localStorage.getItem(STORED) !== "off";
}

/** Whether single keys work everywhere, and setting it; remembered in this browser. */
export function useSingleKeys(): [boolean, (on: boolean) => void] {
  const [on, setOn] = useState(singleKeysOn);
  return [
    on,
    (next) => {
      localStorage.setItem(STORED, next ? "on" : "off");
      setOn(next);
    },
  ];
}

type Opened = "menu" | "keys" | null;

/** Opens and closes the menu and the list of keys by their keys. Nothing happens while an input method composes. */
export function useCommandKeys(opened: Opened, open: (next: Opened) => void): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.isComposing || event.altKey || event.defaultPrevented) return;
      const chord = IS_APPLE ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
      if (chord && !event.shiftKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        open(opened === "menu" ? null : "menu");
        return;
      }
      if (event.ctrlKey || event.metaKey || opened !== null || !singleKeysOn()) return;
      // The second is what Chinese keyboards write.
      if (event.key !== "?" && event.key !== "？") return;
      if (event.target instanceof HTMLElement && event.target.closest(TAKES_LETTERS)) return;
      event.preventDefault();
      open("keys");
    };
    // In the capture phase: a field may keep its keys to itself, but not these.
    document.addEventListener("keydown", pressed, true);
    return () => document.removeEventListener("keydown", pressed, true);
  }, [opened, open]);
}
