// What is to change of a layout, as the address has it and the API takes it.

/** A zone that moves, by metres to the right and up. */
export interface Move {
  zone: string;
  by_m: [number, number];
}

/** Swaps and moves of zones, or the plan of the site that holds from a day on. */
export interface Change {
  swaps: [string, string][];
  moves: Move[];
  plan: string | null;
}

export const NO_CHANGE: Change = { swaps: [], moves: [], plan: null };
/** The API takes no more swaps and moves at once. */
export const STEPS_MAX = 20;

/** What of a zone's visits is told: those that came there, or those that stopped. */
export const TOLD = ["reached", "stopped"] as const;
export type Told = (typeof TOLD)[number];

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields => value !== null && typeof value === "object" && !Array.isArray(value);
const isId = (value: unknown): value is string => typeof value === "string" && value !== "";
const isMetres = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** As far as it makes sense. A plan stands alone: nothing is swapped or moved beside it. */
export function readChange(stored: unknown): Change {
  if (!isFields(stored)) return NO_CHANGE;
  const { plan } = stored;
  if (typeof plan === "string" && /^\d{4}-\d{2}-\d{2}$/.test(plan)) return { ...NO_CHANGE, plan };
  const swaps = list(stored["swaps"]).flatMap((pair): [string, string][] => {
    const [one, other, more] = list(pair);
    return isId(one) && isId(other) && one !== other && more === undefined ? [[one, other]] : [];
  });
  const moves = list(stored["moves"]).flatMap((move): Move[] => {
    if (!isFields(move)) return [];
    const [right, up] = list(move["by_m"]);
    return isId(move["zone"]) && isMetres(right) && isMetres(up) ? [{ zone: move["zone"], by_m: [right, up] }] : [];
  });
  return { swaps: swaps.slice(0, STEPS_MAX), moves: moves.slice(0, Math.max(0, STEPS_MAX - swaps.length)), plan: null };
}

/** What is asked about: a zone that was chosen to move and has not yet is no step. */
export function stepsOf(change: Change): Change {
  return { ...change, moves: change.moves.filter(({ by_m: [right, up] }) => right !== 0 || up !== 0) };
}

export function countOf({ swaps, moves, plan }: Change): number {
  return plan === null ? swaps.length + moves.length : 1;
}

export function withSwap(change: Change, one: string, other: string): Change {
  return { ...change, plan: null, swaps: [...change.swaps, [one, other]] };
}

/** A zone moves once: the last word on it counts. */
export function withMove(change: Change, zone: string, by_m: [number, number]): Change {
  const known = change.moves.some((move) => move.zone === zone);
  const moves = known ? change.moves.map((move) => (move.zone === zone ? { zone, by_m } : move)) : [...change.moves, { zone, by_m }];
  return { ...change, plan: null, moves };
}

export function withoutSwap(change: Change, at: number): Change {
  return { ...change, swaps: change.swaps.filter((_, index) => index !== at) };
}

export function withoutMove(change: Change, zone: string): Change {
  return { ...change, moves: change.moves.filter((move) => move.zone !== zone) };
}
