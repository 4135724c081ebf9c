// Which server query answers which question of the app while it runs: for progress and for cancelling.
import type { QueryKey } from "@tanstack/react-query";
import { hashKey } from "@tanstack/react-query";

import { newQueryId, request } from "./client";
import { PATHS } from "./paths";
import type { QueryProgress } from "./types";

const running = new Map<string, string>();

/** Runs `ask` under a fresh query id that [`runningId`] knows until it ends. */
export async function tracked<T>(key: QueryKey, ask: (queryId: string) => Promise<T>): Promise<T> {
  const hash = hashKey(key);
  const id = newQueryId();
  running.set(hash, id);
  try {
    return await ask(id);
  } finally {
    if (running.get(hash) === id) running.delete(hash);
  }
}

export function runningId(key: QueryKey): string | undefined {
  return running.get(hashKey(key));
}

export function progressOf(id: string, signal: AbortSignal): Promise<QueryProgress> {
  return request("GET", PATHS.query, { path: { query: id }, signal });
}

/** Tells the server to stop. That the query has just ended by itself is no failure. */
export async function stopOnServer(id: string): Promise<void> {
  await request("DELETE", PATHS.query, { path: { query: id } }).catch(() => undefined);
}
