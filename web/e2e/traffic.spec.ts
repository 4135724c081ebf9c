// Traffic rules on a real shop's clicks: ordered and written by keyboard, tried, saved, used in an analysis and taken back. Every
// number is compared with what the API says of the same rules.
import type { APIRequestContext, Page } from "@playwright/test";
import { expect, test } from "@playwright/test";

import type { TrafficPreview, TrafficRuleSet, TrafficRules } from "../src/api/types";
import { LANGUAGES, TEXTS, THEME_OF, filled, labelled, open, tabTo } from "./story";
import type { Language } from "./story";
import { check, withAxe } from "./wcag";

const WORKSPACE = "ecom";
const API = `/v1/workspaces/${WORKSPACE}/traffic`;
const PAGE = `/w/${WORKSPACE}/traffic`;
const whole = (n: number, language: Language = "en") => new Intl.NumberFormat(language).format(n);

async function stored(request: APIRequestContext, version?: number): Promise<TrafficRules> {
  const answer = await request.get(API, version === undefined ? {} : { params: { version } });
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as TrafficRules;
}

async function save(request: APIRequestContext, rules: TrafficRuleSet): Promise<void> {
  const answer = await request.put(API, { data: rules });
  expect(answer.ok(), await answer.text()).toBe(true);
}

async function preview(request: APIRequestContext, rules?: TrafficRuleSet): Promise<TrafficPreview> {
  const answer = await request.post(`${API}/preview`, { data: rules ? { rules } : {} });
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as TrafficPreview;
}

test.beforeEach(async ({ request }) => save(request, (await stored(request, 0)).rules));

test.afterAll(async ({ request }) => save(request, (await stored(request, 0)).rules));

async function choose(page: Page, control: ReturnType<Page["getByRole"]>, option: string): Promise<void> {
  await control.click();
  await page.getByRole("option", { name: option, exact: true }).click();
}

for (const language of LANGUAGES) {
  test(`a rule is written, moved, tried, saved, used and taken back (${language})`, async ({ page, request }) => {
    const t = TEXTS[language];
    const standard = await stored(request);
    await open(page, `/w/${WORKSPACE}/sources`, { language, theme: "light" });
    await page.getByRole("link", { name: t["nav.traffic"], exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: t["nav.traffic"] })).toBeVisible();
    const items = page.locator(".traffic-rules > li");
    await expect(items).toHaveCount(standard.rules.rules.length);
    const before = await preview(request);
    await expect(page.locator(".traffic-effect tbody tr").last()).toContainText(whole(before.all.events, language));
    await expect(page.getByText(t["traffic.none"])).toBeVisible();

    // A rule for chats, at the end: the rule for direct visits takes them before it does.
    await page.getByRole("button", { name: t["traffic.add"], exact: true }).click();
    const form = page.locator(".traffic-form");
    await expect(form.getByLabel(t["traffic.name"])).toBeFocused();
    await form.getByLabel(t["traffic.name"]).fill("Chats");
    await choose(page, form.getByRole("button", { name: new RegExp(t["traffic.group"]) }).first(), language === "en" ? "Call Center" : "呼叫中心");
    const row = form.getByRole("group", { name: filled(t["traffic.testN"], { n: 1 }) });
    await choose(page, row.getByRole("button", { name: new RegExp(t["traffic.field"]) }).first(), t["traffic.field.channel"]);
    await row.getByLabel(t["traffic.values"], { exact: true }).fill("chat");
    await form.getByRole("button", { name: t["traffic.done"] }).click();
    await page.getByRole("button", { name: t["traffic.preview"] }).click();
    await expect(page.getByText(filled(t["traffic.moved"], { n: 0, all: whole(before.all.events, language) }))).toBeVisible();

    // Up to the top by keyboard; the focus stays with the rule.
    const up = page.getByRole("button", { name: filled(t["traffic.up"], { name: "Chats" }) });
    await up.focus();
    for (let place = standard.rules.rules.length; place > 0; place -= 1) await page.keyboard.press("Enter");
    await expect(items.first()).toContainText("Chats");
    await expect(page.getByRole("button", { name: filled(t["traffic.down"], { name: "Chats" }) })).toBeFocused();
    await expect(page.getByText(t["traffic.stale"])).toBeVisible();
    await page.getByRole("button", { name: t["traffic.preview"] }).click();
    const rule = { name: "Chats", any: [{ all: [{ field: "channel" as const, op: "is" as const, values: ["chat"] }] }], group: "call_center" };
    const effect = await preview(request, { ...standard.rules, rules: [rule, ...standard.rules.rules] });
    expect(effect.moved).toBeGreaterThan(0);
    await expect(page.getByText(filled(t["traffic.moved"], { n: whole(effect.moved, language), all: whole(effect.all.events, language) }))).toBeVisible();
    expect((await stored(request)).version).toBe(standard.version);

    await page.getByLabel(t["form.note"]).fill("chats are calls");
    await page.getByRole("button", { name: t["segments.saveNext"] }).click();
    await expect(page.getByText(t["traffic.unchanged"])).toBeVisible();
    const saved = await stored(request);
    expect(saved).toMatchObject({ version: standard.version + 1, note: "chats are calls" });
    expect(saved.rules.rules).toHaveLength(standard.rules.rules.length + 1);
    expect((await preview(request)).groups.find(({ group }) => group === "call_center")?.after.events).toBe(effect.moved);

    // Back to the standard rules.
    await page.getByRole("button", { name: t["versions.open"], exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: labelled(t["segments.restore"], t["traffic.standard"], t["action.of"]) }).click();
    await expect(items).toHaveCount(standard.rules.rules.length);
    expect((await stored(request)).rules).toEqual(standard.rules);
  });
}

test("a rule is made of what no rule takes, and a fault is said with its rule", async ({ page, request }) => {
  const t = TEXTS.en;
  const standard = await stored(request);
  // Without the rule for direct visits their events are unclassified.
  await save(request, { ...standard.rules, rules: standard.rules.rules.filter(({ group }) => group !== "direct") });
  const left = await preview(request);
  await open(page, PAGE, { language: "en", theme: "light" });
  const table = page.locator(".traffic-left tbody tr");
  await expect(table).toHaveCount(left.unclassified.length);
  await expect(table.first()).toContainText(whole(left.unclassified[0]?.events ?? 0));
  await tabTo(page, /^Make a rule:/);
  await page.keyboard.press("Enter");
  const form = page.locator(".traffic-form");
  await expect(form).toBeVisible();
  // It says nothing of itself, so the rule has to be written; as it stands it is refused.
  await page.getByRole("button", { name: t["segments.saveNext"] }).click();
  await expect(page.getByRole("alert")).toContainText(filled(t["traffic.ruleN"], { n: standard.rules.rules.length }));
});

test.describe("accessible", () => {
  test.beforeEach(withAxe);
  for (const language of LANGUAGES) {
    const theme = THEME_OF[language];
    test(`page, form and versions (${language}, ${theme})`, async ({ page }) => {
      const t = TEXTS[language];
      await open(page, PAGE, { language, theme });
      await expect(page.locator(".traffic-effect tbody tr").first()).toBeVisible();
      await check(page, "page");
      await page.getByRole("button", { name: t["traffic.add"], exact: true }).click();
      for (const summary of await page.locator(".traffic summary").all()) await summary.click();
      await check(page, "form and lists");
      await page.getByRole("button", { name: t["versions.open"], exact: true }).click();
      await page.getByRole("dialog").waitFor();
      await check(page, "versions");
    });
  }
});
