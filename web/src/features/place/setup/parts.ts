// A plan put together from files, each with what is said of it: floors of several files are one plan, in which every id stands
// once.
import type { ControlPoint, Fault, Floor, Plan, PlanRequest, Site, UploadInfo } from "../../../api/types";

/** A file that was handed in, and what it does not say itself. */
export interface Part {
  upload: UploadInfo;
  /** Its bytes, for a picture to be shown. */
  file: File;
  said: Said;
}

export interface Said {
  name: string;
  level: number;
  scale: "file" | "size" | "unit" | "points";
  size_m: readonly [string, string];
  metres_per_unit: string;
  points: readonly DraftPoint[];
}

/** A known place, as it is typed: both coordinates in the picture, and in metres. */
export interface DraftPoint {
  id: number;
  pixel: readonly [string, string];
  metres: readonly [string, string];
}

export const POINTS_LEAST = 3;

export function isPicture({ file }: Pick<Part, "file">): boolean {
  return /\.png$/i.test(file.name) || file.type === "image/png";
}

/** A name without its ending. */
export function stemOf(name: string): string {
  return name.replace(/\.[^.]+$/, "") || name;
}

/** A new part; floors go up from the street. */
export function partOf(upload: UploadInfo, file: File, level: number): Part {
  return { upload, file, said: { name: stemOf(file.name), level, scale: isPicture({ file }) ? "points" : "file", size_m: ["", ""], metres_per_unit: "", points: [] } };
}

const number = (text: string): number | null => {
  const value = Number(text);
  return text.trim() !== "" && Number.isFinite(value) ? value : null;
};

/** Whether all four numbers of a point are typed. */
export function isWhole({ pixel, metres }: DraftPoint): boolean {
  return [...pixel, ...metres].every((text) => number(text) !== null);
}

/** The points that are typed whole. */
export function pointsOf(points: readonly DraftPoint[]): ControlPoint[] {
  return points.filter(isWhole).map(({ pixel, metres }) => ({ pixel: pixel.map(Number), metres: metres.map(Number) }));
}

/** What the server is asked; null while something it needs is missing. */
export function requestOf({ said }: Pick<Part, "said">): Partial<PlanRequest> | null {
  const name = said.name.trim();
  const base = { ...(name === "" ? {} : { name }), level: said.level };
  if (said.scale === "points") {
    const points = pointsOf(said.points);
    return points.length < POINTS_LEAST ? null : { ...base, control_points: points };
  }
  if (said.scale === "size") {
    const [across, up] = [number(said.size_m[0]), number(said.size_m[1])];
    return across === null || up === null || across <= 0 || up <= 0 ? null : { ...base, size_m: [across, up] };
  }
  if (said.scale === "unit") {
    const metres = number(said.metres_per_unit);
    return metres === null || metres <= 0 ? null : { ...base, metres_per_unit: metres };
  }
  return base;
}

/** An id nothing has; it is noted as taken. */
function free(id: string, taken: Set<string>): string {
  let next = id;
  for (let n = 2; taken.has(next); n += 1) next = `${id}-${n}`;
  taken.add(next);
  return next;
}

/** Floors of all parts, the lowest first; ids that stand twice get a number, and what refers to them follows. */
export function assembled(drafts: readonly (readonly Floor[])[]): Floor[] {
  const [floors, zones, fixtures, gates] = [new Set<string>(), new Set<string>(), new Set<string>(), new Set<string>()];
  return drafts
    .flat()
    .map((floor) => {
      const renamed = new Map((floor.zones ?? []).map(({ id }) => [id, free(id, zones)]));
      const to = (id: string) => renamed.get(id) ?? id;
      return {
        ...floor,
        id: free(floor.id, floors),
        ...(floor.zones ? { zones: floor.zones.map((zone) => ({ ...zone, id: to(zone.id), ...(zone.parent == null ? {} : { parent: to(zone.parent) }) })) } : {}),
        ...(floor.fixtures ? { fixtures: floor.fixtures.map((fixture) => ({ ...fixture, id: free(fixture.id, fixtures), ...(fixture.zone == null ? {} : { zone: to(fixture.zone) }) })) } : {}),
        ...(floor.gates ? { gates: floor.gates.map((gate) => ({ ...gate, id: free(gate.id, gates) })) } : {}),
      };
    })
    .toSorted((a, b) => (a.level ?? 0) - (b.level ?? 0));
}

/** The site with another plan that holds from a day on; null where one begins on that day. */
export function withPlan(site: Site, plan: Plan): Site | null {
  if (site.plans.some(({ from }) => from === plan.from)) return null;
  return { ...site, plans: [...site.plans, plan].toSorted((a, b) => (a.from < b.from ? -1 : 1)) };
}

const ids = (floors: readonly Floor[]) => floors.flatMap(({ zones = [] }) => zones.map(({ id }) => id));

/** Zones of the plan before that the new one does not have, and the other way about: what was counted under them ends or begins. */
export function zonesChanged(before: Plan | undefined, floors: readonly Floor[]): { gone: string[]; come: string[] } {
  const [old, next] = [new Set(ids(before?.floors ?? [])), new Set(ids(floors))];
  return { gone: [...old].filter((id) => !next.has(id)), come: [...next].filter((id) => !old.has(id)) };
}

/** Faults of a part by its zones; the rest under the empty text. */
export function faultsByZone(faults: readonly Fault[], floors: readonly Floor[]): Map<string, Fault[]> {
  const of = new Map<string, Fault[]>();
  for (const fault of faults) {
    const [, floor, zone] = /^plans\[\d+\]\.floors\[(\d+)\]\.zones\[(\d+)\]/.exec(fault.path) ?? [];
    const id = floor === undefined ? "" : (floors[Number(floor)]?.zones?.[Number(zone)]?.id ?? "");
    of.set(id, [...(of.get(id) ?? []), fault]);
  }
  return of;
}
