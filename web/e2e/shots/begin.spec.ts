// Pictures of how one begins: the first run, a source and what it sends, a file brought in step by step, and a customer whose
// events arrive while one looks.
import { join } from "node:path";

import type { APIRequestContext, Page } from "@playwright/test";
import { expect, test } from "@playwright/test";

import type { CustomerListing } from "../../src/api/types";
import { SHOP, addKey, addSource, event, send } from "../live";
import type { Running } from "../server";
import { startEmpty } from "../server";
import { LANGUAGES, TEXTS, THEMES, open } from "../story";
import type { Look } from "../story";

const FOLDER = process.env["SHOTS_DIR"] ?? "shots";
const SENT = 120;

async function shoot(page: Page, name: string, { language, theme }: Look): Promise<void> {
  await page.waitForLoadState("load");
  await page.screenshot({ path: join(FOLDER, `begin-${name}-${page.viewportSize()?.width}-${language}-${theme}.png`), fullPage: true, animations: "disabled" });
}

async function importing(page: Page, at: string, look: Look): Promise<void> {
  const t = TEXTS[look.language];
  const rows = Array.from({ length: 60 }, (_, n) => (n === 3 ? "昨天,M3,1,x" : `2026/03/${String((n % 28) + 1).padStart(2, "0")} 10:${String(n % 60).padStart(2, "0")},M${n % 20},${n}.5,备注 ${n}`));
  await open(page, `${at}/imports`, look);
  await page.locator(".drop-zone").waitFor();
  await shoot(page, "import-file", look);
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: t["importing.pick"] }).click();
  // Each look has a file of its own: one that was imported before is known.
  await (await chooser).setFiles({ name: `三月订单-${look.language}-${look.theme}-${page.viewportSize()?.width}.csv`, mimeType: "text/csv", buffer: Buffer.from(`下单时间,会员号,金额,备注\n${rows.join("\n")}\n`) });
  await page.locator(".column-table tbody tr").first().waitFor();
  await shoot(page, "import-columns", look);
  await page.getByLabel(t["importing.channel"]).fill("store");
  const name = page.getByLabel(t["importing.event"]);
  if (await name.isVisible()) await name.fill("下单");
  await page.getByRole("button", { name: t["importing.try"], exact: true }).click();
  await page.locator(".trial-sum").waitFor();
  await shoot(page, "import-trial", look);
  await page.locator(".form-actions, .wizard-actions, main").getByRole("button", { name: new RegExp(`^${t["importing.start"].split("{{n}}")[0]}`) }).first().click();
  await page.locator(".import-facts").waitFor();
  await shoot(page, "import-done", look);
}

async function arriving(page: Page, request: APIRequestContext, { url }: Running, key: string, look: Look): Promise<void> {
  const found = (await (await request.get(`${url}/v1/workspaces/${SHOP}/customers/search`, { params: { value: "member-0" } })).json()) as CustomerListing;
  await open(page, `${url}/w/${SHOP}/customers/${found.items[0]?.customer}`, look);
  await expect(page.getByText(TEXTS[look.language]["customer.live.open"])).toBeVisible();
  await page.evaluate(() => window.scrollTo(0, 1600));
  await expect(page.locator(".timeline .event").first()).not.toHaveAttribute("aria-posinset", "1");
  await send(request, url, key, event("order_paid", "member-0", { amount: 99 }));
  await page.locator(".timeline-news button").waitFor();
  await page.screenshot({ path: join(FOLDER, `begin-customer-${page.viewportSize()?.width}-${look.language}-${look.theme}.png`), animations: "disabled" });
}

test("from nothing to the first events", async ({ browser, request }) => {
  test.setTimeout(900_000);
  for (const language of LANGUAGES) {
    const server = await startEmpty(SHOP);
    const at = `${server.url}/w/${SHOP}`;
    const each = async (draw: (page: Page, look: Look) => Promise<void>) => {
      for (const theme of THEMES) {
        for (const width of theme === "light" ? [1440, 390] : [1440]) {
          const page = await browser.newPage({ viewport: { width, height: 900 }, reducedMotion: "reduce" });
          await draw(page, { language, theme });
          await page.close();
        }
      }
    };
    await each(async (page, look) => {
      for (const [name, path] of [["first-run", ""], ["no-sources", "/sources"], ["no-events", "/live"], ["no-customers", "/customers"], ["no-dictionary", "/dictionary"], ["no-pains", "/pains"], ["no-proposals", "/proposals"], ["no-changes", "/changes"], ["no-segments", "/segments"], ["no-sites", "/sites"]] as const) {
        await open(page, `${at}${path}`, look);
        await page.waitForLoadState("networkidle", { timeout: 2000 }).catch(() => undefined);
        await shoot(page, name, look);
      }
    });
    const key = await addSource(request, server.url, "web-shop", "Web shop", ["https://shop.example.com"]);
    await addKey(request, server.url, "web-shop", "public");
    const life = Array.from({ length: SENT }, (_, nth) => event(nth % 7 === 0 ? "order_paid" : "page_view", `member-${nth % 3 === 0 ? 1 : 0}`, { time: new Date(Date.UTC(2026, 0, 1 + Math.floor(nth / 20), 8, nth)).toISOString(), channel: nth % 5 === 0 ? "app" : "web", amount: nth }));
    await send(request, server.url, key, { events: life });
    await send(request, server.url, key, { time: new Date().toISOString(), identifiers: { user_id: "nameless" } });
    await each(async (page, look) => {
      await open(page, `${at}/sources/web-shop`, look);
      await page.locator(".set-up .code").first().waitFor();
      await shoot(page, "source", look);
      await open(page, `${at}/keys`, look);
      await page.locator("tbody tr").first().waitFor();
      await shoot(page, "keys", look);
      await open(page, `${at}/live`, look);
      await page.locator(".live-table tbody tr").first().waitFor();
      await shoot(page, "live", look);
      await open(page, `${at}/rejections`, look);
      await page.locator("tbody tr").first().waitFor();
      await shoot(page, "rejections", look);
      await arriving(page, request, server, key, look);
      await importing(page, at, look);
    });
    await server.stop();
  }
});
