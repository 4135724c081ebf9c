// The list of pains as a saved view keeps it. The filter stands by itself: `kind` of a view says what kind of view it is.
import { migrated } from "../../ui/scope/stored";
import type { Filter } from "./list";
import { readFilter, writeFilter } from "./list";

const VERSION = 1;
const PAGE = "pains";

export function storedForm(journey: string, filter: Filter): object {
  return { v: VERSION, page: PAGE, journey, filter: writeFilter(filter) };
}

/** The address of a stored list; null where it is none. */
export function readStored(stored: unknown): ({ journey: string } & ReturnType<typeof writeFilter>) | null {
  const fields = migrated(stored, {}, VERSION);
  if (!fields || fields["page"] !== PAGE || typeof fields["journey"] !== "string") return null;
  const filter = (fields["filter"] ?? {}) as Record<string, unknown>;
  const text = (name: string) => (typeof filter[name] === "string" ? { [name]: filter[name] } : {});
  return { journey: fields["journey"], ...writeFilter(readFilter({ ...text("status"), ...text("kind"), ...text("stage") })) };
}
