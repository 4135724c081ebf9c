// What is wrong with a draft, at the part it concerns.
import type { Fault, Site } from "../../../api/types";
import type { At } from "./draft";

export interface Placed {
  fault: Fault;
  /** Where it lies; null: in what is not of one floor. */
  at: At | null;
  zone: string | null;
  /** Of the zone, or of the whole. */
  field: string;
}

/** Reads a path such as `plans[0].floors[1].zones[2].shape`. */
export function placed(site: Site, fault: Fault): Placed {
  const [, plan, floor, zone, field = ""] = /^plans\[(\d+)\](?:\.floors\[(\d+)\](?:\.zones\[(\d+)\])?)?\.?(.*)$/.exec(fault.path) ?? [];
  if (plan === undefined) return { fault, at: null, zone: null, field: fault.path };
  const at: At = { plan: Number(plan), floor: Number(floor ?? 0) };
  const held = zone === undefined ? undefined : site.plans[at.plan]?.floors[at.floor]?.zones?.[Number(zone)];
  return { fault, at, zone: held?.id ?? null, field };
}
