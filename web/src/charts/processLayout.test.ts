// A process map reads from start to end, its boxes do not touch, and arrows pass between them.
import { describe, expect, it } from "vitest";

import { placeLabels, processLayout } from "./processLayout";
import type { ProcessEdge, ProcessNode } from "./processLayout";

const nodes: ProcessNode[] = [
  { id: "start", weight: 0, end: "start" },
  ...["home", "search", "view", "cart", "pay"].map((id, index) => ({ id, weight: 100 - index })),
  { id: "end", weight: 0, end: "end" },
];
const edge = (from: string, to: string, count: number): ProcessEdge => ({ from, to, count });
const edges = [
  edge("start", "home", 90),
  edge("start", "search", 10),
  edge("home", "search", 60),
  edge("search", "view", 70),
  edge("home", "view", 20),
  edge("view", "view", 30),
  edge("view", "search", 25),
  edge("view", "cart", 30),
  edge("cart", "pay", 20),
  edge("cart", "view", 8),
  edge("home", "pay", 2),
  edge("pay", "end", 20),
  edge("view", "end", 40),
];
const layout = processLayout(nodes, edges, 1100);
const box = (id: string) => layout.boxes.find((each) => each.id === id)!;

const thick = (from: string, to: string) => layout.arrows.find((arrow) => arrow.from === from && arrow.to === to)?.thickness ?? 0;

const text = ({ count }: { count: number }) => String(count);

describe("a process map", () => {
  it("goes from start to end, and marks what goes back and what repeats", () => {
    expect(["start", "home", "search", "view", "cart", "pay", "end"].map((id) => box(id).column)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    const kinds = Object.fromEntries(layout.arrows.map(({ from, to, kind }) => [`${from} ${to}`, kind]));
    expect(kinds).toMatchObject({ "home search": "forward", "view search": "back", "cart view": "back", "view view": "loop", "home pay": "forward" });
    expect(layout.arrows).toHaveLength(edges.length);
  });

  it("keeps boxes apart and everything within its size", () => {
    for (const [index, a] of layout.boxes.entries()) {
      expect(a.x).toBeGreaterThanOrEqual(0);
      expect(a.x + a.width).toBeLessThanOrEqual(layout.width);
      expect(a.y + a.height).toBeLessThanOrEqual(layout.height);
      for (const b of layout.boxes.slice(index + 1)) {
        const touching = a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
        expect(touching, `${a.id} ${b.id}`).toBe(false);
      }
    }
  });

  it("leads arrows past boxes of the columns between", () => {
    const far = layout.arrows.find(({ from, to }) => from === "home" && to === "pay")!;
    const points = [...far.path.matchAll(/(-?[\d.]+),(-?[\d.]+)(?=C|$)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
    // From the side of one box to the side of the other, with two points for each column between.
    expect(points).toHaveLength(2 + 2 * 3);
    for (const { x, y } of points.slice(1, -1)) {
      for (const { x: left, y: top, width, height } of layout.boxes) expect(x >= left && x <= left + width && y > top && y < top + height).toBe(false);
    }
  });

  it("makes what is more frequent thicker", () => {
    expect(thick("search", "view")).toBeGreaterThan(thick("home", "view"));
    expect(thick("home", "view")).toBeGreaterThan(thick("home", "pay"));
  });

  it("writes numbers where they cover no box and no other number", () => {
    const labels = [...placeLabels(layout.arrows, layout.boxes, text)].map(([arrow, { x, y }]) => ({ x, y, half: (text(arrow).length * 6.6) / 2 }));
    expect(labels.length).toBeGreaterThan(8);
    for (const [index, a] of labels.entries()) {
      for (const { x, y, width, height } of layout.boxes) expect(a.x + a.half > x && a.x - a.half < x + width && a.y > y && a.y < y + height).toBe(false);
      for (const b of labels.slice(index + 1)) expect(Math.abs(a.x - b.x) < a.half + b.half && Math.abs(a.y - b.y) < 15).toBe(false);
    }
  });

  it("copes with nothing, with one box, and with arrows to boxes that are not there", () => {
    expect(processLayout([], [], 500).boxes).toEqual([]);
    expect(processLayout([{ id: "a", weight: 1 }], [edge("a", "a", 3), edge("a", "gone", 1)], 500).arrows.map(({ kind }) => kind)).toEqual(["loop"]);
  });

  it("is the same whatever the order of what it is given", () => {
    const turned = processLayout(nodes.toReversed(), edges, 1100);
    expect(turned.boxes.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(layout.boxes.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
  });
});
