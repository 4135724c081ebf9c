// The page of a customer is live: what arrives for them is there without reloading, and takes nobody's place away.
import type { APIRequestContext, Page } from "@playwright/test";
import { expect, test } from "@playwright/test";

import type { CustomerListing } from "../src/api/types";
import { SHOP, addSource, event, send } from "./live";
import type { Running } from "./server";
import { startEmpty } from "./server";
import { LANGUAGES, TEXTS, THEME_OF, filled, open } from "./story";
import { check, withAxe } from "./wcag";

/** More than a page of a timeline. */
const BEFORE = 230;

let server: Running;
test.beforeAll(async () => {
  server = await startEmpty(SHOP);
});
test.afterAll(() => server.stop());

/** A customer with a life; the way to send more of it. */
async function withLife(request: APIRequestContext, source: string): Promise<{ path: string; arrives: (name: string, user?: string) => Promise<void> }> {
  const key = await addSource(request, server.url, source, source);
  const user = `member-${source}`;
  const life = Array.from({ length: BEFORE }, (_, nth) => event("page_view", user, { time: new Date(Date.UTC(2026, 0, 1, 8, nth)).toISOString() }));
  expect(await send(request, server.url, key, { events: life })).toBeLessThan(300);
  const found = (await (await request.get(`${server.url}/v1/workspaces/${SHOP}/customers/search`, { params: { value: user } })).json()) as CustomerListing;
  return {
    path: `${server.url}/w/${SHOP}/customers/${found.items[0]?.customer}`,
    arrives: async (name, who = user) => expect(await send(request, server.url, key, event(name, who))).toBeLessThan(300),
  };
}

/** Asks for the newest events of a customer. */
const newestPage = (url: URL) => /\/customers\/\d+$/.test(url.pathname) && url.searchParams.get("skip") === "0";

/** The event in the middle of the window: when it was, and where on the screen it stands. */
function inSight(page: Page): Promise<{ time: string; top: number }> {
  return page.locator(".timeline .event").evaluateAll((rows) => {
    const middle = window.innerHeight / 2;
    const row = rows.find((each) => each.getBoundingClientRect().bottom > middle);
    return { time: row?.querySelector("time")?.getAttribute("datetime") ?? "", top: Math.round(row?.getBoundingClientRect().top ?? Number.NaN) };
  });
}

for (const language of LANGUAGES) {
  test(`${language}: what arrives for a customer is on their page at once, and leaves what is read where it is`, async ({ page, request }) => {
    const t = TEXTS[language];
    await withAxe({ page });
    const { path, arrives } = await withLife(request, `live-${language.toLowerCase()}`);
    await open(page, path, { language, theme: THEME_OF[language] });
    const rows = page.locator(".timeline .event");
    const fact = page.locator(".facts > div").filter({ has: page.getByText(t["customers.events"], { exact: true }) }).locator("dd");
    await expect(page.getByText(t["customer.live.open"])).toBeVisible();
    await expect(rows.first()).toHaveAttribute("aria-setsize", String(BEFORE));

    await arrives("order_paid");
    await expect(rows.first()).toContainText("order_paid");
    await expect(rows.first()).toHaveAttribute("aria-setsize", String(BEFORE + 1));
    await expect(fact).toHaveText(String(BEFORE + 1));
    // A folded session stays folded, with what comes of it.
    const head = page.locator(".session-head").first().getByRole("button");
    await expect(head).toContainText(language === "en" ? "1 event" : filled(t["count.events_other"], { n: 1 }));
    await head.press("Enter");
    await arrives("refund_asked");
    await expect(head).toContainText(filled(t["count.events_other"], { n: 2 }));
    await expect(head).toHaveAttribute("aria-expanded", "false");
    await head.press("Enter");
    await expect(rows.first()).toContainText("refund_asked");

    // Further down, what is read stays where it is, whoever else comes.
    await page.keyboard.press("End");
    await expect(rows.last()).toHaveAttribute("aria-posinset", String(BEFORE + 2));
    await expect(rows.last()).toBeInViewport();
    await page.keyboard.press("PageUp");
    await page.keyboard.press("PageUp");
    await expect(page.locator(`.timeline .event[aria-posinset="${BEFORE + 2}"]`)).not.toBeInViewport();
    await expect(rows.locator(".event-skeleton")).toHaveCount(0);
    // Nothing is still before two looks some time apart have found it where it was.
    let before = { time: "", top: Number.NaN };
    await expect(async () => {
      const now = await inSight(page);
      const still = now.top === before.top && now.time === before.time;
      before = now;
      expect(still && now.time !== "").toBe(true);
    }).toPass();
    await arrives("coupon_used");
    await arrives("elsewhere", "somebody else");
    await arrives("parcel_received");
    const news = page.getByRole("button", { name: filled(t["customer.new"], { events: filled(t["count.events_other"], { n: 2 }) }) });
    await expect(news).toBeVisible();
    await expect(fact).toHaveText(String(BEFORE + 4));
    expect(await inSight(page)).toEqual(before);
    await check(page, "new events");
    await news.press("Enter");
    await expect(rows.first()).toHaveAttribute("aria-posinset", "1");
    await expect(rows.first()).toContainText("parcel_received");
    await expect(rows.first()).toBeInViewport();
    await expect(news).toBeHidden();

    // While the page cannot hear, things happen; heard again, it knows them.
    await page.route("**/live?customer=*", (route) => route.fulfill({ status: 503, body: "" }));
    await page.reload();
    await expect(page.getByText(t["customer.live.lost"])).toBeVisible();
    await arrives("unheard");
    await page.unroute("**/live?customer=*");
    await expect(page.getByText(t["customer.live.open"])).toBeVisible();
    await expect(rows.first()).toContainText("unheard");

    // A look that fails says so, and takes nothing away.
    await page.route(newestPage, (route) => route.fulfill({ status: 503, body: "" }));
    await arrives("unseen");
    await expect(page.getByRole("alert")).toBeVisible();
    await expect(rows.first()).toContainText("unheard");
    await page.unroute(newestPage);
    await page.getByRole("alert").getByRole("button", { name: t["common.retry"] }).click();
    await expect(rows.first()).toContainText("unseen");
  });
}
