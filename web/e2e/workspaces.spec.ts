// Which workspace one comes to first, and that each says whose data it holds.
import { expect, test } from "@playwright/test";

import type { PainList, WorkspaceList } from "../src/api/types";
import { LANGUAGES, TEXTS, open, sentenceIn } from "./story";

for (const language of LANGUAGES) {
  const t = TEXTS[language];

  test(`${language}: a newcomer comes to the simulated retailer, and changes to a sample`, async ({ page, request }) => {
    const { workspaces } = (await (await request.get("/v1/workspaces")).json()) as WorkspaceList;
    const first = workspaces[0];
    expect(first?.sample?.kind).toBe("simulated");
    await open(page, "/", { language, theme: "light" });
    // On the map of what hurts most, with that in one sentence on top.
    const known = (await (await request.get(`/v1/workspaces/${first?.id}/pains`)).json()) as PainList;
    const worst = known.pains.find(({ status }) => status !== "closed")?.pain;
    await expect(page).toHaveURL(new RegExp(`/w/${first?.id}/journeys/${worst?.journey}$`));
    await expect(page.locator("main p.finding").first()).toContainText(sentenceIn(worst?.sentence, language));
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
    await page.locator(".journey a").first().click();
    await expect(page.locator("main .page-head").getByRole("button", { name: t["sample.sample"], exact: true })).toBeVisible();
  });
}
