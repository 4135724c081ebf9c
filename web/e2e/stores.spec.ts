// A member who is limited to two of three stores: chosen by an owner, said in the shell, and true of every number.
import { expect, test } from "@playwright/test";

import type { Timeline } from "../src/api/types";
import { OWNER, VIEWER, fill, inside, secured, submit } from "./secured";
import type { Secured } from "./secured";
import { JOURNEY, SHOPS, THEIRS, fillShops, inviteLimited } from "./shops";
import { LANGUAGES, TEXTS, open } from "./story";
import { check, withAxe } from "./wcag";

test.beforeEach(withAxe);

for (const language of LANGUAGES) {
  const t = TEXTS[language];
  const look = { language, theme: language === "en" ? "dark" : "light" } as const;

  test.describe(`${language}: limited to stores`, () => {
    test.describe.configure({ mode: "serial", timeout: 180_000 });
    let server: Secured;
    let invitation = "";
    test.beforeAll(async () => {
      server = await secured();
    });
    test.afterAll(() => server.stop());

    test("an owner chooses the stores when inviting", async ({ page }) => {
      await open(page, server.setup, look);
      await fill(page, OWNER);
      await submit(page);
      await inside(page);
      await fillShops(page, server.url);
      invitation = await inviteLimited(page, server.url, language);
      await check(page, "stores chosen");
      await expect(page.getByRole("row", { name: new RegExp(VIEWER.email) })).toContainText(THEIRS[0] ?? "");
    });

    test("whoever is invited sees what happened in these stores, and is told so", async ({ page }) => {
      await open(page, invitation, look);
      for (const store of THEIRS) await expect(page.locator("main")).toContainText(store);
      await check(page, "invitation limited to stores");
      await fill(page, { name: VIEWER.name, password: VIEWER.password });
      await submit(page);
      await inside(page);
      const note = page.locator(".stores-note");
      for (const store of THEIRS) await expect(note).toContainText(store);
      await expect(note).not.toContainText("静安店");
      // Pages about the whole workspace are not offered, and say why when they are opened by address.
      for (const hidden of ["live", "sources", "imports", "rejections", "dictionary", "traffic", "identity", "pains", "proposals"] as const) await expect(page.locator(".sidebar .nav-link", { hasText: t[`nav.${hidden}`] })).toHaveCount(0);
      await page.goto(`${server.url}/w/${SHOPS}/pains`);
      await expect(page.getByRole("alert").first()).toContainText(t["error.role_refused.limited"]);

      await page.goto(`${server.url}/w/${SHOPS}/journeys/${JOURNEY.id}`);
      await expect(page.locator("table.map").first()).toBeVisible();
      // How many events there are is of the whole.
      await expect(page.locator(".provenance")).toHaveText(new RegExp(`^${t["read.untold"].replace("{{ms}}", "[\\d.,]+")} · `));
      await check(page, "map of some stores");

      await page.goto(`${server.url}/w/${SHOPS}/customers?value=m1`);
      await expect(page.locator("main")).toContainText(t["stores.customers"].split("{{")[0] ?? "");
      await page.locator("main tbody a").first().click();
      await expect(page).toHaveURL(/\/customers\/-?\d+/);
      await expect(page.locator(".page-head")).toContainText(THEIRS[0] ?? "");
      await expect(page.getByText(t["identity.whyOne"])).toHaveCount(0);
      await check(page, "timeline of some stores");
      const customer = new URL(page.url()).pathname.split("/").at(-1) ?? "";
      const timeline = (await (await page.request.get(`${server.url}/v1/workspaces/${SHOPS}/customers/${customer}`)).json()) as Timeline;
      expect(timeline.events).toHaveLength(4);
      await expect(page.locator("main")).not.toContainText("静安店");
    });

    test("an owner changes the stores of a member, and lifts the limit", async ({ page }) => {
      await open(page, `${server.url}/sign-in`, look);
      await fill(page, { email: OWNER.email, password: OWNER.password });
      await submit(page);
      await inside(page);
      await page.goto(`${server.url}/w/${SHOPS}/members`);
      const row = page.locator("tbody tr", { hasText: VIEWER.email });
      await expect(row).toContainText(THEIRS[0] ?? "");
      await row.locator(".select-button").last().click();
      await check(page, "stores to choose from");
      await page.getByRole("option", { name: THEIRS[1] ?? "" }).click();
      await page.keyboard.press("Escape");
      await expect(row.locator(".select-button").last()).not.toContainText(THEIRS[1] ?? "");
      await row.locator(".select-button").last().click();
      await page.getByRole("option", { name: THEIRS[0] ?? "" }).click();
      // Nobody sees everything because the last store was taken away in passing.
      const ask = page.getByRole("alertdialog");
      await expect(ask).toContainText(t["stores.liftAsk"].replace("{{name}}", VIEWER.name));
      await check(page, "asks before a limit is lifted");
      await ask.getByRole("button", { name: t["stores.liftDo"] }).click();
      await expect(row.locator(".select-button").last()).toContainText(t["stores.all"]);
    });
  });
}
