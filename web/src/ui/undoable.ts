// What was done last and can be taken back. It outlives the page on which it was done, since what is deleted is deleted from a
// page of its own; only the last is kept.
import { useSyncExternalStore } from "react";

export interface Undoable {
  workspace: string;
  /** The list it is said above. */
  list: "segments" | "changes" | "proposals";
  /** What was done. */
  text: string;
  undo: () => Promise<unknown>;
  /** What is said once it is undone. */
  undone: string;
}

let last: Undoable | null = null;
const watchers = new Set<() => void>();

export function offerUndo(next: Undoable | null): void {
  last = next;
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export function useUndoable(workspace: string, list: Undoable["list"]): Undoable | null {
  const offered = useSyncExternalStore(watch, () => last);
  return offered?.workspace === workspace && offered.list === list ? offered : null;
}
