// What is printed: the page without its controls, in the light colours, and nothing cut off.
import { expect, test } from "@playwright/test";

import type { WorkspaceList } from "../src/api/types";
import { LANGUAGES, MAP, TEXTS, WORKSPACE, knownPains, mapReady, open, painReady, sentenceIn } from "./story";

test("the overview, a pain, the list of pains and the map print without controls, light, and whole", async ({ page, request }) => {
  const [worst] = await knownPains(request);
  const pages = [
    { path: `/w/${WORKSPACE}`, ready: () => expect(page.locator(".overview-journeys tbody tr").first()).toContainText("%"), sheet: { width: 703, height: 1032 } },
    { path: `/w/${WORKSPACE}/pains/${worst?.pain.key}`, ready: () => painReady(page), sheet: { width: 703, height: 1032 } },
    { path: `/w/${WORKSPACE}/pains`, ready: () => expect(page.locator(".pains-table tbody th").first()).toBeVisible(), sheet: { width: 1032, height: 703 } },
    { path: MAP, ready: () => mapReady(page), sheet: { width: 1032, height: 703 } },
  ];
  for (const { path, ready, sheet } of pages) {
    await page.setViewportSize({ width: 1440, height: 900 });
    await open(page, path, { language: "zh-CN", theme: "dark" });
    await ready();
    // As a browser does it: the page is told, then laid out for the width between the margins.
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize(sheet);
    for (const control of [".sidebar", ".page-actions", ".scope", ".skip"]) await expect(page.locator(control).locator("visible=true")).toHaveCount(0);
    const look = () => page.evaluate(() => ({
      background: getComputedStyle(document.querySelector(".card") ?? document.body).backgroundColor,
      cut: [...document.querySelectorAll("main *")].filter((each) => {
        const { width, right } = each.getBoundingClientRect();
        return width > 1 && right > innerWidth + 1 && getComputedStyle(each).visibility !== "hidden" && !each.closest(".visually-hidden");
      }).map((each) => each.outerHTML.slice(0, 120)),
    }));
    // Pictures take the width of the sheet once it has been measured.
    await expect.poll(look, path).toEqual({ background: "rgb(255, 255, 255)", cut: [] });
    await page.emulateMedia({ media: null });
  }
});

for (const language of LANGUAGES) {
  test(`what is printed says whose data they are, that they are samples, and when (${language})`, async ({ page, request }) => {
    const t = TEXTS[language];
    const { workspaces } = (await (await request.get("/v1/workspaces")).json()) as WorkspaceList;
    for (const { id, name, sample, zone } of workspaces.filter((each) => each.sample)) {
      await page.emulateMedia({ media: null });
      await open(page, `/w/${id}/changes`, { language, theme: "light" });
      const head = page.locator(".sheet-head");
      await expect(head).toBeHidden();
      await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
      await page.emulateMedia({ media: "print" });
      await expect(head).toBeVisible();
      const year = new Intl.DateTimeFormat("en", { year: "numeric", timeZone: zone }).format();
      for (const said of [sentenceIn(name, language), t[`sample.${sample?.kind ?? "sample"}`], year]) await expect(head).toContainText(said);
      // The foot of every sheet says the same.
      const text = await head.textContent();
      const feet = await page.evaluate(() => document.adoptedStyleSheets.flatMap((sheet) => [...sheet.cssRules].map(({ cssText }) => cssText)).join(""));
      expect(feet).toContain(text);
    }
  });
}
