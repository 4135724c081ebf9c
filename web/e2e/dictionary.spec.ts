// The data dictionary fills itself from what is sent: names, properties, findings with the way behind them, and what people
// write about names.
import { readFile } from "node:fs/promises";

import type { APIRequestContext, Page } from "@playwright/test";
import { expect, test } from "@playwright/test";

import { SHOP, addSource, event, send } from "./live";
import type { Running } from "./server";
import { startEmpty } from "./server";
import { LANGUAGES, TEXTS, THEME_OF, open, tabTo } from "./story";
import { check, withAxe } from "./wcag";

let server: Running;
test.beforeEach(async ({ request }) => {
  server = await startEmpty(SHOP);
  await fill(request);
});
test.afterEach(() => server.stop());

const at = (path: string) => `${server.url}/w/${SHOP}/${path}`;

/** Carts and purchases, some of them odd, and one message that is none. */
async function fill(request: APIRequestContext): Promise<void> {
  const key = await addSource(request, server.url, "web", "Web");
  const messages: object[] = Array.from({ length: 24 }, (_, n) =>
    event("order_paid", `member-${n}`, {
      amount: n,
      platform: n % 2 ? "ios" : "android",
      props: { plan: n === 7 ? 7 : "gold", ...(n === 9 ? {} : { coupon: "SPRING" }) },
      traits: { phone: "13800138000" },
    }),
  );
  messages.push(event("cart", "member-1", { items: [{ sku: "A-1" }, { sku: "A-2" }] }), event("order_paid", "member-2", { amount: "a lot" }));
  for (const message of messages) await send(request, server.url, key, message);
}

const rowOf = (page: Page, name: string) => page.locator("tbody tr").filter({ hasText: name });

for (const language of LANGUAGES) {
  test(`what is sent is listed, judged, and opens to the events behind it (${language})`, async ({ page }) => {
    const t = TEXTS[language];
    await open(page, at("sources"), { language, theme: "light" });
    await page.getByRole("link", { name: t["nav.dictionary"] }).click();
    await expect(rowOf(page, "order_paid")).toContainText("24");
    await expect(rowOf(page, "cart")).toContainText("web");

    // Looked for and put in order, by the keyboard alone.
    await tabTo(page, new RegExp(`^${t["dictionary.count"]}`));
    await page.keyboard.press("Enter");
    await expect(page.locator("th[aria-sort=descending]")).toHaveText(new RegExp(t["dictionary.count"]));
    await expect(page.locator("tbody th").first()).toContainText("order_paid");
    await page.keyboard.press("Enter");
    await expect(page.locator("tbody th").first()).toContainText("cart");
    await page.getByRole("searchbox").fill("CAR");
    await expect(page.locator("tbody tr")).toHaveCount(1);
    await expect(page).toHaveURL(/find=CAR/);
    await page.reload();
    await expect(page.locator("tbody tr")).toHaveCount(1);
    await page.getByRole("searchbox").fill("");

    // One event: its properties, and no telephone number among the examples.
    await page.getByRole("link", { name: "order_paid" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toContainText("order_paid");
    await expect(rowOf(page, "props.coupon").last()).toContainText("SPRING");
    await expect(rowOf(page, "traits.phone")).toContainText(t["dictionary.masked"]);
    await expect(page.locator("main")).not.toContainText("13800138000");
    await expect(page.getByRole("img", { name: /24/ })).toBeVisible();
    const saving = page.waitForEvent("download");
    await page.getByRole("button", { name: t["dictionary.csv"] }).click();
    const file = await readFile(await (await saving).path(), "utf8");
    expect(file).toContain("order_paid,props.coupon,,,,,23,24,text,1,exact,SPRING");

    // From a finding to the events that made it one.
    const drift = rowOf(page, t["quality.rule.type_drift"]);
    await expect(drift).toContainText(t["dictionary.type.number"]);
    await drift.getByRole("link", { name: t["quality.toEvents"] }).click();
    await page.locator(".cell .button-primary").first().click();
    await expect(page.locator(".cell-rows tbody tr")).toHaveCount(1);
    await expect(page.locator(".cell-rows")).toContainText('"plan":7');

    await page.goto(at("dictionary?show=quality"));
    await expect(rowOf(page, t["quality.rule.missing"])).toContainText("props.coupon");
    await expect(rowOf(page, t["silence.unknown"])).toContainText("web");
    await page.getByRole("link", { name: t["quality.toRejections"] }).click();
    await expect(page).toHaveURL(/\/rejections\?source=web/);
  });
}

for (const language of LANGUAGES) {
  test(`what people write about a name is kept, found and acted upon (${language})`, async ({ page }) => {
    const t = TEXTS[language];
    await open(page, at("dictionary/order_paid"), { language, theme: "light" });
    await page.getByRole("button", { name: t["dictionary.describe"], exact: true }).click();
    const form = page.getByRole("dialog");
    await form.getByLabel(t["dictionary.title"]).fill("Paid");
    await form.getByLabel(t["dictionary.owner"]).fill("Wang Fang");
    await form.getByRole("button", { name: new RegExp(t["dictionary.status"]) }).click();
    await page.getByRole("option", { name: new RegExp(t["dictionary.status.deprecated"]) }).click();
    await form.getByRole("button", { name: t["form.save"] }).click();
    await expect(page.getByRole("heading", { level: 1 })).toContainText("Paid");
    await expect(page.locator(".page-head")).toContainText(t["dictionary.status.deprecated"]);
    await page.getByRole("button", { name: t["dictionary.describe"], exact: true }).click();
    await expect(form.getByText(t["dictionary.version"].split("{{n}}")[0] + "1")).toBeVisible();
    await page.keyboard.press("Escape");

    await page.goto(at("dictionary?find=wang"));
    await expect(page.locator("tbody tr")).toHaveCount(1);
    await expect(page.locator("tbody tr")).toContainText("Paid");
    // A property that is hidden is not judged any more.
    await page.goto(at("dictionary?show=properties&find=plan"));
    await expect(rowOf(page, "props.plan")).toContainText(t["dictionary.drift"]);
    await page.getByRole("button", { name: t["dictionary.describeOf"].replace("{{name}}", "props.plan") }).click();
    await form.getByRole("button", { name: new RegExp(t["dictionary.status"]) }).click();
    await page.getByRole("option", { name: new RegExp(t["dictionary.status.hidden"]) }).click();
    await form.getByRole("button", { name: t["form.save"] }).click();
    await expect(form).toHaveCount(0);
    await page.goto(at("dictionary?show=quality"));
    await expect(rowOf(page, t["quality.rule.missing"])).toHaveCount(1);
    await expect(rowOf(page, t["quality.rule.type_drift"])).toHaveCount(0);
  });
}

test("an empty workspace says what will stand here", async ({ page }) => {
  const empty = await startEmpty("bare");
  try {
    const t = TEXTS["zh-CN"];
    await open(page, `${empty.url}/w/bare/dictionary`, { language: "zh-CN", theme: "dark" });
    await expect(page.getByText(t["dictionary.emptyHow"])).toBeVisible();
    await page.getByRole("link", { name: t["dictionary.toSources"] }).click();
    await expect(page).toHaveURL(/\/sources$/);
  } finally {
    await empty.stop();
  }
});

for (const language of LANGUAGES) {
  const theme = THEME_OF[language];
  test(`the dictionary is accessible ${language} ${theme}`, async ({ page }) => {
    const t = TEXTS[language];
    await withAxe({ page });
    await open(page, at("dictionary"), { language, theme });
    await rowOf(page, "order_paid").waitFor();
    await check(page, "events");
    for (const show of ["properties", "quality"]) {
      await page.goto(at(`dictionary?show=${show}`));
      await page.locator("tbody tr").first().waitFor();
      await check(page, show);
    }
    await page.goto(at("dictionary/order_paid"));
    await page.locator("svg.picture").waitFor();
    await page.locator("summary").click();
    await check(page, "event");
    await page.getByRole("button", { name: t["dictionary.describe"], exact: true }).click();
    await page.getByRole("dialog").waitFor();
    await check(page, "note");
  });
}
