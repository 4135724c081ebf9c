// The flow is conserved: what comes into a node equals what goes out, every column stands for all, and nothing overlaps.
import { describe, expect, it } from "vitest";

import type { PathColumn, PathColumnLink } from "./pathLayout";
import { OTHER, bandAt, bandOutline, flowsOf, pathLayout } from "./pathLayout";

/** Columns and links of whole paths, counted here by hand. */
function folded(paths: string[][], depth: number, apart: string[]): { columns: PathColumn[]; links: PathColumnLink[] } {
  const name = (label: string) => (apart.includes(label) ? label : OTHER);
  const columns = Array.from({ length: depth }, (_, step) => {
    const at = paths.filter((path) => path.length > step).map((path) => name(path[step] ?? ""));
    const labels = apart.map((label) => ({ label, count: at.filter((each) => each === label).length })).filter(({ count }) => count > 0);
    const ended = paths.length - at.length;
    // A third of the ended got there, whichever those are.
    const goal = Math.floor(ended / 3);
    return { labels, other: at.filter((each) => each === OTHER).length, ended, ends: { goal, left: ended - goal, open: 0 } };
  });
  const counts = new Map<string, PathColumnLink>();
  for (const path of paths) {
    for (let step = 0; step + 1 < Math.min(depth, path.length); step += 1) {
      const [from, to] = [name(path[step] ?? ""), name(path[step + 1] ?? "")];
      const link = counts.get(`${step} ${from} ${to}`) ?? { column: step, from, to, count: 0 };
      counts.set(`${step} ${from} ${to}`, { ...link, count: link.count + 1 });
    }
  }
  return { columns, links: [...counts.values()] };
}

const PATHS = Array.from({ length: 400 }, (_, index) => Array.from({ length: 1 + ((index * 7) % 6) }, (_step, step) => "abcdefg"[(index * (step + 3) + step) % 7] ?? "a"));

describe("paths in columns", () => {
  const { columns, links } = folded(PATHS, 5, ["a", "b", "c"]);
  const layout = pathLayout(columns, links, 1000);

  it("stand for everybody at each step", () => {
    for (const [index] of columns.entries()) {
      const own = layout.nodes.filter((node) => node.column === index);
      expect(own.reduce((sum, node) => sum + node.count, 0)).toBe(PATHS.length);
    }
  });

  it("pass on what they got", () => {
    const flows = flowsOf(columns, links);
    for (const node of layout.nodes) {
      const sum = (side: "from" | "to") => flows.filter((flow) => flow[side] === node.key).reduce((all, flow) => all + flow.count, 0);
      if (node.column < columns.length - 1) expect(sum("from")).toBe(node.count);
      if (node.column > 0) expect(sum("to")).toBe(node.count);
    }
  });

  it("do not overlap, and bands are as thick as they count", () => {
    for (const [index] of columns.entries()) {
      const own = layout.nodes.filter((node) => node.column === index);
      for (const [at, node] of own.slice(1).entries()) expect(node.y).toBeGreaterThanOrEqual((own[at]?.y ?? 0) + (own[at]?.height ?? 0));
    }
    for (const band of layout.bands) expect(band.thickness).toBeCloseTo(band.count * layout.scale, 9);
    expect(Math.max(...layout.nodes.map((node) => node.y + node.height))).toBeLessThanOrEqual(layout.height);
  });

  it("tell how the ended ended, as high as they count and without a gap", () => {
    for (const node of layout.nodes.filter(({ kind }) => kind === "ended")) {
      expect(node.parts.map(({ end }) => end)).toEqual(["goal", "left"]);
      expect(node.parts.reduce((sum, part) => sum + part.count, 0)).toBe(node.count);
      expect(node.parts.reduce((sum, part) => sum + part.height, 0)).toBeCloseTo(node.height, 9);
      expect(node.parts[1]?.y).toBeCloseTo(node.y + (node.parts[0]?.height ?? 0), 9);
    }
  });

  it("counted from the last step pass on what they got, and those not begun lead into those that begin", () => {
    // The same paths, aligned by their end: the picture of their mirror, told from the other side.
    const mirrored = { columns: columns.toReversed(), links: links.map(({ column, from, to, count }) => ({ column: columns.length - 2 - column, from: to, to: from, count })) };
    const flows = flowsOf(mirrored.columns, mirrored.links, true);
    const back = pathLayout(mirrored.columns, mirrored.links, 1000, true);
    for (const node of back.nodes) {
      const sum = (side: "from" | "to") => flows.filter((flow) => flow[side] === node.key).reduce((all, flow) => all + flow.count, 0);
      if (node.column < columns.length - 1) expect(sum("from")).toBe(node.count);
      if (node.column > 0) expect(sum("to")).toBe(node.count);
    }
    const forward = flowsOf(columns, links).map(({ count }) => count).toSorted((a, b) => a - b);
    expect(flows.map(({ count }) => count).toSorted((a, b) => a - b)).toEqual(forward);
  });

  it("are found again by any place within them, each with the bands of its node", () => {
    expect(layout.sheaves.flatMap(({ bands }) => bands).length).toBe(layout.bands.length);
    for (const sheaf of layout.sheaves) {
      expect(new Set(sheaf.bands.map(({ from, kind }) => `${kind} ${from}`)).size).toBe(1);
      for (const band of sheaf.bands) {
        // A cubic curve walked by its definition, with the control points its outline names.
        const bend = (band.x1 + band.x2) / 2;
        for (const t of [0.05, 0.3, 0.5, 0.8, 0.95]) {
          const cubic = (a: number, b: number, c: number, d: number) => a * (1 - t) ** 3 + 3 * b * t * (1 - t) ** 2 + 3 * c * t ** 2 * (1 - t) + d * t ** 3;
          const [x, y] = [cubic(band.x1, bend, bend, band.x2), cubic(band.y1, band.y1, band.y2, band.y2)];
          expect(bandAt(sheaf, x, y)?.key).toBe(band.key);
        }
        expect(bandOutline(band)).toMatch(/^M[-\d.]+,[-\d.]+C.+V.+C.+Z$/);
      }
    }
  });

  it("are wide enough for names, however little room there is", () => {
    expect(pathLayout(columns, links, 300).columnWidth).toBeGreaterThan(150);
    expect(pathLayout([], [], 300).nodes).toEqual([]);
  });
});
