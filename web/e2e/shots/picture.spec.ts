// The READMEs' pictures: the journey map of the online shop, one in each language, as WebP into PICTURES_DIR.
// Without it they are not made, so that looking at screens does not change files of the repository.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "@playwright/test";

import { LANGUAGES, MAP, mapReady, open } from "../story";

const FOLDER = process.env["PICTURES_DIR"];
const SIZE = { width: 1440, height: 1136 };
/** What a README may cost a reader. */
const BYTES_MAX = 250_000;

test.use({ viewport: SIZE, deviceScaleFactor: 1.5 });
test.skip(!FOLDER, "PICTURES_DIR is not set");

for (const language of LANGUAGES) {
  test(`README ${language}`, async ({ page, context }) => {
    await open(page, MAP, { language, theme: "light" });
    await mapReady(page);
    // Panels come as chunks of their own.
    await expect(page.locator("main .skeleton")).toHaveCount(0);
    await page.mouse.move(0, 0);
    const browser = await context.newCDPSession(page);
    const { data } = await browser.send("Page.captureScreenshot", { format: "webp", quality: 82 });
    const bytes = Buffer.from(data, "base64");
    expect(bytes.length).toBeLessThan(BYTES_MAX);
    mkdirSync(FOLDER ?? "", { recursive: true });
    writeFileSync(join(FOLDER ?? "", language === "en" ? "journey-map.webp" : `journey-map.${language}.webp`), bytes);
  });
}
