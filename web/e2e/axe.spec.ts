// WCAG 2.2 AA by axe: every page, both languages, both themes, and with what pops up open.
import { createRequire } from "node:module";

import type { Page } from "@playwright/test";
import { expect, test } from "@playwright/test";
import type { AxeResults } from "axe-core";

import { LANGUAGES, MAP, THEMES, WORKSPACE, mapReady, open } from "./story";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

async function check(page: Page, what: string): Promise<void> {
  const results = await page.evaluate(
    (tags) => (window as unknown as { axe: { run: (options: object) => Promise<AxeResults> } }).axe.run({ runOnly: tags }),
    RULES,
  );
  const faults = results.violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.html.slice(0, 160)} (${node.any[0]?.message ?? node.failureSummary})`),
  );
  expect(faults, what).toEqual([]);
}

/** The page's content security policy forbids added script tags, so axe comes in as an init script. */
test.beforeEach(async ({ page }) => {
  await page.addInitScript({ path: AXE });
  // Colours are judged as they stand, not on their way in.
  await page.emulateMedia({ reducedMotion: "reduce" });
});

const POPUPS: { name: string; open: (page: Page) => Promise<void> }[] = [
  { name: "journey list", open: (page) => page.locator(".scope .select-button").first().click() },
  { name: "period", open: (page) => page.locator(".scope .select-button").nth(2).click() },
  {
    name: "calendar",
    open: async (page) => {
      await page.locator(".scope .select-button").nth(2).click();
      await page.locator(".option-button").last().click();
      await page.locator(".calendar").waitFor();
    },
  },
  { name: "channels", open: (page) => page.locator(".scope .select-button").nth(4).click() },
  { name: "workspace list", open: (page) => page.locator(".workspace .select-button").click() },
  { name: "sample data", open: (page) => page.locator(".sample").click() },
  {
    name: "explanation",
    open: async (page) => {
      await page.locator(".total-number").nth(1).click();
      await page.locator(".explain-sql").waitFor();
    },
  },
  {
    name: "customers behind a number",
    open: async (page) => {
      await page.locator(".total-number").nth(1).click();
      await page.getByRole("tab").nth(1).click();
      await page.locator(".people a").first().waitFor();
    },
  },
];

const view = (fields: object) => `${MAP}?view=${encodeURIComponent(JSON.stringify({ v: 1, ...fields }))}`;

const PAGES: { name: string; path: string; ready?: (page: Page) => Promise<void> }[] = [
  { name: "journeys", path: `/w/${WORKSPACE}/journeys` },
  { name: "map", path: MAP, ready: mapReady },
  {
    name: "map compared, as table",
    path: view({ compare: { kind: "previous" }, period: { kind: "last", days: 28 }, metric: "share", moves: "table" }),
    ready: mapReady,
  },
  { name: "customers", path: `/w/${WORKSPACE}/customers?value=user_0042`, ready: (page) => page.locator("tbody tr").first().waitFor() },
  { name: "sources", path: `/w/${WORKSPACE}/sources`, ready: (page) => page.locator("tbody tr").first().waitFor() },
  { name: "a failure", path: `/w/${WORKSPACE}/journeys/no-such-journey`, ready: (page) => page.getByRole("alert").waitFor() },
];

for (const language of LANGUAGES) {
  for (const theme of THEMES) {
    test(`pages ${language} ${theme}`, async ({ page }) => {
      for (const each of PAGES) {
        await open(page, each.path, { language, theme });
        await each.ready?.(page);
        await check(page, each.name);
      }
      await open(page, `/w/${WORKSPACE}/customers?value=user_0042`, { language, theme });
      await page.locator("tbody a").first().click();
      await page.locator(".event").first().waitFor();
      await page.locator("details").first().locator("summary").click();
      await check(page, "customer");
    });

    test(`popups ${language} ${theme}`, async ({ page }) => {
      for (const popup of POPUPS) {
        await open(page, MAP, { language, theme });
        await mapReady(page);
        await popup.open(page);
        await check(page, popup.name);
      }
    });
  }
}
