// Pictures of signing in by a provider and of a member who is limited to stores, to be looked at.
import { join } from "node:path";

import type { Browser, Page } from "@playwright/test";
import { test } from "@playwright/test";

import { PROVIDER_NAME, startProvider } from "../provider";
import { OWNER, VIEWER, fill, inside, secured, submit } from "../secured";
import { JOURNEY, SHOPS, THEIRS, fillShops, inviteLimited } from "../shops";
import { LANGUAGES, TEXTS, THEMES, open } from "../story";
import type { Look } from "../story";

const FOLDER = process.env["SHOTS_DIR"] ?? "shots";

async function shoot(page: Page, name: string, { language, theme }: Look): Promise<void> {
  await page.waitForLoadState("networkidle");
  await page.screenshot({ path: join(FOLDER, `stores-${name}-${language}-${theme}.png`), fullPage: true });
}

test("a provider and limits to stores", async ({ browser }) => {
  test.setTimeout(600_000);
  const provider = await startProvider({});
  const server = await secured(["--config", provider.config]);
  provider.serves(server.url);
  const owner = await browser.newPage();
  await open(owner, server.setup, { language: "zh-CN", theme: "light" });
  await fill(owner, OWNER);
  await submit(owner);
  await inside(owner);
  await fillShops(owner, server.url);
  const invitation = await inviteLimited(owner, server.url, "zh-CN");
  for (const language of LANGUAGES) for (const theme of THEMES) await inFront(browser, server.url, invitation, { language, theme });
  const member = await browser.newPage();
  await member.goto(invitation);
  await fill(member, { name: VIEWER.name, password: VIEWER.password });
  await submit(member);
  await inside(member);
  for (const language of LANGUAGES) for (const theme of THEMES) await within(owner, member, server.url, { language, theme });
  await server.stop();
  await provider.stop();
});

async function inFront(browser: Browser, url: string, invitation: string, look: Look): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await open(page, `${url}/sign-in`, look);
  await shoot(page, "sign-in", look);
  await page.goto(`${url}/sign-in/provider?state=x&code=y`);
  await page.getByRole("alert").waitFor();
  await shoot(page, "refused", look);
  await page.goto(invitation);
  await page.getByRole("button", { name: TEXTS[look.language]["provider.do"].replace("{{name}}", PROVIDER_NAME) }).waitFor();
  await shoot(page, "invitation", look);
  await page.close();
}

async function within(owner: Page, member: Page, url: string, look: Look): Promise<void> {
  const as = async (page: Page, path: string) => {
    await page.evaluate(
      ([language, theme]) => {
        localStorage.setItem("throughline.language", language);
        localStorage.setItem("throughline.theme", theme);
      },
      [look.language, look.theme] as const,
    );
    await page.goto(`${url}${path}`);
  };
  await as(owner, `/w/${SHOPS}/members`);
  await owner.locator("tbody tr", { hasText: VIEWER.email }).waitFor();
  await owner.locator("form.invite .select-button").last().click();
  await owner.getByRole("option", { name: THEIRS[0] ?? "" }).click();
  await shoot(owner, "members", look);
  await as(member, `/w/${SHOPS}/journeys/${JOURNEY.id}`);
  await member.locator("table.map").first().waitFor();
  await shoot(member, "map", look);
  await as(member, `/w/${SHOPS}/customers?value=m1`);
  await member.locator("main tbody a").first().click();
  await member.waitForURL(/\/customers\/-?\d+/);
  await shoot(member, "timeline", look);
  await as(member, `/w/${SHOPS}/pains`);
  await member.getByRole("alert").first().waitFor();
  await shoot(member, "closed", look);
}
