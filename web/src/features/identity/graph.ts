// Where the identifiers of two customers stand in a drawing: one column each, joined ones together, and the lines between.
import type { CustomerIdentity, IdentityMember } from "../../api/types";

export const ROW = 34;
/** Identifiers of a column that are drawn; the table beside it has all. */
export const SHOWN_MAX = 10;

export interface Dot {
  member: IdentityMember;
  side: 0 | 1;
  row: number;
}

export interface Line {
  a: Dot;
  b: Dot;
  /** Whether it joins the two; else it was said and is withheld. */
  stands: boolean;
}

export interface Drawing {
  dots: Dot[];
  lines: Line[];
  rows: number;
  /** Identifiers that are not drawn. */
  hidden: number;
}

/** `withheld`: pairs of profiles. Ends of those are always drawn. */
export function drawing(sides: readonly (CustomerIdentity | null)[], withheld: readonly (readonly [string, string])[]): Drawing {
  const asked = new Set(withheld.flat());
  const dots: Dot[] = [];
  let hidden = 0;
  for (const [at, side] of sides.entries()) {
    const members = (side?.members ?? []).toSorted((a, b) => Number(asked.has(b.profile ?? "")) - Number(asked.has(a.profile ?? "")));
    hidden += (side?.members_count ?? 0) - Math.min(members.length, SHOWN_MAX);
    for (const [row, member] of members.slice(0, SHOWN_MAX).entries()) dots.push({ member, side: at === 0 ? 0 : 1, row });
  }
  const of = new Map(dots.map((dot) => [dot.member.profile ?? "", dot]));
  const between = (a: string, b: string, stands: boolean): Line[] => {
    const [from, to] = [of.get(a), of.get(b)];
    return from && to ? [{ a: from, b: to, stands }] : [];
  };
  const lines = [...sides.flatMap((side) => (side?.links ?? []).flatMap(({ a, b }) => between(a, b, true))), ...withheld.flatMap(([a, b]) => between(a, b, false))];
  return { dots, lines, rows: Math.max(0, ...dots.map((dot) => dot.row + 1)), hidden };
}
