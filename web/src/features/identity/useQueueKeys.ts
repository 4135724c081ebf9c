// Single keys for the queue. They can be turned off, since who speaks to their computer types letters without meaning to.
import { useEffect, useRef, useState } from "react";

import { TAKES_LETTERS } from "../../ui/typing";

const STORED = "throughline.identity.keys";

/** Whether they are on, and setting it; remembered in this browser. */
export function useKeysOn(): [boolean, (on: boolean) => void] {
  const [on, setOn] = useState(() => localStorage.getItem(STORED) !== "off");
  return [
    on,
    (next) => {
      localStorage.setItem(STORED, next ? "on" : "off");
      setOn(next);
    },
  ];
}

/** Calls what belongs to a key that is pressed outside of fields and dialogs. */
export function useQueueKeys(on: boolean, actions: Record<string, () => void>): void {
  const current = useRef(actions);
  useEffect(() => {
    current.current = actions;
  });
  useEffect(() => {
    if (!on) return;
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target instanceof HTMLElement ? event.target : null;
      if (target?.closest(TAKES_LETTERS)) return;
      const action = current.current[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [on]);
}
