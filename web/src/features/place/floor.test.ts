// Pure parts of a floor: shapes and where names are written, cells of a heat map, arcs, columns of walks, what an address keeps.
import { describe, expect, it } from "vitest";

import type { Floor, PlaceHeatFloor, PlaceMove } from "../../api/types";
import { arcPath, arcsOf, outsideOf } from "./arcs";
import { cellAt, cornerOf, hottest, mixed, strength, valueAt, zoneAt } from "./cells";
import { floorBox, frameOf, inside, middleOf, pathOf, squareMetres } from "./geometry";
import { planOn, plansOf } from "./plans";
import { DEFAULTS, addressForm, readAddress, readView, storedForm } from "./view";
import { drawWalks, lastBefore, spanOf, walkOf } from "./walks";

const square = (left: number, bottom: number, side: number) => [
  [left, bottom],
  [left + side, bottom],
  [left + side, bottom + side],
  [left, bottom + side],
];

const floor = {
  id: "f1",
  name: "F1",
  outline: square(0, 0, 10),
  zones: [
    { id: "a", name: "A", kind: "display", shape: square(1, 1, 2) },
    { id: "b", name: "B", kind: "display", shape: square(6, 6, 3) },
    { id: "shelf", name: "Shelf", kind: "display", parent: "b", shape: square(7, 7, 1) },
  ],
  gates: [{ id: "door", name: "Door", from: [4, 0.5], to: [6, 0.5] }],
} as unknown as Floor;

describe("shapes", () => {
  it("have the area that is left of them by their holes, in every form they are written in", () => {
    const holed = { outer: square(0, 0, 4), holes: [square(1, 1, 2)] };
    expect(squareMetres(square(0, 0, 3))).toBe(9);
    expect(squareMetres(holed)).toBe(12);
    expect(squareMetres([square(0, 0, 3).toReversed(), holed])).toBe(21);
    expect([inside(holed, [0.5, 0.5]), inside(holed, [2, 2]), inside(holed, [5, 5])]).toEqual([true, false, false]);
  });

  it("are named within themselves, also where their middle is not", () => {
    expect(middleOf(square(2, 4, 2))).toEqual([3, 5]);
    const angle = [[0, 0], [10, 0], [10, 1], [1, 1], [1, 10], [0, 10]];
    expect(inside(angle, middleOf(angle))).toBe(true);
    const ring = { outer: square(0, 0, 10), holes: [square(1, 1, 8)] };
    expect(inside(ring, middleOf(ring))).toBe(true);
  });

  it("lie in a picture with y turned down, and places of the picture lead back", () => {
    const frame = frameOf(floorBox(floor), 420, 1000);
    expect([frame.width, frame.height, frame.scale]).toEqual([420, 420, 40]);
    expect([frame.x(0), frame.y(0), frame.y(10)]).toEqual([10, 410, 10]);
    expect(frame.at(frame.x(3.5), frame.y(7.25))).toEqual([3.5, 7.25]);
    expect(pathOf(square(0, 0, 1), frame)).toBe("M10.0,410.0L50.0,410.0L50.0,370.0L10.0,370.0Z");
  });
});

describe("cells", () => {
  const heat = { floor: "f1", origin: [-1, 2], cell_m: 0.5, columns: 8, rows: 4, cells: [0, 9, 31], cell_seconds: [1, 2, 3], cell_visits: [5, 6, 7] } as unknown as PlaceHeatFloor;

  it("lie where they are numbered, row by row upwards", () => {
    expect(cornerOf(heat, 9)).toEqual([-0.5, 2.5]);
    for (const cell of heat.cells) {
      const [x, y] = cornerOf(heat, cell);
      expect(cellAt(heat, [x + 0.1, y + 0.1])).toBe(cell);
    }
    expect([cellAt(heat, [-1.1, 2]), cellAt(heat, [3.1, 2]), cellAt(heat, [0, 4.1])]).toEqual([null, null, null]);
  });

  it("are as strong as the root of their value, up to the hottest but one in a hundred", () => {
    const most = hottest([...Array.from({ length: 99 }, (_, at) => at + 1), 10_000]);
    expect(most).toBe(99);
    expect([strength(0, most), strength(99, most), strength(10_000, most)]).toEqual([0, 1, 1]);
    expect(valueAt(strength(30, most), most)).toBeCloseTo(30);
    expect([hottest([]), strength(1, 0)]).toEqual([0, 0]);
  });

  it("take colours between the two steps they lie between", () => {
    const ramp = [[0, 0, 0], [100, 50, 0], [200, 200, 200]] as const;
    expect([mixed(ramp, 0), mixed(ramp, 0.25), mixed(ramp, 0.5), mixed(ramp, 2)]).toEqual([[0, 0, 0], [50, 25, 0], [100, 50, 0], [200, 200, 200]]);
  });

  it("belong to the innermost zone", () => {
    const zones = floor.zones ?? [];
    expect([zoneAt(zones, [7.5, 7.5])?.id, zoneAt(zones, [6.2, 6.2])?.id, zoneAt(zones, [5, 5])]).toEqual(["shelf", "b", undefined]);
  });
});

const link = (from: string | null, to: string | null, times: number) => ({ from, to, times, visits: times }) as PlaceMove;
/** Of the line on which both are the same. */
const side = (bend: readonly [number, number]) => Math.sign(bend[0] - bend[1]);

describe("arcs", () => {
  it("are those gone most often, with both ends on the floor, as thick as the root of it", () => {
    const links = [link("a", "b", 25), link("b", "elsewhere", 90), link("b", "a", 100), link("a", "a", 1)];
    const arcs = arcsOf(links, floor, 2);
    expect(arcs.map(({ index, weight, loop }) => [index, weight, loop])).toEqual([[2, 1, false], [0, 0.5, false]]);
    expect(arcsOf(links, floor, 9)[2]?.loop).toBe(true);
  });

  it("there and back bend to different sides", () => {
    const [there, back] = arcsOf([link("a", "b", 2), link("b", "a", 1)], floor, 9);
    expect(there?.from).toEqual(back?.to);
    expect(side(there?.bend ?? [0, 0])).toBe(-side(back?.bend ?? [0, 0]));
  });

  it("come from outside by the gate's edge of the floor, and point at their end", () => {
    expect(outsideOf(floor)).toEqual([5, 0]);
    const [arc] = arcsOf([link(null, "a", 1)], floor, 1);
    const frame = frameOf(floorBox(floor), 420, 1000);
    if (!arc) throw new Error("there is no arc");
    const { path, tip } = arcPath(arc, frame.x, frame.y, frame.scale, 10);
    expect(path.startsWith("M210.0,410.0Q")).toBe(true);
    expect(Math.hypot(tip[0] - frame.x(2), tip[1] - frame.y(2))).toBeCloseTo(10);
  });
});

const nothing = () => undefined;

/** A surface that keeps what is drawn on it. */
function surface() {
  const lines: number[][] = [];
  const heads: number[][] = [];
  let at = [0, 0];
  const to = { beginPath: nothing, stroke: nothing, fill: nothing, moveTo: (x: number, y: number) => void (at = [x, y]), lineTo: (x: number, y: number) => void lines.push([...at, x, y]), arc: (x: number, y: number) => void heads.push([x, y]) };
  return { lines, heads, to: to as unknown as CanvasRenderingContext2D };
}
const metres = { x: (m: number) => m * 100, y: (m: number) => m * 100 };
const looks = { trail: "", head: "", edge: "" };

describe("walks", () => {
  const track = { visit: "v", unit: "v", floor: "f1", t_ms: [1000, 500, 500, 9000], x_cm: [100, 50, -25, 0], y_cm: [0, 10, 10, 10] };
  const walk = walkOf(track);

  it("are the sums of their columns", () => {
    expect([[...walk.t], [...walk.x], [...walk.y].map((y) => Math.round(y * 100))]).toEqual([[1000, 1500, 2000, 11_000], [1, 1.5, 1.25, 1.25], [0, 10, 20, 30]]);
    expect(spanOf([walk, walkOf({ ...track, t_ms: [400, 1, 1, 1] })])).toEqual({ from: 400, to: 11_000 });
    expect(spanOf([])).toBeNull();
  });

  it("are found by time", () => {
    expect([999, 1000, 1499, 1500, 99_999].map((time) => lastBefore(walk.t, time))).toEqual([-1, 0, 0, 1, 3]);
  });

  it("are drawn where somebody was, between two points on the way from one to the other", () => {
    const drawn = surface();
    expect(drawWalks(drawn.to, [walk], 1250, 2000, metres, looks)).toBe(1);
    expect(drawn.heads[0]?.[0]).toBeCloseTo(125);
    expect(drawn.lines).toEqual([]);
  });

  it("have no line over a gap, and nobody is in it", () => {
    const drawn = surface();
    expect(drawWalks(drawn.to, [walk], 11_000, 2000, metres, looks)).toBe(1);
    expect(drawn.lines).toHaveLength(2);
    expect(drawWalks(surface().to, [walk], 6000, 2000, metres, looks)).toBe(0);
    expect(drawWalks(surface().to, [walk], 500, 2000, metres, looks)).toBe(0);
    expect(drawWalks(surface().to, [walk], 11_000 + 90_001, 2000, metres, looks)).toBe(0);
  });
});

describe("a site's view", () => {
  it("keeps in its address what is not as it is by default", () => {
    expect(addressForm(DEFAULTS)).toBeUndefined();
    const view = { ...DEFAULTS, show: "flows", links: "ends", floor: "f1", period: { kind: "fixed", from: "2026-03-01", to: "2026-03-02" } } as const;
    expect(readAddress("s", addressForm(view))).toEqual(view);
    expect(readView(storedForm("s", view))).toEqual({ site: "s", view });
  });

  it("takes nothing that makes no sense", () => {
    expect(readAddress("s", "nonsense")).toEqual(DEFAULTS);
    expect(readAddress("s", '{"v":1,"show":"x","cell":7,"top":-1,"share":2,"promise":-1,"version":0.5,"day":"1"}')).toEqual(DEFAULTS);
    expect([readView({ v: 1, kind: "funnel" }), readView(null), readView({ v: 99, site: "s" })]).toEqual([null, null, null]);
  });
});

describe("plans", () => {
  const site = { id: "s", name: "S", time_zone: "UTC", plans: [{ from: "2026-02-01", floors: [] }, { from: "2026-01-01", floors: [] }] } as never;

  it("hold from their day on", () => {
    expect(["2026-01-15", "2026-02-01", "2025-12-01", undefined].map((day) => planOn(site, day)?.from)).toEqual(["2026-01-01", "2026-02-01", "2026-01-01", "2026-02-01"]);
    expect([plansOf(site, ["2026-01-02", "2026-01-03"]), plansOf(site, ["2026-01-31", "2026-02-01"])]).toEqual([1, 2]);
  });
});
