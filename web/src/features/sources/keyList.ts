// The keys of all sources in one list, and what has become of each.
import type { Source, SourceKey } from "../../api/types";

/** `ending`: replaced, and good for a while longer; `ended`: good for nothing. */
export type KeyState = "unused" | "used" | "ending" | "ended";

export function keyState({ expires_us, last_used_us }: Pick<SourceKey, "expires_us" | "last_used_us">, nowUs: number): KeyState {
  if (expires_us != null) return expires_us > nowUs ? "ending" : "ended";
  return last_used_us == null ? "unused" : "used";
}

/** By source as they come, each with its newest key first. */
export function keysOf(sources: readonly Source[]): { source: Source; key: SourceKey }[] {
  return sources.flatMap((source) => source.keys.toSorted((a, b) => b.created_us - a.created_us).map((key) => ({ source, key })));
}
