// What follows what as a square: the most frequent names as rows and columns, and where people end.
import type { TransitionsNumbers } from "../../api/types";

type Edge = TransitionsNumbers["edges"][number];
type End = TransitionsNumbers["ends"][number];

/** Names shown in the square; the table has all. */
export const NAMES_MAX = 12;

export interface Matrix {
  names: string[];
  /** Names that are only in the table. */
  left: number;
  rows: { from: string; cells: (Edge | null)[]; end: End | null }[];
  /** The most frequent transition of the square; 0 where there is none. */
  most: number;
  mostEnds: number;
}

export function matrixOf({ edges, ends }: Pick<TransitionsNumbers, "edges" | "ends">, most = NAMES_MAX): Matrix {
  const weight = new Map<string, number>();
  const add = (name: string, count: number) => weight.set(name, (weight.get(name) ?? 0) + count);
  for (const { from, to, count } of edges) {
    add(from, count);
    add(to, count);
  }
  for (const { label, subjects } of ends) add(label, subjects);
  const all = [...weight].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([name]) => name);
  const names = all.slice(0, most);
  const byPair = new Map(edges.map((edge) => [`${edge.from}\u0001${edge.to}`, edge]));
  const rows = names.map((from) => ({
    from,
    cells: names.map((to) => byPair.get(`${from}\u0001${to}`) ?? null),
    end: ends.find(({ label }) => label === from) ?? null,
  }));
  return {
    names,
    left: all.length - names.length,
    rows,
    most: Math.max(0, ...rows.flatMap(({ cells }) => cells.map((cell) => cell?.count ?? 0))),
    mostEnds: Math.max(0, ...rows.map(({ end }) => end?.subjects ?? 0)),
  };
}

/** Steps of the ramp. */
const STEPS = 7;

/** The step of the ramp of a share: as far along it as the share is of the largest. */
export function shareStep(share: number, most: number): number {
  return share <= 0 || most <= 0 ? 0 : Math.ceil(Math.min(1, share / most) * STEPS);
}

/** The step of the ramp (`seq-1` to `seq-7`) of a value; 0 for none. Roots, so that small values differ, too. */
export function heatStep(value: number, most: number): number {
  return value <= 0 || most <= 0 ? 0 : Math.max(1, Math.ceil(Math.sqrt(Math.min(1, value / most)) * STEPS));
}
