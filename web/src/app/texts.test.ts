// Both languages say the same things with the same values and marks (that no key is missing, tsc checks), and a screen
// says nothing but what is loaded with it.
import { readFileSync, readdirSync } from "node:fs";
import { join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

import { FAILURES, FRAME, SHARED } from "./texts";

const SOURCE = join(import.meta.dirname, "..");

type Words = Record<string, string>;
const loaded = import.meta.glob<Words>("/src/**/texts.{zh-CN,en}.ts", { eager: true, import: "default" });
const parts = new Map(
  Object.entries(loaded).flatMap(([path, zhCN]) => {
    const part = /^\/src\/(.*)\/texts\.zh-CN\.ts$/.exec(path)?.[1];
    return part === undefined ? [] : [[part, { zhCN, en: loaded[`/src/${part}/texts.en.ts`] ?? {} }] as const];
  }),
);
/** The part of each key. */
const home = new Map([...parts].flatMap(([part, { zhCN }]) => Object.keys(zhCN).map((key) => [key, part] as const)));

const values = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).toSorted();
const marks = (text: string) => [...text.matchAll(/<(\w+)>/g)].map((match) => match[1]).toSorted();

describe.each([...parts])("the texts of %s", (_, { zhCN, en }) => {
  const keys = Object.keys(zhCN);

  it("have the same keys, but for English's form for one", () => {
    const singulars = keys.filter((key) => key.endsWith("_other")).map((key) => key.replace(/_other$/, "_one"));
    expect(Object.keys(en).toSorted()).toEqual([...keys, ...singulars].toSorted());
  });

  it.each(keys)("%s has the same values and marks, and text", (key) => {
    const [chinese = "", english = ""] = [zhCN[key], en[key]];
    expect(values(english)).toEqual(values(chinese));
    expect(marks(english)).toEqual(marks(chinese));
    expect(english.trim()).not.toBe("");
    expect(chinese.trim()).not.toBe("");
  });

  it("keep Chinese out of English", () => {
    expect(Object.values(en).filter((text) => /[\u4e00-\u9fff]/.test(text))).toEqual([]);
  });
});

const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter(
  (file) => /\.tsx?$/.test(file) && !/\.test\.|\.d\.ts$|texts\.(?:zh-CN|en)\.ts$/.test(file),
);
const sources = new Map(files.map((file) => [file, readFileSync(join(SOURCE, file), "utf8")]));

/** What a file imports; `later`: also what it loads when it is needed. */
function imports(file: string, later: boolean): string[] {
  const text = sources.get(file) ?? "";
  const now = text.matchAll(/^(?:import|export)\s(?!type\b)[^"';]*?from\s*["'](\.[^"']+)["']/gm);
  const then = later ? text.matchAll(/import\(\s*["'](\.[^"']+)["']/g) : [];
  return [...now, ...then].flatMap((match) => {
    const path = normalize(join(file, "..", match[1] ?? ""));
    return [path, `${path}.ts`, `${path}.tsx`].filter((each) => sources.has(each));
  });
}

function reached(from: string, later: boolean): Set<string> {
  const seen = new Set<string>();
  const queue = [from];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    queue.push(...imports(file, later));
  }
  return seen;
}

/**
 * Keys that a file says: as they are, and all that fit where one is put together. A value put in stands for a part of a key
 * without dots, but for `wide`.
 */
function said(file: string, wide = false): string[] {
  const text = sources.get(file) ?? "";
  const whole = [...text.matchAll(/(["'`])([\w.-]+)\1/g)].flatMap((match) => [match[2] ?? "", `${match[2]}_other`]);
  const built = [...text.matchAll(/`([\w-]+\.[\w.-]*(?:\$\{[^{}`]*\}[\w.-]*)+)`/g)].map((match) => {
    const pattern = (match[1] ?? "").replaceAll(".", "\\.").replace(/\$\{[^{}]*\}/g, wide ? "[\\w.-]+" : "[\\w-]+");
    return new RegExp(`^${pattern}(?:_other)?$`);
  });
  const keys = [...home.keys()];
  return [...whole.filter((key) => home.has(key)), ...keys.filter((key) => built.some((pattern) => pattern.test(key)))];
}

/** It says what comes with the first failure, and brings it. */
const FAILING = "ui/failures/words.ts";

/** Keys said in files whose part is none of those, with the file. */
function strays(among: Iterable<string>, ...there: string[]): string[] {
  return [...among].filter((file) => file !== FAILING).flatMap((file) => said(file).filter((key) => !there.includes(home.get(key) ?? "")).map((key) => `${file}: ${key} of ${home.get(key)}`));
}

/** What is loaded with the texts of a part: the routes, and what the frame shows when asked. */
const PAGES = ["app/router.tsx", "app/Shell.tsx"].flatMap((file) =>
  [...(sources.get(file) ?? "").matchAll(/page\("([\w/]+)", \(\) => import\("(\.[^"]+)"\)\)/g)].map((match) => ({
    part: match[1] ?? "",
    page: normalize(join(file, "..", `${match[2]}.tsx`)),
  })),
);

describe("texts", () => {
  it("of no two parts have the same key", () => {
    const keys = [...parts.values()].flatMap(({ zhCN }) => Object.keys(zhCN));
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  it("of every part are loaded by somebody, and no others", () => {
    expect([...new Set([...FRAME, SHARED, FAILURES, ...PAGES.map(({ part }) => part)])].toSorted()).toEqual([...parts.keys()].toSorted());
  });

  it("are all said somewhere", () => {
    const heard = new Set(files.flatMap((file) => said(file, true)));
    expect([...home.keys()].filter((key) => !heard.has(key))).toEqual([]);
  });

  it("of the frame are there when it is drawn", () => {
    expect(strays(reached("main.tsx", false), ...FRAME)).toEqual([]);
  });

  it("of a feature are said by nobody else", () => {
    const shared = files.filter((file) => /^(?:ui|charts|api)\//.test(file));
    expect(strays(shared, "ui", SHARED)).toEqual([]);
  });

  it("of failures are said by what brings them", () => {
    const others = said(FAILING).filter((key) => ![...FRAME, FAILURES].includes(home.get(key) ?? ""));
    expect(others).toEqual([]);
  });

  it("of a page are found with every way of loading one", () => {
    const lazily = [...(sources.get("app/router.tsx") ?? "").matchAll(/import\(/g)];
    expect(PAGES.length).toBeGreaterThan(lazily.length);
    for (const { page } of PAGES) expect(sources.has(page), page).toBe(true);
  });

  it.each(PAGES)("are loaded with $page", ({ part, page }) => {
    expect(strays(reached(page, true), ...FRAME, SHARED, part)).toEqual([]);
  });
});
