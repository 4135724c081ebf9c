// Undo and redo of a draft.
import { same } from "./same";

/** Steps that can be undone; a definition may be a megabyte. */
export const STEPS_MAX = 100;

export interface History<Draft> {
  past: readonly Draft[];
  now: Draft;
  future: readonly Draft[];
  /** What the last step was about; a further one about the same is part of it, so that a word is undone and not a letter. */
  about: string | null;
}

export function begun<Draft>(draft: Draft): History<Draft> {
  return { past: [], now: draft, future: [], about: null };
}

/** `about`: null for a step of its own. */
export function changed<Draft>(history: History<Draft>, now: Draft, about: string | null): History<Draft> {
  if (same(history.now, now)) return history;
  if (about !== null && about === history.about) return { ...history, now, future: [] };
  return { past: [...history.past, history.now].slice(-STEPS_MAX), now, future: [], about };
}

export function undone<Draft>(history: History<Draft>): History<Draft> {
  const now = history.past.at(-1);
  return now === undefined ? history : { past: history.past.slice(0, -1), now, future: [history.now, ...history.future], about: null };
}

export function redone<Draft>(history: History<Draft>): History<Draft> {
  const [now, ...future] = history.future;
  return now === undefined ? history : { past: [...history.past, history.now], now, future, about: null };
}
