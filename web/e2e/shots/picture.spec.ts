// The READMEs' pictures: the journey map of the online shop, a customer of the retailer, and the floor of the shop, one in each
// language, as WebP into PICTURES_DIR.
// Without it they are not made, so that looking at screens does not change files of the repository.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Page } from "@playwright/test";
import { expect, test } from "@playwright/test";

import { LANGUAGES, MAP, mapReady, open } from "../story";

const FOLDER = process.env["PICTURES_DIR"];
const SIZE = { width: 1440, height: 1136 };
/** What a README may cost a reader. */
const BYTES_MAX = 250_000;

test.use({ viewport: SIZE, deviceScaleFactor: 1.5 });
test.skip(!FOLDER, "PICTURES_DIR is not set");

const PICTURES: { name: string; path: string; ready: (page: Page) => Promise<unknown> }[] = [
  { name: "journey-map", path: MAP, ready: mapReady },
  // Ids follow from identifiers, which follow from the seed: this one shopped on eight channels.
  { name: "customer", path: "/w/simulated/customers/85146293994797477", ready: (page) => page.locator(".event").first().waitFor() },
  { name: "floor", path: "/w/floor/sites/west-lake", ready: (page) => page.locator("canvas").first().waitFor() },
];

for (const language of LANGUAGES) {
  for (const { name, path, ready } of PICTURES) {
    test(`README ${name} ${language}`, async ({ page, context }) => {
      await open(page, path, { language, theme: "light" });
      await ready(page);
      await page.waitForLoadState("networkidle");
      // Panels come as chunks of their own.
      await expect(page.locator("main .skeleton")).toHaveCount(0);
      await page.mouse.move(0, 0);
      const browser = await context.newCDPSession(page);
      const { data } = await browser.send("Page.captureScreenshot", { format: "webp", quality: 82 });
      const bytes = Buffer.from(data, "base64");
      expect(bytes.length).toBeLessThan(BYTES_MAX);
      mkdirSync(FOLDER ?? "", { recursive: true });
      writeFileSync(join(FOLDER ?? "", language === "en" ? `${name}.webp` : `${name}.${language}.webp`), bytes);
    });
  }
}
