// The picture conserves the flow: checked against walks that are counted one by one.
import { describe, expect, it } from "vitest";

import type { Band, FlowLink, FlowNode } from "./flowLayout";
import { flowLayout } from "./flowLayout";

/** A small seeded generator (mulberry32), so that a failure can be repeated. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type End = "goal" | "leave" | "open";

interface Walks {
  nodes: FlowNode[];
  links: FlowLink[];
  starts: number[];
}

/** Journeys that wander through `stages`, counted stay by stay. */
function walks(seed: number, stages: number, journeys: number): Walks {
  const next = random(seed);
  const pick = (below: number) => Math.floor(next() * below);
  const nodes = Array.from({ length: stages }, (_, id) => ({ id: String(id), entries: 0, goal: 0, leave: 0, open: 0 }));
  const starts = nodes.map(() => 0);
  const links = new Map<string, FlowLink>();
  for (let journey = 0; journey < journeys; journey += 1) {
    let at = pick(stages);
    starts[at] = (starts[at] ?? 0) + 1;
    for (let left = 1 + pick(8); ; left -= 1) {
      const node = nodes[at];
      if (!node) throw new Error("a walk left the stages");
      node.entries += 1;
      const to = pick(stages);
      if (left === 0 || to === at) {
        node[(["goal", "leave", "open"] as End[])[pick(3)] ?? "leave"] += 1;
        break;
      }
      const link = links.get(`${at}-${to}`) ?? { from: at, to, count: 0 };
      link.count += 1;
      links.set(`${at}-${to}`, link);
      at = to;
    }
  }
  return { nodes, links: [...links.values()], starts };
}

const thickness = (bands: Band[]) => bands.reduce((sum, band) => sum + band.thickness, 0);

describe("flow layout", () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    it(`conserves flow (seed ${seed})`, () => {
      const { nodes, links, starts } = walks(seed, 2 + (seed % 9), 300);
      const layout = flowLayout(nodes, links, 900);
      nodes.forEach((node, index) => {
        const into = layout.bands.filter((band) => band.to === index);
        const outOf = layout.bands.filter((band) => band.from === index);
        expect(thickness(into)).toBeCloseTo(node.entries * layout.scale, 6);
        expect(thickness(outOf)).toBeCloseTo(node.entries * layout.scale, 6);
        const started = layout.bands.find((band) => band.kind === "start" && band.to === index);
        expect(started?.count ?? 0).toBe(starts[index]);
      });
    });

    it(`keeps bands on the edges of their boxes (seed ${seed})`, () => {
      const { nodes, links } = walks(seed, 2 + (seed % 9), 300);
      const layout = flowLayout(nodes, links, 900);
      for (const band of layout.bands.filter((other) => other.path.includes("C") || other.path.includes("V"))) {
        const numbers = [...band.path.matchAll(/-?[\d.]+(?:e-?\d+)?/g)].map(Number);
        const ends: [number | undefined, number][] = [
          [numbers[0], band.from < 0 ? band.to : band.from],
          [band.path.includes("C") ? numbers.at(-2) : numbers[0], band.to < 0 ? band.from : band.to],
        ];
        for (const [x, index] of ends) {
          const box = layout.boxes[index];
          if (!box || x === undefined) throw new Error("a band ends nowhere");
          expect(x - band.thickness / 2).toBeGreaterThanOrEqual(box.x - 1e-6);
          expect(x + band.thickness / 2).toBeLessThanOrEqual(box.x + box.width + 1e-6);
        }
      }
    });
  }

  it("takes a journey of one stage, and one without stays", () => {
    const one = flowLayout([{ id: "a", entries: 3, goal: 1, leave: 2, open: 0 }], [], 300);
    expect(one.bands.map((band) => band.kind).toSorted()).toEqual(["goal", "leave", "start"]);
    const none = flowLayout([{ id: "a", entries: 0, goal: 0, leave: 0, open: 0 }], [], 300);
    expect(none.bands).toEqual([]);
    expect(Number.isFinite(none.scale)).toBe(true);
  });
});
