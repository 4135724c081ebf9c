// Which single visits a list is of: those behind a figure, and those of a kind. Written in the address, and read back as far as
// it makes sense.
import type { VisitsWanted } from "../../../api/places";
import type { PlaceBehind, PlaceWaitEnd } from "../../../api/types";

export const ENDS = ["served", "abandoned", "unknown"] as const satisfies readonly PlaceWaitEnd[];
const OF_ZONE = ["stopped", "engaged", "first", "last"] as const;

/** From here on somebody is taken to have searched: twice the shortest way through the stops. */
export const LOST_FROM = 2;

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields => value !== null && typeof value === "object" && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
/** An end of a way: a zone, or nothing. */
const isEnd = (value: unknown): value is string | null => value === null || isText(value);

export function readWanted(stored: unknown): VisitsWanted {
  if (!isFields(stored)) return {};
  const { zone, bought, detour_from, pain } = stored;
  const behind = readBehind(stored["behind"]);
  return {
    ...(isText(zone) ? { zone } : {}),
    ...(behind ? { behind } : {}),
    ...(isText(pain) ? { pain } : {}),
    ...(typeof bought === "boolean" ? { bought } : {}),
    ...(typeof detour_from === "number" && detour_from >= 0 && Number.isFinite(detour_from) ? { detour_from } : {}),
  };
}

function readBehind(stored: unknown): PlaceBehind | null {
  if (!isFields(stored)) return null;
  const { figure, zone, from = null, to = null, queue, ended } = stored;
  const ofZone = OF_ZONE.find((each) => each === figure);
  if (ofZone && isText(zone)) return { figure: ofZone, zone };
  if (figure === "move" && isEnd(from) && isEnd(to)) return { figure, from, to };
  if (figure === "ends" && isText(from) && isText(to)) return { figure, from, to };
  if (figure === "first_stop" && isEnd(to)) return { figure, to };
  if (figure === "queue" && isText(queue)) {
    const end = ENDS.find((each) => each === ended);
    return end ? { figure, queue, ended: end } : { figure, queue };
  }
  return null;
}

/** The visits behind a link of the flows. */
export function behindLink(links: "moves" | "ends" | "first_stops", { from = null, to = null }: { from?: string | null; to?: string | null }): PlaceBehind | null {
  if (links === "moves") return { figure: "move", from, to };
  if (links === "first_stops") return { figure: "first_stop", to };
  return from !== null && to !== null ? { figure: "ends", from, to } : null;
}

/** The visits behind a figure of a zone; null where it counts none. */
export function behindZone(figure: string, zone: string): VisitsWanted | null {
  if (figure === "visits" || figure === "reach" || figure === "entries" || figure === "dwell_seconds" || figure === "median_seconds") return { zone };
  if (figure === "bought") return { zone, bought: true };
  const of = OF_ZONE.find((each) => each === figure);
  return of ? { behind: { figure: of, zone } } : null;
}
