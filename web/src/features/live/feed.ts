// What has arrived, newest first: how much of it is kept, and which of it a person wants to see.
import type { LiveEvent, LiveRejection } from "../../api/types";
import { plain } from "../../ui/plain";

export type Arrival = { id: string } & (({ is: "event" } & LiveEvent) | ({ is: "rejection" } & LiveRejection));

/** Kept to be filtered: more than is shown, so that a filter finds what is rare. */
export const KEPT_MAX = 2000;
/** Shown: more nobody reads in passing. */
export const SHOWN_MAX = 500;

export interface Filter {
  source?: string;
  channel?: string;
  /** Part of the event's name. */
  event?: string;
  /** Part of an identifier. */
  who?: string;
  /** Only what was refused. */
  rejected?: boolean;
}

export function arrived(event: LiveEvent): Arrival {
  return { ...event, is: "event", id: `e${event.seq}-${event.received_us}` };
}

export function refused(rejection: LiveRejection): Arrival {
  return { ...rejection, is: "rejection", id: `r${rejection.seq}-${rejection.received_us}` };
}

/** Of `batch`, in the order it came, what is new, newest first: a stream that begins again tells its last again. */
export function fresh(kept: readonly Arrival[], batch: readonly Arrival[]): Arrival[] {
  const known = new Set(kept.map(({ id }) => id));
  const found: Arrival[] = [];
  for (const arrival of batch) {
    if (known.has(arrival.id)) continue;
    known.add(arrival.id);
    found.push(arrival);
  }
  return found.toReversed();
}

export function joined(kept: Arrival[], added: readonly Arrival[]): Arrival[] {
  return added.length === 0 ? kept : [...added, ...kept].slice(0, KEPT_MAX);
}

/** How many of what is kept came after `frozen` was; all, where nothing of it is kept any more. */
export function since(kept: readonly Arrival[], frozen: readonly Arrival[]): number {
  const at = kept.findIndex(({ id }) => id === frozen[0]?.id);
  return at < 0 ? kept.length : at;
}

function includes(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}

/** Of a refused message only the text is known, so parts of names and identifiers are looked for there. */
export function matches(arrival: Arrival, { source, channel, event, who, rejected }: Filter): boolean {
  if (source !== undefined && arrival.source !== source) return false;
  if (arrival.is === "rejection") {
    return channel === undefined && [event, who].every((part) => part === undefined || includes(arrival.original, part));
  }
  if (rejected || (channel !== undefined && arrival.channel !== channel)) return false;
  if (event !== undefined && !includes(arrival.event, event)) return false;
  return who === undefined || arrival.identifiers.some(({ namespace, value }) => includes(`${namespace}: ${value}`, who));
}

export function shown(kept: readonly Arrival[], filter: Filter): Arrival[] {
  const found: Arrival[] = [];
  for (const arrival of kept) {
    if (found.length === SHOWN_MAX) break;
    if (matches(arrival, filter)) found.push(arrival);
  }
  return found;
}

/** The first few things an event says, in a line. */
export function gist(arrival: Arrival, most = 3): string {
  if (arrival.is === "rejection") return arrival.original.slice(0, 200);
  const said = [arrival.columns, arrival.props, arrival.traits].flatMap((part) => Object.entries(part));
  return said
    .slice(0, most)
    .map(([key, value]) => `${key}: ${plain(value).slice(0, 60)}`)
    .join(" · ");
}
