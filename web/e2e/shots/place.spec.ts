// Pictures of a shop's floor and of its editor, to be looked at.
import { join } from "node:path";

import type { Page } from "@playwright/test";
import { expect, test } from "@playwright/test";

import { FLOORS, SITE, floors } from "../floors";
import { LANGUAGES, THEMES, open } from "../story";

const FOLDER = process.env["SHOTS_DIR"] ?? "shots";
const WIDTHS = [1440, 390];

const BODY = ".place-body > :not(.skeleton)";
/** Everything it asks for is there. */
const loaded = (page: Page) => expect(page.locator(".place-body .skeleton, main .progress")).toHaveCount(0);

const VIEWS: { name: string; view?: object; path?: string; ready: string; act?: (page: Page) => Promise<void> }[] = [
  { name: "list", path: "", ready: "tbody a" },
  { name: "heat", view: {}, ready: "canvas.beneath" },
  { name: "zones", view: { show: "zones" }, ready: ".place-zones tbody tr", act: (page) => page.locator(".place-pick").nth(3).click() },
  { name: "flows", view: { show: "flows" }, ready: ".arc" },
  { name: "queues", view: { show: "queues" }, ready: ".sheet" },
  { name: "replay", view: { show: "replay" }, ready: ".replay-slider", act: (page) => page.locator(".replay-slider").fill(String(16 * 3_600_000)) },
  { name: "pains", view: { show: "pains" }, ready: BODY, act: loaded },
  { name: "trips", view: { show: "trips" }, ready: BODY, act: loaded },
  { name: "visits", view: { show: "visits" }, ready: BODY, act: loaded },
  { name: "compare", view: { show: "compare" }, ready: BODY, act: loaded },
  { name: "data", view: { show: "data" }, ready: BODY, act: loaded },
  { name: "sensors", path: `/${SITE}/sensors`, ready: "main h1" },
  { name: "new-plan", path: `/${SITE}/new-plan`, ready: "main h1" },
  { name: "forecast-none", view: { show: "forecast" }, ready: ".forecast-needs" },
  { name: "forecast", view: { show: "forecast", change: { swaps: [["p0", "b3"]] } }, ready: ".forecast-legend" },
  { name: "editor", path: `/${SITE}/edit`, ready: ".place-zone-item", act: (page) => page.locator(".place-zone-item").nth(2).click() },
];

test("a shop's floor", async ({ browser }) => {
  test.setTimeout(900_000);
  const shop = await floors();
  for (const language of LANGUAGES)
    for (const theme of THEMES)
      for (const width of theme === "light" ? WIDTHS : WIDTHS.slice(0, 1))
        for (const { name, view, path, ready, act } of VIEWS) {
          const page = await browser.newPage({ viewport: { width, height: 900 } });
          const query = view ? `?view=${encodeURIComponent(JSON.stringify({ v: 1, ...view }))}` : "";
          await open(page, `${shop.url}/w/${FLOORS}/sites${path ?? `/${SITE}`}${query}`, { language, theme });
          await page.locator(ready).first().waitFor();
          await act?.(page);
          await page.waitForLoadState("networkidle");
          await page.screenshot({ path: join(FOLDER, `floor-${name}-${width}-${language}-${theme}.png`), fullPage: true });
          await page.close();
        }
  await shop.stop();
});
