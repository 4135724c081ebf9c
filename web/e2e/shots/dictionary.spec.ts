// Pictures of the data dictionary and of data quality, to be looked at.
import { join } from "node:path";

import { test } from "@playwright/test";

import { LANGUAGES, THEMES, open } from "../story";

const FOLDER = process.env["SHOTS_DIR"] ?? "shots";
const RETAILER = "simulated";

const SCREENS = [
  { name: "dictionary", path: `/w/${RETAILER}/dictionary`, ready: "tbody .sparkline" },
  { name: "dictionary-properties", path: `/w/${RETAILER}/dictionary?show=properties`, ready: "tbody tr" },
  { name: "dictionary-quality", path: `/w/${RETAILER}/dictionary?show=quality`, ready: "#silences-title" },
  { name: "dictionary-event", path: `/w/${RETAILER}/dictionary/order_paid`, ready: "svg.picture" },
];

for (const language of LANGUAGES) {
  for (const theme of THEMES) {
    test(`dictionary ${language} ${theme}`, async ({ page }) => {
      for (const width of theme === "light" ? [1440, 390] : [1440]) {
        await page.setViewportSize({ width, height: 900 });
        for (const { name, path, ready } of SCREENS) {
          await open(page, path, { language, theme });
          await page.locator(ready).first().waitFor();
          await page.waitForLoadState("networkidle");
          await page.screenshot({ path: join(FOLDER, `${name}-${width}-${language}-${theme}.png`), fullPage: true });
        }
      }
    });
  }
}
