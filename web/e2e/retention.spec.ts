// Retention, lifecycle, stickiness and survival on a real online shop's clicks. Golden numbers are those the server's own
// tests compare with pandas, DuckDB and lifelines; the rest is compared with the API.
import { readFile } from "node:fs/promises";

import type { APIRequestContext, Locator, Page } from "@playwright/test";
import { expect, test } from "@playwright/test";

import type { LifecycleAnswer, RetentionAnswer, StickinessAnswer, SurvivalAnswer } from "../src/api/types";
import { LANGUAGES, TEXTS, THEME_OF, WORKSPACE, filled, open, tabTo } from "./story";
import type { Language } from "./story";
import type { LookedAt } from "./wcag";
import { checkAll, withAxe } from "./wcag";

const at = (kind: string, view?: object) => `/w/${WORKSPACE}/analyses/${kind}${view ? `?view=${encodeURIComponent(JSON.stringify({ v: 1, ...view }))}` : ""}`;
const viewOf = (page: Page) => JSON.parse(new URL(page.url()).searchParams.get("view") ?? "null");
const whole = (n: number, language: Language = "en") => new Intl.NumberFormat(language).format(n);
const percent = (share: number | null | undefined) => `${((share ?? 0) * 100).toFixed(1)}%`;
/** The number of a button, without what it is read out as being of. */
const shown = async (buttons: Locator) => (await buttons.allTextContents()).map((text) => text.split(": ").at(-1));
const PURCHASE = [{ event: ["purchase"] }];

async function ask<Answer>(request: APIRequestContext, kind: string, question: object): Promise<Answer> {
  const answer = await request.post(`/v1/workspaces/${WORKSPACE}/${kind}`, { data: { scope: { zone: "UTC" }, ...question } });
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as Answer;
}

async function answered(page: Page): Promise<void> {
  await expect(page.locator(".analysis-body").first()).toBeVisible();
  await expect(page.locator(".analysis-body.stale")).toHaveCount(0);
}

/** Opens the people behind the number in the drawer and returns how many are said to be there. */
async function people(page: Page, language: Language): Promise<string> {
  const drawer = page.getByRole("dialog");
  await drawer.getByRole("tab", { name: TEXTS[language]["explain.customers"] }).click();
  await expect(drawer.locator(".people a").first()).toBeVisible();
  return (await drawer.locator(".explain-people").textContent()) ?? "";
}

/** By month: of all cohorts, those who come back in the months after (pandas, DuckDB). */
const BY_MONTH = ["100.0%", "80.9%", "73.1%", "66.3%", "61.9%"];

for (const language of LANGUAGES) {
  test(`retention is set by hand, has the golden numbers, and opens to its people (${language})`, async ({ page, request }) => {
    const t = TEXTS[language];
    await open(page, at("funnel"), { language, theme: "light" });
    await page.getByRole("navigation", { name: t["analysis.kinds"] }).getByRole("link", { name: t["analysis.retention"] }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(t["analysis.retention"]);
    await page.getByRole("button", { name: new RegExp(`${t["retention.unit"]}$`) }).click();
    await page.getByRole("option", { name: t["calendar.month"], exact: true }).click();
    await expect.poll(() => viewOf(page)).toEqual({ v: 1, calendar: "month" });
    await answered(page);
    const all = page.locator(".cohorts-all .heat-cell button");
    await expect.poll(() => shown(all)).toEqual(BY_MONTH);
    await expect(page.locator(".finding")).toContainText("80.9%");

    const { cohorts } = await ask<RetentionAnswer>(request, "retention", { unit: "month" });
    for (const [index, cohort] of cohorts.entries()) {
      const row = page.locator(".cohorts tbody tr").nth(index + 1);
      expect(await shown(row.locator(".numeric button"))).toEqual([whole(cohort.started.instances, language)]);
      expect(await shown(row.locator(".heat-cell button"))).toEqual(cohort.cells.map(({ share, complete }) => `${percent(share.share)}${complete ? "" : "*"}`));
      await expect(row.locator(".heat-open")).toHaveCount(cohort.cells.filter(({ complete }) => !complete).length);
    }
    // January's third month: as many people as it counts.
    await page.locator(".cohorts tbody tr").nth(1).locator(".heat-cell button").nth(3).click();
    await expect(page.locator(".explain-value")).toHaveText(percent(cohorts[0]?.cells[3]?.share.share));
    expect(await people(page, language)).toContain(whole(cohorts[0]?.cells[3]?.returned.customers ?? -1, language));
  });
}

test("retention of a start and a return, its brackets and counts, come back from a link", async ({ page, request }) => {
  const t = TEXTS.en;
  await open(page, at("retention"), { language: "en", theme: "light" });
  for (const [label, event] of [[t["retention.start"], "product_view"], [t["retention.back"], "purchase"]] as const) {
    await page.getByRole("button", { name: new RegExp(`^${label}: `) }).click();
    await page.getByRole("searchbox", { name: t["rule.seekEvent"] }).fill(event);
    await page.getByRole("button", { name: event, exact: true }).click();
    await page.keyboard.press("Escape");
  }
  await page.getByRole("button", { name: new RegExp(`${t["retention.unit"]}$`) }).click();
  await page.getByRole("option", { name: t["calendar.day"], exact: true }).click();
  await page.getByRole("button", { name: new RegExp(`${t["retention.reading"]}$`) }).click();
  await page.getByRole("option", { name: new RegExp(`^${t["retention.reading.brackets"]}`) }).click();
  const brackets = page.getByRole("textbox", { name: t["retention.brackets"] });
  await brackets.fill("7-1");
  await brackets.press("Enter");
  await expect(page.getByText(t["retention.bracketsHow"])).toBeVisible();
  await brackets.fill("0, 1-7, 8-30");
  await brackets.press("Enter");
  await expect(page.getByText(t["retention.bracketsHow"])).toHaveCount(0);
  await page.getByRole("radio", { name: t["retention.cells.count"] }).click();
  const view = { v: 1, start: [{ event: ["product_view"] }], back: PURCHASE, calendar: "day", reading: "brackets", brackets: [{ from: 0, to: 0 }, { from: 1, to: 7 }, { from: 8, to: 30 }], cells: "count" };
  await expect.poll(() => viewOf(page)).toEqual(view);
  await answered(page);
  const { total } = await ask<RetentionAnswer>(request, "retention", { unit: "day", start: view.start, return: PURCHASE, brackets: view.brackets });
  const all = page.locator(".cohorts-all .heat-cell button");
  await expect.poll(() => shown(all)).toEqual(total.map(({ returned }) => whole(returned.instances)));

  await page.getByRole("button", { name: t["link.copy"] }).click();
  await expect(page.locator(".link-said")).toHaveText(t["link.copied"]);
  await page.goto(await page.evaluate(() => navigator.clipboard.readText()));
  await answered(page);
  expect(viewOf(page)).toEqual(view);
});

test("cohorts are walked with arrow keys and opened with Enter; the curve reads its points", async ({ page }) => {
  const t = TEXTS.en;
  await open(page, at("retention", { calendar: "month" }), { language: "en", theme: "light" });
  await answered(page);
  const curve = page.locator("svg.lines-picture");
  await tabTo(page, new RegExp(`^${t["retention.curve"]}:`));
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(page.locator(".lines .flow-read")).toContainText("Month 1 · 80.9% (77.4%–84.0%)");
  await page.keyboard.press("Enter");
  await expect(page.locator(".explain-value")).toHaveText("80.9%");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(curve).toBeFocused();
  const focused = page.locator(".cohorts button:focus");
  await tabTo(page, new RegExp(`^${t["retention.started"]}: 600`));
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  await expect(focused).toHaveText(/^Jan 2024 · Month 1: 71\.4%$/);
  await page.keyboard.press("End");
  await expect(focused).toHaveText(/^Jan 2024 · Month 5: .*\*$/);
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toContainText(t["define.retention.started"]);
  await page.keyboard.press("Escape");
  // Tab leads out of the table: one number takes the focus at a time.
  expect(await page.locator('.cohorts button[tabindex="0"]').count()).toBe(1);
});

test("retention by a dimension adds up, and goes into a file", async ({ page, request }) => {
  const t = TEXTS.en;
  const by = { dimension: "platform", at: "first", top: 2 };
  const answer = await ask<RetentionAnswer>(request, "retention", { unit: "month", scope: { zone: "UTC", by } });
  const sizes = (answer.groups ?? []).map(({ started }) => started.instances);
  expect(sizes.reduce((sum, n) => sum + n, 0)).toBe(answer.started.instances);
  await open(page, at("retention", { calendar: "month", by }), { language: "en", theme: "light" });
  await answered(page);
  await expect(page.locator(".lines-legend li")).toHaveText([t["groups.all"], "desktop", "mobile", t["groups.other"]]);
  await page.getByRole("button", { name: new RegExp(`${t["groups.shown"]}$`) }).click();
  await page.getByRole("option", { name: /^desktop/ }).click();
  await expect.poll(() => shown(page.locator(".cohorts-all .numeric button").first())).toEqual([whole(sizes[0] ?? -1)]);
  await page.getByRole("button", { name: t["export.title"] }).click();
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: new RegExp(`^${t["retention.curve"]}`) }).click()]);
  const lines = (await readFile(await file.path(), "utf8")).trim().split("\r\n").slice(1).map((line) => line.split(","));
  const expected = [answer, ...(answer.groups ?? [])].flatMap(({ total }) => total.map(({ returned, share }) => [String(returned.instances), String(share.of)]));
  expect(lines.map((cells) => cells.slice(2, 4))).toEqual(expected);
  await page.getByRole("button", { name: t["export.title"] }).click();
  const [picture] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: "PNG" }).click()]);
  expect((await readFile(await picture.path())).subarray(1, 4).toString()).toBe("PNG");
});

for (const language of LANGUAGES) {
  test(`lifecycle has the golden numbers, its parts are walked and opened (${language})`, async ({ page, request }) => {
    const t = TEXTS[language];
    const part = (month: string, of: "new" | "retained" | "dormant", count: number) => {
      const period = new Intl.DateTimeFormat(language, { year: "numeric", month: language === "en" ? "short" : "long", timeZone: "UTC" }).format(new Date(`2024-0${month}-01`));
      return new RegExp(`^${filled(t["lifecycle.partText"], { period, part: t[`lifecycle.${of}`], count })}`);
    };
    await open(page, at("lifecycle", { calendar: "month" }), { language, theme: "dark" });
    await answered(page);
    // May 2024, the last month that has ended.
    const sentence = page.locator(".finding");
    await expect(sentence).toContainText(filled(t["count.customers_other"], { n: 468 }));
    for (const n of ["62", "354", "52", "99", "1.15"]) await expect(sentence).toContainText(n);
    const { periods } = await ask<LifecycleAnswer>(request, "lifecycle", { unit: "month" });
    for (const { active, new: fresh, retained, resurrected } of periods) expect(active.instances).toBe(fresh.instances + retained.instances + resurrected.instances);
    const rows = page.locator("table tbody tr");
    for (const [index, key] of (["active", "new", "retained", "resurrected", "dormant"] as const).entries()) {
      expect(await shown(rows.nth(index).locator("button"))).toEqual(periods.slice(-6).map((period) => whole(period[key].instances)));
    }
    await tabTo(page, part("1", "new", 63));
    await page.keyboard.press("ArrowRight");
    const focused = page.locator(".stacked-part:focus");
    await expect(focused).toHaveAttribute("aria-label", part("2", "new", 124));
    await page.keyboard.press("ArrowDown");
    await expect(focused).toHaveAttribute("aria-label", part("2", "retained", 45));
    await page.keyboard.press("ArrowDown");
    await expect(focused).toHaveAttribute("aria-label", part("2", "dormant", 18));
    await page.keyboard.press("Enter");
    await expect(page.locator(".explain-value")).toHaveText("18");
    expect(await people(page, language)).toContain("18");
    await page.keyboard.press("Escape");
    // Who was active before the period counts all the same: nobody is new for that alone.
    await open(page, at("lifecycle", { calendar: "month", period: { kind: "fixed", from: "2024-03-01", to: "2024-03-31" } }), { language, theme: "dark" });
    await answered(page);
    await expect(rows.nth(1).locator("button")).toHaveText([/[:：] ?181$/]);
    await expect(page.locator(".scope").first()).toContainText(t["scope.over"]);
  });
}

for (const language of LANGUAGES) {
  test(`stickiness has the golden numbers, by month and by day (${language})`, async ({ page, request }) => {
    const t = TEXTS[language];
    const answer = await ask<StickinessAnswer>(request, "stickiness", {});
    await open(page, at("stickiness"), { language, theme: "light" });
    await answered(page);
    await expect(page.locator(".finding")).toContainText("32.48");
    const numbers = page.locator(".facts .total-number");
    expect((await numbers.allTextContents()).map((text) => text.split(": ").at(-1))).toEqual(["6.9%", "468", "32.48", "2.15"]);
    // At least so many days in May.
    const least = page.locator(".label-bars .numeric > button");
    expect(await shown(least)).toEqual(["468", "282", "160", "72", "21", "4"]);
    await least.nth(1).click();
    expect(await people(page, language)).toContain("282");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: t["stickiness.at"].split("{{per}}")[0] ?? "" }).click();
    await page.getByRole("option", { name: language === "en" ? "Apr 2024" : "2024年4月" }).click();
    await expect.poll(() => viewOf(page)).toEqual({ v: 1, at: "2024-04-01" });
    await expect(numbers.nth(1)).toContainText("453");
    await page.getByRole("radio", { name: t["show.table"] }).click();
    const periods = page.locator("section").filter({ has: page.getByRole("heading", { name: t["stickiness.periods"] }) });
    await expect.poll(() => shown(periods.locator("tbody tr td:nth-child(2) button"))).toEqual(answer.periods.map(({ active }) => whole(active.instances)));
  });
}

for (const language of LANGUAGES) {
  test(`survival has the golden curve, groups are compared, and what is at risk opens (${language})`, async ({ page, request }) => {
    const t = TEXTS[language];
    await open(page, at("survival"), { language, theme: "light" });
    await expect(page.getByText(t["survival.incomplete"])).toBeVisible();
    await page.getByRole("button", { name: new RegExp(`^${t["survival.end"]}[:：]`) }).click();
    await page.getByRole("searchbox", { name: t["rule.seekEvent"] }).fill("purchase");
    await page.getByRole("button", { name: "purchase", exact: true }).click();
    await page.keyboard.press("Escape");
    await expect.poll(() => viewOf(page)).toEqual({ v: 1, end: PURCHASE });
    await answered(page);
    const sentence = page.locator(".finding");
    for (const text of [filled(t["count.customers_other"], { n: 600 }), "328", "272", "90.1", "77", "97.1"]) await expect(sentence).toContainText(text);
    const by = { dimension: "platform", at: "first", top: 2 };
    const answer = await ask<SurvivalAnswer>(request, "survival", { end: PURCHASE, scope: { zone: "UTC", by } });
    await open(page, at("survival", { end: PURCHASE, by }), { language, theme: "light" });
    await answered(page);
    await expect(sentence).toContainText("χ² = 7.48");
    const rows = page.locator("table tbody tr");
    const curves = [answer, ...(answer.groups ?? [])].flatMap((each) => each.curves);
    await expect(rows).toHaveCount(curves.length);
    for (const [index, curve] of curves.entries()) {
      const texts = await shown(rows.nth(index).locator("button"));
      expect(texts.slice(0, 2)).toEqual([whole(curve.started.instances), whole(curve.ended.instances)]);
      expect(texts.slice(3)).toEqual(curve.at.flatMap(({ survival, at_risk }) => [percent(survival), whole(at_risk.instances)]));
    }
    const risk = curves[1]?.at[0]?.at_risk.customers ?? -1;
    await rows.nth(1).locator("button").nth(4).click();
    expect(await people(page, language)).toContain(whole(risk));
  });
}

/** Each page as it is looked at, and as its tables. */
const LOOKED_AT: LookedAt[] = [
  { name: "retention", path: at("retention", { by: { dimension: "platform", at: "first", top: 3 } }), ready: ".cohorts" },
  { name: "retention, counts", path: at("retention", { calendar: "month", cells: "count", reading: "on_or_after" }), ready: ".cohorts" },
  { name: "retention as tables", path: at("retention", { calendar: "month", show: "table" }), ready: "tbody tr" },
  { name: "lifecycle", path: at("lifecycle"), ready: ".stacked-part" },
  { name: "lifecycle as a table", path: at("lifecycle", { show: "table" }), ready: "tbody tr" },
  { name: "stickiness", path: at("stickiness"), ready: ".label-bars" },
  { name: "stickiness as tables", path: at("stickiness", { show: "table" }), ready: "tbody tr" },
  { name: "survival without an end", path: at("survival"), ready: ".empty" },
  { name: "survival", path: at("survival", { end: PURCHASE, by: { dimension: "platform", at: "first", top: 3 }, groups: [{ name: "Promotion", match: [{ event: ["promo_page"] }] }] }), ready: "svg.lines-picture" },
  { name: "survival as tables", path: at("survival", { end: PURCHASE, show: "table" }), ready: "tbody tr" },
];

for (const language of LANGUAGES) {
  const theme = THEME_OF[language];
  test(`what stands over the calendar is fit for everybody (${language}, ${theme})`, async ({ page }) => {
    // Many pages, each looked through whole.
    test.setTimeout(240_000);
    await withAxe({ page });
    await checkAll(page, LOOKED_AT, { language, theme });
  });
}
