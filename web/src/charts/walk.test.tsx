// Pictures are read by keyboard: a key leads to the next point, and what stands there is said.
import { act } from "react";
import type { ReactNode } from "react";
import { createRoot } from "react-dom/client";
import type { Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Columns } from "./Columns";
import { DayBars } from "./DayBars";
import { GroupedBars } from "./GroupedBars";
import { ScatterField } from "./ScatterField";
import { walked } from "./walk";

const bars = (value: number) => [
  { key: "first", look: "", value, text: `${value} orders` },
  { key: "last", look: "", value: 1, text: "1 order" },
];

/** Every element is 600 wide. */
class Wide {
  constructor(private readonly told: (entries: { contentRect: { width: number } }[]) => void) {}
  observe() {
    this.told([{ contentRect: { width: 600 } }]);
  }
  disconnect() {}
}

describe("a key", () => {
  it("leads on, back and to both ends, from outside too", () => {
    expect([walked("ArrowRight", null, 3), walked("ArrowRight", 0, 3), walked("ArrowRight", 2, 3)]).toEqual([0, 1, 2]);
    expect([walked("ArrowLeft", null, 3), walked("ArrowLeft", 2, 3), walked("ArrowLeft", 0, 3)]).toEqual([2, 1, 0]);
    expect([walked("Home", 2, 3), walked("End", null, 3)]).toEqual([0, 2]);
  });

  it("of another direction, or without points, leads nowhere", () => {
    expect([walked("ArrowDown", 0, 3), walked("ArrowRight", 0, 3, true), walked("Tab", 1, 3), walked("ArrowRight", null, 0)]).toEqual([null, null, null, null]);
    expect([walked("ArrowDown", 0, 3, true), walked("ArrowUp", 2, 3, true)]).toEqual([1, 1]);
  });
});

describe("the values", () => {
  let box: HTMLElement;
  let root: Root;
  beforeEach(() => {
    vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
    vi.stubGlobal("ResizeObserver", Wide);
    box = document.body.appendChild(document.createElement("div"));
    root = createRoot(box);
  });
  afterEach(() => {
    act(() => root.unmount());
    box.remove();
    vi.unstubAllGlobals();
  });

  /** What is said after each key. */
  async function read(chart: ReactNode, ...keys: string[]): Promise<string[]> {
    await act(async () => root.render(chart));
    const picture = box.querySelector<SVGElement>("svg[role=img]");
    expect(picture?.getAttribute("tabindex")).toBe("0");
    expect(picture?.getAttribute("aria-label")).toBe("all of it");
    const said: string[] = [];
    for (const key of keys) {
      await act(async () => picture?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })));
      said.push(box.querySelector("[role=status]")?.textContent ?? "");
    }
    return said;
  }

  it("of days are said", async () => {
    const days = [12, 30].map((count, index) => ({ day: `3/${index + 1}`, count }));
    expect(await read(<DayBars label="all of it" days={days} count={String} />, "ArrowRight", "ArrowRight", "Home")).toEqual(["3/1: 12", "3/2: 30", "3/1: 12"]);
    expect(box.querySelectorAll(".columns-here")).toHaveLength(1);
  });

  it("of a histogram are said, and the marks where they stand", async () => {
    const bins = [4, 6, 1].map((count, index) => ({ from: index * 10, to: index * 10 + 10, count }));
    const chart = <Columns label="all of it" bins={bins} marks={[{ name: "median 12 s", value: 12 }, { name: "last 30 s", value: 30 }]} edge={(value) => `${value} s`} count={String} />;
    expect(await read(chart, "ArrowRight", "ArrowRight", "End")).toEqual(["0 s – 10 s: 4", "10 s – 20 s: 6 · median 12 s", "20 s – 30 s: 1 · last 30 s"]);
  });

  it("of grouped bars are said with their group and series, downwards", async () => {
    const chart = <GroupedBars label="all of it" legend="models" series={[{ key: "first", look: "", name: "First touch" }, { key: "last", look: "", name: "Last touch" }]} groups={[{ name: "app", bars: bars(5) }, { name: "store", bars: bars(3) }]} />;
    expect(await read(chart, "ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp")).toEqual(["app · First touch: 5 orders", "app · Last touch: 1 order", "store · First touch: 3 orders", "app · Last touch: 1 order"]);
  });

  it("of points on a field are said with their names and both scales", async () => {
    const point = { name: "1", title: "Checkout", x: 0.5, y: 3, low: 2, high: 4, look: "mend" };
    const chart = <ScatterField label="all of it" points={[point]} xName="well" yName="matters" xText={(value) => `${value * 100}%`} yText={String} />;
    expect(await read(chart, "ArrowRight")).toEqual(["1 Checkout · well 50% · matters 3 (2 – 4)"]);
  });
});
