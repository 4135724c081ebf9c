// Single visits: what of their choice the address keeps, what is behind a figure, and the way as it is drawn.
import { describe, expect, it } from "vitest";

import { addressForm, readAddress } from "../view";
import { walkOf } from "../walks";
import { momentsOf, walkPath } from "./path";
import { behindLink, behindZone, readWanted } from "./wanted";

const stay = (zone: string, enter_us: number) => ({ zone, enter_us, leave_us: enter_us + 5e6, dwell_seconds: 4, engaged: false });

describe("which visits", () => {
  it.each([
    { zone: "wine" },
    { behind: { figure: "move", from: null, to: "wine" } },
    { behind: { figure: "queue", queue: "tail", ended: "abandoned" }, bought: false },
    { behind: { figure: "first_stop", to: null }, detour_from: 2 },
    { pain: "pick-of-a-pain", zone: "wine" },
  ] as const)("are kept by the address: %j", (wanted) => {
    const view = { ...readAddress("s", undefined), show: "visits" as const, wanted };
    expect(readAddress("s", addressForm(view)).wanted).toEqual(wanted);
  });
  it("are all where what is kept makes no sense", () => {
    expect(readWanted({ zone: 3, behind: { figure: "ends", from: "a", to: null }, bought: "yes", detour_from: -1 })).toEqual({});
    expect(readWanted({ behind: { figure: "queue", queue: "q", ended: "eaten" } })).toEqual({ behind: { figure: "queue", queue: "q" } });
  });
  it("stand behind figures that count visits, and behind links", () => {
    expect([behindZone("reach", "z"), behindZone("bought", "z"), behindZone("last", "z"), behindZone("share", "z")]).toEqual([{ zone: "z" }, { zone: "z", bought: true }, { behind: { figure: "last", zone: "z" } }, null]);
    expect([behindLink("moves", { to: "a" }), behindLink("ends", { from: "a", to: "b" }), behindLink("ends", { from: "a" })]).toEqual([{ figure: "move", from: null, to: "a" }, { figure: "ends", from: "a", to: "b" }, null]);
  });
});

it("a way is broken off where nothing is known", () => {
  const walk = walkOf({ visit: "v", unit: "v", floor: "f", t_ms: [0, 1000, 5000, 1000], x_cm: [100, 100, 100, 0], y_cm: [0, 0, 0, 200] });
  expect(walkPath(walk, 2000, { x: (m) => m * 10, y: (m) => -m * 10 })).toBe("M10.0,0.0L20.0,0.0M30.0,0.0L30.0,-20.0");
});

it("stays and waits are told in the order they began", () => {
  const moments = momentsOf({ stays: [stay("a", 0), stay("tail", 9e6)], waits: [{ queue: "tail", join_us: 9.5e6, end_us: 12e6, ended: "served" }] });
  expect(moments.map(({ of, zone, seconds }) => [of, zone, seconds])).toEqual([["stay", "a", 4], ["stay", "tail", 4], ["wait", "tail", 2.5]]);
});
