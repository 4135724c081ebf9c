// The page of the kit shows every part of it: one that is made in `ui` and forgotten here is found.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

const KIT = import.meta.dirname;
const UI = join(KIT, "../../ui");

const sources = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".tsx") && !file.endsWith(".test.tsx"))
    .map((file) => readFileSync(join(folder, file), "utf8"));

/** What a file makes that can stand on a page. What only hands something down shows nothing. */
function made(source: string): string[] {
  return [...source.matchAll(/^export (?:default )?function ([A-Z]\w*)/gm)].flatMap(([, name]) => (name ? [name] : []));
}

/** What a file puts somewhere; what is loaded when it is wanted, too. */
function used(source: string): string[] {
  return [...source.matchAll(/<([A-Z]\w*)|import\("[^"]*\/(\w+)"\)/g)].flatMap(([, element, loaded]) => element ?? loaded ?? []);
}

it("shows every part, by itself or within another", () => {
  const files = sources(UI);
  const shown = new Set(sources(KIT).flatMap(used));
  for (let known = -1; known < shown.size; ) {
    known = shown.size;
    for (const file of files) if (made(file).some((part) => shown.has(part))) for (const part of used(file)) shown.add(part);
  }
  const parts = files.flatMap(made);
  expect(parts.length).toBeGreaterThan(50);
  expect(parts.filter((part) => !shown.has(part)).toSorted()).toEqual([]);
});
