// Pictures of signing in, of people and rights, and of the audit log, to be looked at.
import { join } from "node:path";

import type { Browser, Page } from "@playwright/test";
import { expect, test } from "@playwright/test";

import { OWNER, VIEWER, fill, inside, secured, signIn, submit } from "../secured";
import { LANGUAGES, THEMES, WORKSPACE, open } from "../story";
import type { Look } from "../story";

const FOLDER = process.env["SHOTS_DIR"] ?? "shots";

test("sign-in and rights", async ({ browser }) => {
  test.setTimeout(600_000);
  const server = await secured();
  await inFront(browser, server.url, server.setup);
  const invitation = await prepare(browser, server.url, server.setup);
  for (const language of LANGUAGES) {
    for (const theme of THEMES) {
      for (const width of theme === "light" ? [1440, 390] : [1440]) {
        await look(browser, server.url, invitation, { language, theme }, width);
      }
    }
  }
  await server.stop();
});

async function shoot(page: Page, name: string, { language, theme }: Look): Promise<void> {
  await page.waitForLoadState("networkidle");
  await page.screenshot({ path: join(FOLDER, `access-${name}-${page.viewportSize()?.width}-${language}-${theme}.png`), fullPage: true });
}

/** What is there before anybody is. */
async function inFront(browser: Browser, url: string, setup: string): Promise<void> {
  for (const [language, theme] of [["zh-CN", "light"], ["en", "dark"]] as const) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await open(page, `${url}/`, { language, theme });
    await shoot(page, "setup-where", { language, theme });
    await page.goto(setup);
    await fill(page, { password: "short" });
    await submit(page);
    await shoot(page, "setup", { language, theme });
    await page.close();
  }
}

/** The owner, a viewer and an invitation that nobody has taken up yet, whose link is returned. */
async function prepare(browser: Browser, url: string, setup: string): Promise<string> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(setup);
  await fill(page, OWNER);
  await submit(page);
  await inside(page);
  const invite = async (email: string) => {
    await page.goto(`${url}/w/${WORKSPACE}/members`);
    await page.locator("form.invite input[type=email]").fill(email);
    await page.locator("form.invite button[type=submit]").click();
    return page.locator(".invite-link code").innerText();
  };
  const link = await invite(VIEWER.email);
  const pending = await invite("chen@shop.example");
  const other = await browser.newPage();
  await other.goto(link);
  await fill(other, { name: VIEWER.name, password: VIEWER.password });
  await submit(other);
  await inside(other);
  await other.close();
  await page.close();
  return pending;
}

async function look(browser: Browser, url: string, invitation: string, as: Look, width: number): Promise<void> {
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  await open(page, `${url}/sign-in`, as);
  await fill(page, { email: OWNER.email, password: "not the password" });
  await submit(page);
  await expect(page.getByRole("alert")).toBeVisible();
  await shoot(page, "sign-in", as);
  await page.goto(invitation);
  await page.locator("main form").waitFor();
  await shoot(page, "invitation", as);
  await signIn(page, url, OWNER, `/w/${WORKSPACE}/members`);
  await page.locator("form.invite input[type=email]").fill(`${as.language}-${as.theme}-${width}@shop.example`.toLowerCase());
  await page.locator("form.invite button[type=submit]").click();
  await page.locator(".invite-link").waitFor();
  await shoot(page, "members", as);
  await page.locator("tbody tr", { hasText: VIEWER.email }).locator(".button-quiet").click();
  await page.getByRole("alertdialog").waitFor();
  await shoot(page, "members-ask", as);
  await page.keyboard.press("Escape");
  const menu = page.locator(".unfold .button");
  if (await menu.isVisible()) await menu.click();
  await page.locator(".sidebar-foot > .button").click();
  await page.getByRole("dialog").waitFor();
  await shoot(page, "menu", as);
  for (const [name, path, ready] of [
    ["audit", `/w/${WORKSPACE}/audit`, "tbody tr"],
    ["accounts", "/accounts", "tbody tr"],
    ["account", "/account", "main form"],
  ] as const) {
    await page.goto(`${url}${path}`);
    await page.locator(ready).first().waitFor();
    await shoot(page, name, as);
  }
  await page.close();
  const viewer = await browser.newPage({ viewport: { width, height: 900 } });
  await open(viewer, `${url}/sign-in`, as);
  await signIn(viewer, url, VIEWER, `/w/${WORKSPACE}/members`);
  await shoot(viewer, "viewer-members", as);
  await viewer.goto(`${url}/w/${WORKSPACE}/segments`);
  await viewer.locator("main h1").waitFor();
  await shoot(viewer, "viewer-segments", as);
  await viewer.close();
}
