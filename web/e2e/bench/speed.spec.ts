// First paint of the overview and of a map, a picture of paths with 2,000 bands, and a customer of 100,000 events, each in
// a browser context that has nothing cached. RUNS chooses how often (7). What was measured goes into
// docs/reference/performance*.md, a block a test: `npm run bench -- --grep paths` measures one part anew.
//
// The overview and the map are those of the samples (THROUGHLINE_DATA, as in the stories); the events of the others are
// made here and come in by `throughline import`.
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Browser, Page } from "@playwright/test";
import { test } from "@playwright/test";

import type { Running } from "../server";
import { binary, newFolder, serve } from "../server";
import { MAP, WORKSPACE } from "../story";
import type { Row, Said } from "./report";
import { loadNow, quantile, report } from "./report";

const RUNS = Number(process.env["RUNS"] ?? 7);
const BENCH = "bench";

/** Names times names is how many ways there are from a step to the next; each is gone by a few walkers. */
const NAMES = 20;
const WALKERS = 6_000;
const STEPS = 10;
const LABELS = 16;
const BANDS = 2_000;
const LINES = 100_000;
const SCROLLS = 60;
const HOVERS = 40;

const MAPPING = `source: bench
match: "*.ndjson"
time: {column: time}
identifiers:
  - {namespace: user_id, column: user}
event: name
channel: {const: web}
`;

let server: Running;
const data = newFolder();

test.beforeAll(async () => {
  execFileSync(binary(), ["workspace", "create", BENCH, "--data", data, "--name", "Bench", "--zone", "UTC"], { stdio: "inherit" });
  const [mapping, walks, line] = ["mapping.yaml", "walks.ndjson", "line.ndjson"].map((name) => join(data, name)) as [string, string, string];
  writeFileSync(mapping, MAPPING);
  writeFileSync(walks, walksOf());
  writeFileSync(line, lineOf());
  execFileSync(binary(), ["import", walks, line, "--mapping", mapping, "-w", BENCH, "--data", data], { stdio: "inherit" });
  server = await serve(data, ["--open"]);
});
test.afterAll(async () => {
  await server?.stop();
  rmSync(data, { recursive: true, force: true });
});

const BEGIN = Date.UTC(2026, 0, 1);
const written = (user: string, name: number, at: number) => JSON.stringify({ user, name: `event-${String(name).padStart(2, "0")}`, time: new Date(at).toISOString() });

/** A session each, in which every next event is as likely as the others; the same in every run. */
function walksOf(): string {
  let seed = 20_260_101;
  const next = (below: number) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  return Array.from({ length: WALKERS }, (_, walker) => {
    let name = next(NAMES);
    return Array.from({ length: STEPS + 2 }, (__, step) => {
      name = (name + 1 + next(NAMES - 1)) % NAMES;
      return written(`walker-${walker}`, name, BEGIN + walker * 60_000 + step * 1_000);
    }).join("\n");
  }).join("\n");
}

/** One customer's events, five minutes apart. */
function lineOf(): string {
  return Array.from({ length: LINES }, (_, index) => written("line", index % NAMES, BEGIN - 365 * 86_400_000 + index * 300_000)).join("\n");
}

declare global {
  interface Window {
    /** What `watch` sees: the largest paint so far, long tasks (when each ended and how long it took), and the lengths of frames while `framing`. */
    seen: { largest: number; tasks: { end: number; ms: number }[]; frames: number[]; framing: boolean };
  }
}

/** A page with nothing cached that keeps what it sees of itself. */
async function fresh(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await context.addInitScript(() => {
    localStorage.setItem("throughline.language", "zh-CN");
    window.seen = { largest: 0, tasks: [], frames: [], framing: false };
    new PerformanceObserver((list) => {
      for (const { startTime } of list.getEntries()) window.seen.largest = startTime;
    }).observe({ type: "largest-contentful-paint", buffered: true });
    new PerformanceObserver((list) => window.seen.tasks.push(...list.getEntries().map(({ startTime, duration }) => ({ end: startTime + duration, ms: duration })))).observe({ type: "longtask", buffered: true });
    let last = performance.now();
    const frame = (now: number) => {
      if (window.seen.framing) window.seen.frames.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  return context.newPage();
}

/** When, after the navigation began, there is one of these on the page: read every frame. */
async function since(page: Page, selector: string): Promise<number> {
  const at = await page.waitForFunction((what) => document.querySelector(what) !== null && performance.now(), selector, { polling: "raf", timeout: 600_000 });
  return Number(await at.jsonValue());
}

/** Frames while something is done. */
async function framesWhile(page: Page, act: () => Promise<void>): Promise<number[]> {
  await page.evaluate(() => Object.assign(window.seen, { frames: [], framing: true }));
  await act();
  return page.evaluate(() => {
    window.seen.framing = false;
    return window.seen.frames;
  });
}

/** Rows that are filled run by run. */
function rows<Key extends string>(words: Record<Key, Said>): { add: (measured: Record<Key, number>) => void; all: Row[] } {
  const all = Object.entries<Said>(words).map(([, what]): Row => ({ what, runs: [] }));
  return { all, add: (measured) => Object.keys(words).forEach((key, index) => all[index]?.runs.push(measured[key as Key])) };
}

test("first paint of the overview and of a map", async ({ browser }) => {
  const load = loadNow();
  const all: Row[] = [];
  const pages = [
    { path: `/w/${WORKSPACE}`, ready: "main h1", name: { en: "overview", "zh-CN": "总览" } },
    { path: MAP, ready: "table.map", name: { en: "map", "zh-CN": "旅程地图" } },
  ];
  for (const { path, ready, name } of pages) {
    const kept = rows({
      first: { en: `${name.en}: first paint`, "zh-CN": `${name["zh-CN"]}：首次绘制` },
      stands: { en: `${name.en}: its content stands`, "zh-CN": `${name["zh-CN"]}：内容出现` },
      largest: { en: `${name.en}: largest paint`, "zh-CN": `${name["zh-CN"]}：最大内容绘制` },
    });
    for (let run = 0; run < RUNS; run += 1) {
      const page = await fresh(browser);
      await page.goto(path);
      const stands = await since(page, ready);
      await page.waitForLoadState("networkidle");
      const first = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN);
      kept.add({ first, stands, largest: await page.evaluate(() => window.seen.largest) });
      await page.context().close();
    }
    all.push(...kept.all);
  }
  report("paint", { en: "First paint of the web app, nothing cached", "zh-CN": "网页首次绘制，无缓存" }, browser.version(), load, all);
});

test("paths with 2,000 bands", async ({ browser }) => {
  const load = loadNow();
  const view = { v: 1, show: "chart", unit: { of: "session", timeout: "30m" }, depth: STEPS, top: LABELS };
  const kept = rows({
    drawn: { en: "from the answer to the picture", "zh-CN": "从收到结果到画出" },
    task: { en: "longest task of the page in between (0: none over 50 ms)", "zh-CN": "其间页面最长的任务（0：没有超过 50 毫秒的）" },
    middle: { en: "frame while the pointer goes over it, p50", "zh-CN": "指针移过时每帧，p50" },
    slow: { en: "frame while the pointer goes over it, p95", "zh-CN": "指针移过时每帧，p95" },
  });
  let bands = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const page = await fresh(browser);
    await page.goto(`${server.url}/w/${BENCH}/analyses/paths?view=${encodeURIComponent(JSON.stringify(view))}`);
    const at = await since(page, ".paths-band");
    // An outline a band.
    bands = await page.locator(".paths-band").evaluateAll((shapes) => shapes.reduce((sum, shape) => sum + (shape.getAttribute("d")?.split("Z").length ?? 1) - 1, 0));
    if (bands < BANDS) throw new Error(`${bands} bands are fewer than ${BANDS}`);
    const answered = await page.evaluate(() => Math.max(...performance.getEntriesByType("resource").filter(({ name }) => name.endsWith("/paths")).map((entry) => (entry as PerformanceResourceTiming).responseEnd)));
    // How the app itself starts is the first paint's matter.
    const task = await page.evaluate((from) => Math.max(0, ...window.seen.tasks.filter(({ end }) => end > from).map(({ ms }) => ms)), answered);
    const box = await page.locator(".paths svg.picture").boundingBox();
    if (!box) throw new Error("the picture has no place on the page");
    const frames = await framesWhile(page, async () => {
      for (let step = 0; step < HOVERS; step += 1) await page.mouse.move(box.x + (box.width * (step + 0.5)) / HOVERS, Math.min(box.y + box.height / 2, 800));
    });
    kept.add({ drawn: at - answered, task, middle: quantile(frames, 0.5), slow: quantile(frames, 0.95) });
    await page.context().close();
  }
  report("paths", { en: `A picture of paths with ${bands} bands`, "zh-CN": `有 ${bands} 条连线的路径图` }, browser.version(), load, kept.all);
});

test("a customer of 100,000 events", async ({ browser }) => {
  const load = loadNow();
  const kept = rows({
    rows: { en: "the first events stand", "zh-CN": "最初的事件出现" },
    middle: { en: "frame while scrolling, p50", "zh-CN": "滚动时每帧，p50" },
    slow: { en: "frame while scrolling, p95", "zh-CN": "滚动时每帧，p95" },
  });
  for (let run = 0; run < RUNS; run += 1) {
    const page = await fresh(browser);
    await page.goto(`${server.url}/w/${BENCH}/customers?value=line&namespace=user_id`);
    const address = await page.getByRole("main").locator(`a[href^="/w/${BENCH}/customers/"]`).first().getAttribute("href");
    await page.goto(`${server.url}${address}`);
    const first = await since(page, ".event");
    await page.locator(".event").first().hover();
    const frames = await framesWhile(page, async () => {
      for (let step = 0; step < SCROLLS; step += 1) await page.mouse.wheel(0, 600);
    });
    kept.add({ rows: first, middle: quantile(frames, 0.5), slow: quantile(frames, 0.95) });
    await page.context().close();
  }
  report("timeline", { en: "The line of a customer with 100,000 events", "zh-CN": "一位有 10 万个事件的客户的时间线" }, browser.version(), load, kept.all);
});
