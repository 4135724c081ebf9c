// WCAG 2.2 AA by axe, for any story.
import { createRequire } from "node:module";

import type { Page } from "@playwright/test";
import { expect } from "@playwright/test";
import type { AxeResults } from "axe-core";

import type { Look } from "./story";
import { open } from "./story";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** The page's content security policy forbids added script tags, so axe comes in as an init script. */
export async function withAxe({ page }: { page: Page }): Promise<void> {
  await page.addInitScript({ path: AXE });
  // Colours are judged as they stand, not on their way in.
  await page.emulateMedia({ reducedMotion: "reduce" });
}

/** A page, and what stands there when it is whole. */
export interface LookedAt {
  name: string;
  path: string;
  ready: string;
}

/** Many pages, one after the other. */
export async function checkAll(page: Page, all: readonly LookedAt[], look: Look): Promise<void> {
  for (const { name, path, ready } of all) {
    await open(page, path, look);
    await page.locator(ready).first().waitFor();
    await check(page, name);
  }
}

/** Fails with what axe finds fault with; `what` names the state of the page. */
export async function check(page: Page, what: string): Promise<void> {
  const results = await page.evaluate(
    (tags) => (window as unknown as { axe: { run: (options: object) => Promise<AxeResults> } }).axe.run({ runOnly: tags }),
    RULES,
  );
  const faults = results.violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.html.slice(0, 160)} (${node.any[0]?.message ?? node.failureSummary})`),
  );
  expect(faults, what).toEqual([]);
}
