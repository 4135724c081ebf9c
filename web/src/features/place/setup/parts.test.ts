// A plan from files: what the server is asked, and how floors of several files become one plan.
import { describe, expect, it } from "vitest";

import type { Floor, Site, UploadInfo } from "../../../api/types";
import { assembled, faultsByZone, partOf, requestOf, withPlan, zonesChanged } from "./parts";

const upload = { id: "u1" } as UploadInfo;
const file = (name: string) => new File(["x"], name);
const point = (id: number, ...[px, py, x, y]: [string, string, string, string]) => ({ id, pixel: [px, py] as const, metres: [x, y] as const });
const empty = (from: string) => ({ from, floors: [] });
const fault = (path: string) => ({ path, message: path });
const square = [[0, 0], [4, 0], [4, 4], [0, 4]];
const floor = (id: string, level: number, zones: string[], parent?: string): Floor => ({
  id,
  name: id,
  level,
  outline: square,
  zones: zones.map((zone) => ({ id: zone, name: zone, kind: "display", shape: square, ...(parent === undefined || zone === parent ? {} : { parent }) })),
  fixtures: [{ id: "shelf", name: "Shelf", shape: square, zone: zones[0] ?? "" }],
});

describe("what a file does not say", () => {
  const svg = partOf(upload, file("ground floor.svg"), 2);
  it("is its name and level, and its scale where somebody gives one", () => {
    expect(requestOf(svg)).toEqual({ name: "ground floor", level: 2 });
    const said = (change: object) => requestOf({ said: { ...svg.said, ...change } });
    expect(said({ scale: "size", size_m: ["30", "20"] })).toEqual({ name: "ground floor", level: 2, size_m: [30, 20] });
    expect(said({ scale: "unit", metres_per_unit: "0.001" })).toMatchObject({ metres_per_unit: 0.001 });
    expect([said({ scale: "size", size_m: ["30", ""] }), said({ scale: "size", size_m: ["-1", "2"] }), said({ scale: "unit", metres_per_unit: "x" })]).toEqual([null, null, null]);
  });
  it("is three known places of a picture, typed whole", () => {
    const png = partOf(upload, file("F1.PNG"), 0);
    const of = (points: ReturnType<typeof point>[]) => requestOf({ said: { ...png.said, points } });
    const three = [point(1, "0", "400", "0", "0"), point(2, "600", "400", "30", "0"), point(3, "0", "0", "0", "20.5")];
    expect(png.said.scale).toBe("points");
    expect(of(three.slice(0, 2))).toBeNull();
    expect(of([...three.slice(0, 2), point(4, "1", "2", "", "3")])).toBeNull();
    expect(of([...three, point(4, "1", "2", "", "3")])).toEqual({ name: "F1", level: 0, control_points: [{ pixel: [0, 400], metres: [0, 0] }, { pixel: [600, 400], metres: [30, 0] }, { pixel: [0, 0], metres: [0, 20.5] }] });
  });
});

describe("floors of several files", () => {
  it("are one plan in which every id stands once, and what refers to one follows it", () => {
    const all = assembled([[floor("floor", 1, ["hall", "wine"], "hall")], [floor("floor", 0, ["hall", "till"], "hall")]]);
    expect(all.map(({ id, level }) => [id, level])).toEqual([["floor-2", 0], ["floor", 1]]);
    expect(all.map(({ zones = [] }) => zones.map(({ id, parent }) => [id, parent]))).toEqual([[["hall-2", undefined], ["till", "hall-2"]], [["hall", undefined], ["wine", "hall"]]]);
    expect(all.map(({ fixtures = [] }) => fixtures.map(({ id, zone }) => [id, zone]))).toEqual([[["shelf-2", "hall-2"]], [["shelf", "hall"]]]);
  });
  it("become another plan of a site in the order of days, each day once", () => {
    const site = { id: "s", name: "S", time_zone: "UTC", plans: [empty("2026-01-01"), empty("2026-05-01")] } as Site;
    expect(withPlan(site, empty("2026-03-01"))?.plans.map(({ from }) => from)).toEqual(["2026-01-01", "2026-03-01", "2026-05-01"]);
    expect(withPlan(site, empty("2026-05-01"))).toBeNull();
  });
  it("tell which zones go and come", () => {
    const before = { from: "2026-01-01", floors: [floor("f", 0, ["a", "b"])] };
    expect(zonesChanged(before, [floor("f", 0, ["b", "c"])])).toEqual({ gone: ["a"], come: ["c"] });
  });
});

it("faults stand at their zones", () => {
  const of = faultsByZone([fault("plans[0].floors[0].zones[1].shape"), fault("plans[0].floors[0].outline")], [floor("f", 0, ["a", "b"])]);
  expect([...of].map(([zone, faults]) => [zone, faults.length])).toEqual([["b", 1], ["", 1]]);
});
