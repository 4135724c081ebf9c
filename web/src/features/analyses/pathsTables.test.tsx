// What paths are in tables and in the picture, on a small answer whose numbers were counted by hand: the paths
// a b goal, a b goal, c b goal and b goal, told from the end, of which one took 10 s, one 20 s, one 30 s and one none.
import i18next from "i18next";
import { renderToStaticMarkup } from "react-dom/server";
import { initReactI18next } from "react-i18next";
import { beforeAll, describe, expect, it } from "vitest";

import type { PathsAnswer, PathsNumbers } from "../../api/types";
import { everyDay } from "./days";
import { columnsOf } from "./PathsDiagram";
import type { PathsTables } from "./pathsTables";
import { usePathsTables } from "./pathsTables";
import { defaultView } from "./view";
import type { PathsView } from "./view";

/** What is put together from parts; all else is called by its key. */
const TEXTS = { "paths.otherOf": "{{n}} others", "paths.side.with": "with {{name}}", "paths.side.without": "without {{name}}", "points.interval": "{{low}} to {{high}}" };

const people = (n: number, pick: string) => ({ instances: n, customers: n, pick });
const count = (n: number, pick: string) => ({ subjects: n, pick });
const share = (hits: number, of: number) => ({ hits, of, share: hits / of, low: 0, high: 1 });
const none = { goal: count(0, "e/goal"), left: count(0, "e/left"), open: count(0, "e/open") };

const back: PathsNumbers = {
  subjects: people(4, "subjects"),
  without: people(2, "without"),
  ends: { goal: count(4, "end/goal"), left: count(0, "end/left"), open: count(0, "end/open") },
  to_goal: share(4, 4),
  variants: 3,
  top: [{ path: ["a", "b", "goal"], people: people(2, "path/a/b/goal"), share: share(2, 4), longer: 0, duration: { count: 2, mean_s: 15, median_s: 15, p90_s: 19 }, to_goal: share(2, 2), open: 0 }],
  counted_from: "last",
  positions: [
    { position: 1, labels: [{ label: "goal", subjects: 4, pick: "step/1/goal" }], other: 0, other_labels: 0, ended: 0, ended_pick: "ended/1", ended_as: none, rest: count(0, "rest/1") },
    { position: 2, labels: [{ label: "b", subjects: 4, pick: "step/2/b" }], other: 0, other_labels: 0, ended: 0, ended_pick: "ended/2", ended_as: none, rest: count(0, "rest/2") },
    { position: 3, labels: [{ label: "a", subjects: 2, pick: "step/3/a" }], other: 1, other_labels: 1, ended: 1, ended_pick: "ended/3", ended_as: { ...none, goal: count(1, "ended/3/goal") }, rest: count(1, "rest/3") },
  ],
  links: [
    { position: 1, from: "b", to: "goal", subjects: 4, pick: "link/1/b/goal" },
    { position: 2, from: "a", to: "b", subjects: 2, pick: "link/2/a/b" },
    { position: 2, from: "…", to: "b", subjects: 1, pick: null },
    { position: 2, from: null, to: "b", subjects: 1, pick: null },
  ],
  last: [{ label: "goal", goal: 4, left: 0, open: 0 }],
  furthest: null,
};

function Probe({ view, onTables }: { view: PathsView; onTables: (tables: PathsTables) => void }) {
  onTables(usePathsTables((name) => name.toUpperCase(), view));
  return null;
}

function tablesOf(view: PathsView): PathsTables {
  const found: PathsTables[] = [];
  renderToStaticMarkup(<Probe view={view} onTables={(tables) => found.push(tables)} />);
  const [tables] = found;
  if (!tables) throw new Error("nothing was rendered");
  return tables;
}

beforeAll(async () => {
  await i18next.use(initReactI18next).init({ lng: "en", ns: ["ui"], defaultNS: "ui", keySeparator: false, nsSeparator: false, resources: { en: { ui: TEXTS } }, react: { useSuspense: false } });
});

describe("paths counted from the last step", () => {
  it("are drawn as time goes: the last step stands right", () => {
    const { columns, links } = columnsOf(back);
    expect(columns.map(({ labels }) => labels[0]?.label)).toEqual(["a", "b", "goal"]);
    expect(links).toEqual([
      { column: 1, from: "b", to: "goal", count: 4 },
      { column: 0, from: "a", to: "b", count: 2 },
      { column: 0, from: "…", to: "b", count: 1 },
    ]);
    expect(columns[0]?.ends).toEqual({ goal: 1, left: 0, open: 0 });
  });

  it("have negative steps in tables, and every number that names its people opens to them", () => {
    const [steps, links] = tablesOf({ ...defaultView("paths"), anchors: "to", to: [{ event: ["goal"] }] }).all(back, back as PathsAnswer);
    expect(steps?.rows.map((row) => row.slice(0, 3).map(({ value }) => value))).toEqual([
      [-1, "GOAL", 4],
      [-2, "B", 4],
      [-3, "A", 2],
      [-3, "1 others", 1],
      [-3, "paths.notBegun", 1],
    ]);
    expect(steps?.rows.map((row) => row[2]?.info?.pick)).toEqual(["step/1/goal", "step/2/b", "step/3/a", "rest/3", "ended/3"]);
    expect(links?.rows.map((row) => row.slice(0, 4).map(({ value }) => value))).toEqual([
      [-2, "B", "GOAL", 4],
      [-3, "A", "B", 2],
      [-3, "paths.other", "B", 1],
      [-3, "paths.begin", "B", 1],
    ]);
  });
});

describe("whole paths", () => {
  it("have their time, and their conversion only where it says something", () => {
    const names = (view: PathsView) => tablesOf(view).variants(back).columns.map(({ name }) => name);
    const anchored: PathsView = { ...defaultView("paths"), anchors: "to", to: [{ event: ["goal"] }] };
    expect(names({ ...anchored, orNot: true })).toContain("totals.conversion");
    // All paths looked at end with the anchor: that they get there is no finding.
    expect(names(anchored)).not.toContain("totals.conversion");
    const [row] = tablesOf({ ...anchored, orNot: true }).variants(back).rows;
    expect(row?.map(({ value }) => value)).toEqual(["A → B → GOAL", 2, 2, 0.5, 15, 19, 1, 0, 0]);
  });

  it("of two sides stand beside each other with their difference", () => {
    const other: PathsNumbers = { ...back, top: [] };
    const answer = {
      ...back,
      comparison: {
        definition: "x",
        numbers: other,
        to_goal: { here: share(4, 4), there: share(1, 4), difference: { value: 0.75, low: 0.2, high: 0.9 } },
        variants: [{ path: ["a", "b", "goal"], here: share(2, 4), there: share(0, 4), difference: { value: 0.5, low: -0.1, high: 0.85 } }],
        positions: [{ position: 3, label: null, here: share(1, 4), there: share(3, 4), difference: null }],
      },
    } as unknown as PathsAnswer;
    const view: PathsView = { ...defaultView("paths"), split: [{ event: ["a"] }], goal: [{ event: ["goal"] }] };
    const [variants, steps] = tablesOf(view).compared(answer);
    expect(variants?.columns.map(({ name }) => name)).toEqual(["paths.path", "With a", "Without a", "paths.difference"]);
    expect(variants?.rows.map((row) => row.map(({ value }) => value))).toEqual([
      ["totals.conversion", 1, 0.25, 0.75],
      ["A → B → GOAL", 0.5, 0, 0.5],
    ]);
    // A side that does not list the path has nobody to open.
    expect(variants?.rows[1]?.map(({ info }) => info?.pick)).toEqual([undefined, "path/a/b/goal", undefined, undefined]);
    expect(variants?.rows[1]?.[3]?.note).toContain("−10.0 to +85.0");
    expect(steps?.rows[0]?.map(({ value }) => value)).toEqual([-3, "paths.notBegun", 0.25, 0.75, null]);
    expect(tablesOf(view).compared(back as PathsAnswer)).toEqual([]);
  });
});

it("days on which nothing happened are days all the same", () => {
  const days = [{ day: "2024-02-28", n: 3 }, { day: "2024-03-01", n: 5 }];
  expect(everyDay(days, ({ n }) => n).map(({ y }) => y)).toEqual([3, 0, 5]);
  expect(everyDay([], () => 1)).toEqual([]);
});
