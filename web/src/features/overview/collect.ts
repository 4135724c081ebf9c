// Which sources and imports somebody should look at.
import type { ImportInfo, Source } from "../../api/types";

export type SourceState = "sending" | "silent" | "waiting";

/** `waiting`: it has never sent anything. */
export function sourceState({ last_us, silent_since_us }: Pick<Source, "last_us" | "silent_since_us">): SourceState {
  if (last_us == null) return "waiting";
  return silent_since_us == null ? "sending" : "silent";
}

/** Sources that do not send: those silent longest first, then those that never sent. */
export function toLookAt<Of extends Pick<Source, "last_us" | "silent_since_us">>(sources: readonly Of[]): Of[] {
  const at = ({ last_us }: Of) => last_us ?? Number.POSITIVE_INFINITY;
  return sources.filter((source) => sourceState(source) !== "sending").toSorted((a, b) => (at(a) === at(b) ? 0 : at(a) - at(b)));
}

/** The run that began last. */
export function lastImport(imports: readonly ImportInfo[]): ImportInfo | null {
  return imports.reduce<ImportInfo | null>((last, run) => (last !== null && last.started_us >= run.started_us ? last : run), null);
}
