// WCAG 2.2 AA by axe, for any story.
import { createRequire } from "node:module";

import type { Page } from "@playwright/test";
import { expect } from "@playwright/test";
import type { AxeResults } from "axe-core";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** The page's content security policy forbids added script tags, so axe comes in as an init script. */
export async function withAxe({ page }: { page: Page }): Promise<void> {
  await page.addInitScript({ path: AXE });
  // Colours are judged as they stand, not on their way in.
  await page.emulateMedia({ reducedMotion: "reduce" });
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
