// Which workspace one comes to first, that each says whose data it holds, and how one is made.
import { expect, test } from "@playwright/test";

import type { PainList, WorkspaceList } from "../src/api/types";
import { SHOP } from "./live";
import type { Running } from "./server";
import { startEmpty } from "./server";
import { LANGUAGES, TEXTS, THEME_OF, open, sentenceIn, tabTo } from "./story";
import { check, withAxe } from "./wcag";

for (const language of LANGUAGES) {
  const t = TEXTS[language];

  test(`${language}: a newcomer comes to the simulated retailer, and changes to a sample`, async ({ page, request }) => {
    const { workspaces } = (await (await request.get("/v1/workspaces")).json()) as WorkspaceList;
    const first = workspaces[0];
    expect(first?.sample?.kind).toBe("simulated");
    await open(page, "/", { language, theme: "light" });
    // On the overview, with what hurts most first among the pains.
    const known = (await (await request.get(`/v1/workspaces/${first?.id}/pains`)).json()) as PainList;
    const worst = known.pains.find(({ status }) => status !== "closed")?.pain;
    await expect(page).toHaveURL(new RegExp(`/w/${first?.id}$`));
    await expect(page.locator(".overview-pains a").first()).toContainText(sentenceIn(worst?.sentence, language));
    const badge = page.locator("aside").getByRole("button", { name: t["sample.simulated"], exact: true });
    await badge.click();
    const about = page.getByRole("dialog", { name: t["sample.simulated"] });
    await expect(about).toContainText(t["sample.simulated.about"]);
    await expect(about).toContainText(first?.sample?.licence ?? "-");
    await page.keyboard.press("Escape");

    await page.locator(".workspace .select-button").click();
    const options = page.getByRole("option");
    await expect(options).toHaveCount(workspaces.length);
    for (const [index, workspace] of workspaces.entries()) {
      const option = options.nth(index);
      await expect(option).toContainText(sentenceIn(workspace.name, language));
      if (workspace.sample) await expect(option).toContainText(t[`sample.${workspace.sample.kind}`]);
    }
    const other = workspaces.findIndex((workspace) => workspace.sample?.kind === "sample");
    await options.nth(other).click();
    await expect(page.locator("aside").getByRole("button", { name: t["sample.sample"], exact: true })).toBeVisible();
    await page.locator(".overview-journeys th a").first().click();
    await expect(page.locator("table.map, .empty").first()).toBeVisible();
    await expect(page.locator("main .page-head").getByRole("button", { name: t["sample.sample"], exact: true })).toBeVisible();
  });
}

test.describe("a workspace is made", () => {
  let server: Running;
  test.beforeAll(async () => {
    server = await startEmpty(SHOP);
  });
  test.afterAll(() => server.stop());

  for (const language of LANGUAGES) {
    const t = TEXTS[language];
    const id = `new-${language}`.toLowerCase();

    test(`${language}: by keyboard, from beside the list of workspaces, and then it is asked what it is for`, async ({ page, request }) => {
      await open(page, `${server.url}/w/${SHOP}/sources`, { language, theme: "light" });
      await tabTo(page, new RegExp(`^${t["newWorkspace.title"]}$`));
      await page.keyboard.press("Enter");
      await expect(page.getByRole("heading", { level: 1, name: t["newWorkspace.title"] })).toBeVisible();
      await page.getByLabel(t["newWorkspace.name"], { exact: true }).focus();
      await page.keyboard.press("Enter");
      await expect(page.getByLabel(t["newWorkspace.name"], { exact: true })).toHaveAttribute("aria-invalid", "true");
      await page.keyboard.type("品牌 2");
      const field = page.getByLabel(t["newWorkspace.id"], { exact: true });
      await expect(field).toHaveValue("pinpai-2");
      // Taken by a workspace this person sees, then by one that was made meanwhile.
      await field.fill(SHOP);
      await page.keyboard.press("Enter");
      await expect(page.getByText(t["newWorkspace.idTaken"])).toBeVisible();
      const meanwhile = await request.post(`${server.url}/v1/workspaces`, { data: { id: `${id}-meanwhile`, name: "x", zone: "UTC" } });
      expect(meanwhile.status()).toBe(201);
      await field.fill(`${id}-meanwhile`);
      await expect(page.getByText(t["newWorkspace.idTaken"])).toHaveCount(0);
      await page.keyboard.press("Enter");
      await expect(page.getByText(t["newWorkspace.idTaken"])).toBeVisible();
      await expect(field).toBeFocused();
      await field.fill(id);
      const currency = page.getByRole("button", { name: new RegExp(t["newWorkspace.currency"]) });
      await currency.focus();
      await page.keyboard.press("Enter");
      await page.getByRole("option", { name: /^EUR / }).click();
      await expect(currency).toContainText("EUR");
      await tabTo(page, new RegExp(`^${t["newWorkspace.make"]}$`));
      await page.keyboard.press("Enter");
      await expect(page).toHaveURL(`${server.url}/w/${id}`);
      await expect(page.getByRole("region", { name: t["firstRun.title"] })).toBeVisible();
      await expect(page.locator(".workspace .select-button")).toContainText("品牌 2");
      const { workspaces } = (await (await request.get(`${server.url}/v1/workspaces`)).json()) as WorkspaceList;
      expect(workspaces.find((workspace) => workspace.id === id)).toMatchObject({ name: "品牌 2", zone: "UTC", currency: "EUR", events: 0 });
    });

    const theme = THEME_OF[language];
    test(`its page is accessible ${language} ${theme}`, async ({ page }) => {
      await withAxe({ page });
      await open(page, `${server.url}/new-workspace`, { language, theme });
      await page.locator("main form").waitFor();
      await page.getByRole("button", { name: t["newWorkspace.make"] }).click();
      await expect(page.locator(".form-fault").first()).toBeVisible();
      await check(page, "a new workspace with a fault");
      await page.getByRole("button", { name: new RegExp(t["newWorkspace.zone"]) }).click();
      await page.getByRole("listbox").waitFor();
      await check(page, "zones to choose from");
    });
  }
});
