import { describe, expect, it } from "vitest";

import type { CustomerIdentity } from "../../api/types";
import { SHOWN_MAX, drawing } from "./graph";

const side = (customer: string, profiles: string[], links: [string, string][] = []): CustomerIdentity => ({
  customer,
  members: profiles.map((profile) => ({ profile, namespace: "user_id", value: profile, masked: false, kind: "person", customer, customer_profiles: profiles.length })),
  members_count: profiles.length,
  links: links.map(([a, b]) => ({ a, b, strength: "observed", source: "web", reason: "", time_us: 0 })),
  links_count: links.length,
  presence: { events: 1, first_us: 0, last_us: 0, channels: [] },
});

describe("the drawing of two customers", () => {
  it("has a column each, standing lines within and withheld ones between", () => {
    const { dots, lines, rows, hidden } = drawing([side("1", ["1", "2"], [["1", "2"]]), side("3", ["3"])], [["2", "3"]]);
    expect(dots.map(({ member, side: at, row }) => [member.profile, at, row])).toEqual([
      ["2", 0, 0],
      ["1", 0, 1],
      ["3", 1, 0],
    ]);
    expect(lines.map(({ a, b, stands }) => [a.member.profile, b.member.profile, stands])).toEqual([
      ["1", "2", true],
      ["2", "3", false],
    ]);
    expect([rows, hidden]).toEqual([2, 0]);
  });

  it("leaves out what is too much, but never what is asked about", () => {
    const many = Array.from({ length: 30 }, (_, n) => String(n));
    const { dots, lines, hidden } = drawing([side("0", many), side("x", ["x"])], [["29", "x"]]);
    expect(dots).toHaveLength(SHOWN_MAX + 1);
    expect(lines).toHaveLength(1);
    expect(hidden).toBe(30 - SHOWN_MAX);
  });

  it("is empty while nothing is known", () => {
    expect(drawing([null, null], [["1", "2"]])).toEqual({ dots: [], lines: [], rows: 0, hidden: 0 });
  });
});
