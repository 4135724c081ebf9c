// The state of the system: an administrator sees what to look after, takes a backup as the page says, and sees that it was.
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "@playwright/test";

import type { SystemState } from "../src/api/types";
import { OWNER, VIEWER, fill, inside, secured, submit } from "./secured";
import { binary, newFolder, serve } from "./server";
import type { Running } from "./server";
import { LANGUAGES, THEME_OF, TEXTS, WORKSPACE, open } from "./story";
import { check, withAxe } from "./wcag";

test.beforeEach(withAxe);

for (const language of LANGUAGES) {
  const t = TEXTS[language];

  test.describe(`${language}: the state of the system`, () => {
    test.describe.configure({ mode: "serial", timeout: 180_000 });
    let data = "";
    let target = "";
    let server: Running;
    test.beforeAll(async () => {
      data = newFolder();
      target = newFolder();
      execFileSync(binary(), ["workspace", "create", "shop", "--data", data, "--name", "门店 Shop", "--zone", "Asia/Shanghai"], { stdio: "inherit" });
      server = await serve(data, ["--open"]);
    });
    test.afterAll(async () => {
      await server.stop();
      for (const folder of [data, target]) rmSync(folder, { recursive: true, force: true });
    });

    test("says that there is no backup, and how to take one; afterwards, that there is", async ({ page, request }) => {
      await open(page, `${server.url}/`, { language, theme: "light" });
      await page.getByRole("link", { name: t["nav.system"] }).focus();
      await page.keyboard.press("Enter");
      await expect(page).toHaveURL(`${server.url}/system`);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(t["system.title"]);
      await expect(page.locator(".system-warnings .badge")).toContainText([t["system.warning.backup_missing"]]);
      await expect(page.locator(".system-warnings")).toContainText(t["system.warning.backup_missing.remedy"]);
      const row = page.locator("tbody tr", { hasText: "shop" });
      await expect(row).toContainText(t["system.empty"]);
      await expect(page.locator(".command").first()).toContainText(`throughline backup /mnt/backup --keep 14 --data ${data}`);

      // The command that is shown, with a folder of one's own.
      await page.locator(".command").first().getByRole("button").click();
      // Until it is written, the clipboard holds what another story copied.
      const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
      await expect.poll(clipboard).toContain(data);
      const shown = await clipboard();
      const words = shown.split(" ").map((word) => (word === "/mnt/backup" ? join(target, "here") : word));
      execFileSync(binary(), words.slice(1), { stdio: "inherit" });
      await page.reload();
      const backup = page.locator("section", { has: page.locator("#system-backup") });
      await expect(backup).toContainText(join(target, "here"));
      await expect(backup).toContainText(t["system.backupWhole"]);
      await expect(page.getByText(t["system.warning.backup_missing.remedy"])).toHaveCount(0);
      const state = (await (await request.get(`${server.url}/v1/system`)).json()) as SystemState;
      expect(state.backup?.files).toBeGreaterThan(1);
      await expect(page.locator("#system-limits")).toBeVisible();
      await expect(page.locator("tr", { hasText: "server.query_timeout_seconds" })).toBeVisible();
    });

    const theme = THEME_OF[language];
    test(`is readable for everybody (${theme})`, async ({ page }) => {
      await open(page, `${server.url}/system`, { language, theme });
      await page.locator("tbody tr").first().waitFor();
      await check(page, `system, ${language}, ${theme}`);
    });
  });
}

test("only administrators see it", async ({ page, browser }) => {
  const t = TEXTS.en;
  const server = await secured();
  await open(page, server.setup, { language: "en", theme: "light" });
  await fill(page, OWNER);
  await submit(page);
  await inside(page);
  await expect(page.getByRole("link", { name: t["nav.system"] })).toBeVisible();
  await page.goto(`${server.url}/system`);
  await expect(page.locator("tbody tr", { hasText: WORKSPACE })).toContainText(t["system.readable"]);

  // Invited by the page, as a viewer.
  await page.goto(`${server.url}/w/${WORKSPACE}/members`);
  await page.locator("form.invite input[type=email]").fill(VIEWER.email);
  await page.locator("form.invite button[type=submit]").click();
  const link = (await page.locator(".invite-link code").innerText()).trim();
  const theirs = await (await browser.newContext()).newPage();
  await theirs.goto(link);
  await fill(theirs, { name: VIEWER.name, password: VIEWER.password });
  await submit(theirs);
  await inside(theirs);
  await expect(theirs.getByRole("link", { name: /^(System|系统状态)$/ })).toHaveCount(0);
  await theirs.goto(`${server.url}/system`);
  await expect(theirs.locator(".needs")).toBeVisible();
  const refused = await theirs.request.get(`${server.url}/v1/system`);
  expect(refused.status()).toBe(403);
  await server.stop();
});
