// Maps, lists and floors are kept under a name, and opened again as they were; whom somebody looked for is not kept.
import type { Page } from "@playwright/test";
import { expect, test } from "@playwright/test";

import type { NamedViewList } from "../src/api/types";
import { JOURNEY, LANGUAGES, MAP, TEXTS, THEME_OF, WORKSPACE, mapReady, open } from "./story";
import type { Language } from "./story";
import { check, withAxe } from "./wcag";

const FLOOR = "floor";

async function keep(page: Page, language: Language, name: string): Promise<void> {
  const t = TEXTS[language];
  await page.getByRole("button", { name: t["saved.title"] }).press("Enter");
  await page.getByLabel(t["saved.name"], { exact: true }).fill(name);
  await page.keyboard.press("Enter");
  await expect(page.getByText(t["saved.done"], { exact: true })).toBeVisible();
}

for (const language of LANGUAGES) {
  test(`a map, pains, customers and a floor are kept under a name and opened again ${language}`, async ({ page, request }) => {
    const t = TEXTS[language];
    await withAxe({ page });
    const of = (page_: string) => `${page_} ${language} ${Date.now()}`;
    await open(page, `/w/${WORKSPACE}/pains?journey=${JOURNEY}&status=all&kind=loop`, { language, theme: THEME_OF[language] });
    const pains = of("pains");
    await keep(page, language, pains);
    await check(page, "a kept list");

    await page.goto(`/w/${WORKSPACE}/customers?sort=events&up=1`);
    const customers = of("customers");
    await keep(page, language, customers);
    await expect(page.getByRole("listitem").filter({ hasText: pains })).toContainText(t["nav.pains"]);
    await page.getByRole("link", { name: pains }).press("Enter");
    await expect(page).toHaveURL(new RegExp(`/pains\\?journey=${JOURNEY}&status=all&kind=loop$`));
    await page.getByRole("button", { name: t["saved.title"] }).press("Enter");
    await page.getByRole("link", { name: customers }).press("Enter");
    await expect(page).toHaveURL(/\/customers\?sort=events&up=1$/);
    // Looked for somebody: there is nothing to keep.
    await page.goto(`/w/${WORKSPACE}/customers?value=user_0042`);
    await expect(page.locator("tbody tr").first()).toBeVisible();
    await expect(page.getByRole("button", { name: t["saved.title"] })).toHaveCount(0);

    await page.goto(`${MAP}?view=${encodeURIComponent('{"v":1,"metric":"share","unit":"customers"}')}`);
    await mapReady(page);
    const map = of("map");
    await keep(page, language, map);
    await page.goto(MAP);
    await mapReady(page);
    await page.getByRole("button", { name: t["saved.title"] }).press("Enter");
    await expect(page.getByRole("listitem").filter({ hasText: map })).toContainText(t["nav.journeys"]);
    await check(page, "a map's kept views");
    await page.getByRole("link", { name: map }).press("Enter");
    await mapReady(page);
    await expect(page.getByRole("radio", { name: t["unit.customers"] })).toBeChecked();

    await page.goto(`/w/${FLOOR}/sites/west-lake?view=${encodeURIComponent('{"show":"zones","v":1}')}`);
    const floor = of("floor");
    await keep(page, language, floor);
    await page.goto(`/w/${FLOOR}/sites/west-lake`);
    await page.getByRole("button", { name: t["saved.title"] }).press("Enter");
    await expect(page.getByRole("listitem").filter({ hasText: floor })).toContainText(t["nav.sites"]);
    await page.getByRole("link", { name: floor }).press("Enter");
    await expect(page.getByRole("navigation", { name: t["place.views"] }).locator("[aria-current]")).toHaveText(t["place.show.zones"]);

    for (const [workspace, names] of [[WORKSPACE, [pains, customers, map]], [FLOOR, [floor]]] as const) {
      const { views } = (await (await request.get(`/v1/workspaces/${workspace}/named-views`)).json()) as NamedViewList;
      for (const { id } of views.filter(({ named }) => names.some((name) => name === named.name))) await request.delete(`/v1/workspaces/${workspace}/named-views/${id}`);
    }
  });
}
