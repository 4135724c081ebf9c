// On a telephone: pains and a customer are worked with, nothing makes the page wider than it is, and whatever is pressed is large
// enough. (The overview has its own story.) And at 200 % zoom, every main page stands within its window.
import type { Page } from "@playwright/test";
import { expect, test } from "@playwright/test";

import type { CustomerListing } from "../src/api/types";
import { JOURNEY, LANGUAGES, MAP, TEXTS, THEME_OF, WORKSPACE, knownPains, open, painReady, sentenceIn } from "./story";
import { check, withAxe } from "./wcag";

/** WCAG 2.2, 2.5.8. */
const TARGET_PX = 24;
const TELEPHONE = { width: 390, height: 844 };
/** What is left of 1440 × 900 at twice the size. */
const ZOOMED = { width: 720, height: 450 };

async function staysWithin(page: Page, what: string): Promise<void> {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(over, what).toBeLessThanOrEqual(0);
}

/** Buttons, tabs and what unfolds, as far as they are drawn; selects behind our own are not. */
async function smallTargets(page: Page): Promise<string[]> {
  return page.locator("main :is(button, a.button, summary, [role=tab])").evaluateAll(
    (all, least) =>
      all.flatMap((each) => {
        const { width, height } = each.getBoundingClientRect();
        return each.checkVisibility() && width > 0 && Math.min(width, height) < least - 0.5 ? [`${Math.round(width)} × ${Math.round(height)}: ${each.textContent}`] : [];
      }),
    TARGET_PX,
  );
}

for (const language of LANGUAGES) {
  const t = TEXTS[language];
  const look = { language, theme: THEME_OF[language] } as const;

  test(`${language}: pains are worked with on a telephone`, async ({ page, request }) => {
    await withAxe({ page });
    const [first] = await knownPains(request);
    const sentence = sentenceIn(first?.pain.sentence, language);
    await page.setViewportSize(TELEPHONE);
    await open(page, `/w/${WORKSPACE}/pains?status=all`, look);
    const link = page.getByRole("link", { name: sentence }).first();
    await expect(link).toBeVisible();
    await check(page, "pains");
    await staysWithin(page, "pains");
    expect(await smallTargets(page)).toEqual([]);
    await link.click();
    await painReady(page);
    await expect(page.getByRole("heading", { level: 1 })).toContainText(sentence);
    await check(page, "a pain");
    await staysWithin(page, "a pain");
    expect(await smallTargets(page)).toEqual([]);
    await page.goBack();
    await expect(link).toBeVisible();
  });

  test(`${language}: a customer is looked up and gone through on a telephone`, async ({ page, request }) => {
    await withAxe({ page });
    const all = await request.get(`/v1/workspaces/${WORKSPACE}/customers/all`, { params: { sort: "events", limit: "1" } });
    const [most] = ((await all.json()) as CustomerListing).items;
    await page.setViewportSize(TELEPHONE);
    await open(page, `/w/${WORKSPACE}/customers`, look);
    await page.getByLabel(t["customers.value"], { exact: true }).fill(most?.identifiers[0]?.value ?? "");
    await page.keyboard.press("Enter");
    await staysWithin(page, "customers");
    await page.locator(`main a[href*="/customers/${most?.customer}"]`).first().click();
    const head = page.locator(".session-head button").first();
    await expect(head).toBeEnabled();
    await check(page, "a customer");
    await staysWithin(page, "a customer");
    expect(await smallTargets(page)).toEqual([]);
    await head.click();
    await expect(head).toHaveAttribute("aria-expanded", "false");
    await page.getByRole("slider", { name: t["customer.strip"] }).focus();
    await page.keyboard.press("Home");
    await expect(page.locator(".timeline .event").last()).toHaveAttribute("aria-posinset", String(most?.events));
    await staysWithin(page, "the oldest of a customer");
  });
}

test("at 200 % zoom every main page stands within its window", async ({ page, request }) => {
  const [pain] = await knownPains(request);
  const [customer] = ((await (await request.get(`/v1/workspaces/${WORKSPACE}/customers/all`, { params: { limit: "1" } })).json()) as CustomerListing).items;
  const pages = ["", "/live", "/sources", "/imports", "/rejections", "/dictionary", "/traffic", "/customers", `/customers/${customer?.customer}`, "/segments", "/new-segment", "/personas", "/identity", "/journeys", "/pains", `/pains/${pain?.pain.key}`, "/analyses", "/proposals", "/changes", "/members", "/keys", "/audit"];
  await page.setViewportSize(ZOOMED);
  await open(page, "/kit", { language: "en", theme: "dark" });
  for (const path of [...pages.map((each) => `/w/${WORKSPACE}${each}`), MAP, `/w/${WORKSPACE}/journeys/${JOURNEY}/edit`, "/w/floor/sites", "/w/floor/sites/west-lake", "/system", "/account", "/new-workspace"]) {
    const before = await page.title();
    // Within the app, which is quicker than to load it for each.
    await page.evaluate((to) => history.pushState({}, "", to), path);
    await expect(page).not.toHaveTitle(before);
    await expect(page.locator("main h1").first()).toBeVisible();
    await expect(page.locator("main .skeleton")).toHaveCount(0);
    await staysWithin(page, path);
    await expect(page.locator(".sidebar").getByRole("button", { name: TEXTS.en["shell.menu"], exact: true })).toBeVisible();
  }
});
