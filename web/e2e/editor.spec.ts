// The map editor on a shop whose events have Chinese names: a template is matched to them by mouse and by keyboard, tried, saved,
// and the map shows the numbers the editor did. Every number is compared with what the API says. Cards are written and moved.
import type { APIRequestContext, Locator, Page } from "@playwright/test";
import { expect, test } from "@playwright/test";

import type { Journey, JourneyMap, JourneyVersion, Lane } from "../src/api/types";
import { SHOP, addSource, walkers } from "./live";
import type { Running } from "./server";
import { startEmpty } from "./server";
import type { Language } from "./story";
import { LANGUAGES, TEXTS, THEME_OF, filled, labelled, open, sentenceIn } from "./story";
import { check, withAxe } from "./wcag";

const NAMES = ["浏览商品", "商品详情", "加入购物车", "提交订单", "支付成功", "客服咨询"];
const CUSTOMERS = 24;
/** Everybody walks some of the way. */
const EVENTS = walkers(NAMES, CUSTOMERS, (customer) => 2 + (customer % 5), (customer) => ({ amount: customer * 10 }));

let server: Running;
test.beforeAll(async ({ playwright }) => {
  server = await startEmpty(SHOP);
  const request = await playwright.request.newContext();
  const key = await addSource(request, server.url, "web", "Web");
  const answer = await request.post(`${server.url}/v1/events`, { headers: { authorization: `Bearer ${key}` }, data: EVENTS });
  expect(await answer.json()).toMatchObject({ accepted: EVENTS.length });
  await request.dispose();
});
test.afterAll(() => server.stop());

const count = (name: string) => EVENTS.filter((each) => (each as { event: string }).event === name).length;
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const addressOf = (journey: string) => `${server.url}/w/${SHOP}/journeys/${journey}/edit`;

async function api<T>(request: APIRequestContext, path: string, data?: object): Promise<T> {
  const url = `${server.url}/v1/workspaces/${SHOP}/${path}`;
  const answer = await (data ? request.post(url, { data }) : request.get(url));
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as T;
}

const begin = (request: APIRequestContext, id: string) => api(request, "journeys", { template: "e-commerce", id });
const newest = async (request: APIRequestContext, id: string) => api<JourneyVersion>(request, `journeys/${id}`);

/** Row of a touchpoint. */
const row = (page: Page, id: string): Locator => page.locator(`.editor-row[data-key="touchpoint:${id}"]`);

/** Row of an event without a touchpoint. */
const eventRow = (page: Page, name: string): Locator => page.locator(`.editor-event[data-key="${name}"]`);

const touchpoints = (journey: Journey) => journey.stages.flatMap((stage) => stage.touchpoints).toSorted((a, b) => a.id.localeCompare(b.id));

const found = (name: string, language: Language) => filled(TEXTS[language]["editor.found"], { events: count(name), customers: count(name) });

/** The same of a place to drop at, which is called by what it is in. */
async function walkToCell(page: Page, key: string, name: string): Promise<void> {
  for (let presses = 0; presses < 150; presses += 1) {
    const focused = await page.evaluate(() => (document.activeElement?.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.getAttribute("aria-label") ?? ""));
    if (focused.includes(name)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} does not lead to ${name}`);
}

/** Presses a key until what has the focus is called so. */
async function walkTo(page: Page, key: string, name: string): Promise<void> {
  for (let presses = 0; presses < 150; presses += 1) {
    const focused = await page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
    if (focused === name) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} does not lead to ${name}`);
}

for (const language of LANGUAGES) {
  test(`a template is matched to own events, saved, and the map says the same (${language})`, async ({ page, request }) => {
    const t = TEXTS[language];
    const journey = `own-${language.toLowerCase()}`;
    await open(page, `${server.url}/w/${SHOP}/journeys?new=journey`, { language, theme: "light" });
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio", { name: language === "en" ? /E-commerce/i : /电商|网店|线上/ }).first().click({ force: true });
    await expect(dialog.getByText(t["newJourney.matchesNothing"])).toBeVisible();
    await dialog.getByLabel(t["newJourney.key"]).fill(journey);
    await dialog.getByRole("button", { name: t["newJourney.make"] }).click();
    await expect(page).toHaveURL(addressOf(journey));
    await expect(page.getByText(t["editor.nothing"])).toBeVisible();
    const left = page.locator(".editor-event");
    await expect(left).toHaveCount(NAMES.length);

    // What is called alike is offered on the spot.
    const cart = row(page, "add-to-cart");
    if (language === "zh-CN") await cart.getByRole("button", { name: filled(t["editor.likely"], { event: "加入购物车" }) }).click();
    else {
      await cart.click();
      await eventRow(page, "加入购物车").getByRole("button", { name: /^Add to/ }).click();
    }
    await expect(cart).toContainText(found("加入购物车", language));
    await expect(left).toHaveCount(NAMES.length - 1);

    // By mouse onto a touchpoint.
    const product = row(page, "product");
    await eventRow(page, "商品详情").locator(".editor-event-name").dragTo(product.locator(".editor-name"));
    await expect(product).toContainText(found("商品详情", language));

    // By keyboard onto the goal's touchpoint.
    const goal = (await newest(request, journey)).journey.goal.touchpoints[0] ?? "";
    const bought = row(page, goal);
    const goalName = await bought.getAttribute("aria-label");
    await left.first().focus();
    await walkTo(page, "ArrowDown", "支付成功");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await walkTo(page, "ArrowDown", language === "en" ? `Drop on ${goalName}` : `放置于 ${goalName}`);
    await page.keyboard.press("Enter");
    await expect(bought).toContainText(found("支付成功", language));

    // A touchpoint of its own, undone and done again by keyboard.
    await eventRow(page, "客服咨询").getByRole("button", { name: t["editor.make"] }).click();
    await expect(eventRow(page, "客服咨询")).toHaveCount(0);
    await page.keyboard.press("Control+z");
    await expect(eventRow(page, "客服咨询")).toHaveCount(1);
    await page.keyboard.press("Control+Shift+z");
    await expect(eventRow(page, "客服咨询")).toHaveCount(0);
    await expect(page.locator(".editor-board .badge-bad")).toHaveCount(0);

    // Leaving asks first.
    await page.getByRole("link", { name: t["nav.pains"], exact: true }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: t["editor.keepEditing"] }).click();
    await expect(page).toHaveURL(addressOf(journey));

    const shown = async () => (await page.locator(".editor-row[data-level='2'] .editor-count").allInnerTexts()).map((text) => text.split("\n")[0]);
    await page.getByRole("button", { name: t["editor.save"] }).click();
    await page.getByRole("dialog").getByLabel(t["form.note"]).fill("matched");
    await page.getByRole("dialog").getByRole("button", { name: t["segments.saveNext"] }).click();
    await expect(page.getByText(filled(t["editor.unchanged"], { version: 2 }))).toBeVisible();
    const saved = await newest(request, journey);
    expect(saved).toMatchObject({ version: 2, note: "matched" });
    const map = await api<JourneyMap>(request, `journeys/${journey}/map`, {});
    const counted = map.touchpoints.map(({ events: all, reached }) => filled(t["editor.found"], { events: all, customers: reached.customers }));
    // A draft is counted some time after its last change.
    await expect.poll(shown).toEqual(counted);
    expect(map.totals.goal.customers).toBe(count("支付成功"));
    await page.getByRole("link", { name: t["editor.toMap"] }).click();
    await expect(page.locator("table.map").first()).toBeVisible();
    await expect(page.locator("table.map").first()).toContainText(String(count("商品详情")));
  });
}

test("stages and touchpoints are ordered by keyboard and by mouse, and everything else stays", async ({ page, request }) => {
  const t = TEXTS.en;
  await begin(request, "order");
  const before = (await newest(request, "order")).journey;
  await open(page, addressOf("order"), { language: "en", theme: "light" });
  const stages = page.locator(".editor-row[data-level='1'] .editor-name");
  await expect(stages).toHaveCount(before.stages.length);
  const names = before.stages.map(({ name }) => sentenceIn(name, "en"));
  // The first stage behind the second, by its handle.
  await page.getByRole("button", { name: filled(t["editor.drag"], { name: names[0] ?? "" }), exact: true }).focus();
  await page.keyboard.press("Enter");
  await walkTo(page, "ArrowDown", `Insert between ${names[1]} and ${names[2]}`);
  await page.keyboard.press("Enter");
  await expect(stages.first()).toHaveText(names[1] ?? "");
  // A touchpoint into another stage, by its form.
  const search = row(page, "search");
  await search.click();
  const form = page.locator(".editor-chosen");
  await form.getByLabel(capital(t["field.name"]), { exact: true }).fill("Looking for it");
  await form.getByRole("button", { name: capital(t["thing.stage"]) }).click();
  await page.getByRole("option", { name: names[2] ?? "", exact: true }).click();
  await expect(search).toHaveAttribute("aria-label", "Looking for it");
  await page.getByRole("button", { name: t["editor.save"] }).click();
  await page.getByRole("dialog").getByRole("button", { name: t["segments.saveNext"] }).click();
  await expect(page.getByText(filled(t["editor.unchanged"], { version: 2 }))).toBeVisible();
  const after = (await newest(request, "order")).journey;
  const renamed = touchpoints(before).map((each) => (each.id === "search" ? { ...each, name: { ...(each.name as object), en: "Looking for it" } } : each));
  expect(touchpoints(after)).toEqual(renamed);
  expect(after.stages.find(({ touchpoints: of }) => of.some(({ id }) => id === "search"))?.id).toBe(before.stages[2]?.id);
  for (const field of ["signals", "personas", "goal", "gap", "zone", "description"] as const) expect(after[field], field).toEqual(before[field]);
  expect(after.stages.flatMap(({ cards = [] }) => cards.map(({ id }) => id)).toSorted()).toEqual(before.stages.flatMap(({ cards = [] }) => cards.map(({ id }) => id)).toSorted());
});

for (const language of LANGUAGES) {
  test(`a card is written, taken to other cells by mouse, keyboard and menu, and saved (${language})`, async ({ page, request }) => {
    const t = TEXTS[language];
    const journey = `cards-${language.toLowerCase()}`;
    await begin(request, journey);
    const before = (await newest(request, journey)).journey;
    const [first, second, third] = before.stages;
    if (!first || !second || !third) throw new Error("the template has no three stages");
    const cellName = (stage: Journey["stages"][number], lane: Lane) => filled(t["editor.cell"], { lane: t[`lane.${lane}`], stage: sentenceIn(stage.name, language) });
    const cell = (stage: Journey["stages"][number], lane: Lane) => page.getByRole("grid", { name: cellName(stage, lane), exact: true });
    const words = `Where is it ${language}`;
    const card = page.getByRole("row", { name: words, exact: true });
    await open(page, addressOf(journey), { language, theme: "light" });

    // Written where it stands.
    await page.getByRole("button", { name: filled(t["editor.addCardTo"], { cell: cellName(first, "note") }), exact: true }).click();
    await page.keyboard.type(words);
    await page.keyboard.press("Enter");
    await expect(cell(first, "note")).toContainText(words);
    await expect(card).toBeFocused();
    await expect(page.locator(".editor-chosen").getByLabel(capital(t["field.text"]), { exact: true })).toHaveValue(words);

    // By mouse to another stage.
    await card.locator("p").first().dragTo(cell(second, "note"));
    await expect(cell(second, "note")).toContainText(words);
    await expect(cell(first, "note")).not.toContainText(words);

    // By keyboard to the next cell of the row.
    await page.getByRole("button", { name: filled(t["editor.drag"], { name: words }), exact: true }).focus();
    await page.keyboard.press("Enter");
    await walkToCell(page, "Tab", cellName(third, "note"));
    await page.keyboard.press("Enter");
    await expect(cell(third, "note")).toContainText(words);
    await expect(card).toBeFocused();

    // By menu to another lane, and back.
    await page.getByRole("button", { name: labelled(t["editor.moveCard"], words, t["action.of"]), exact: true }).press("Enter");
    await page.getByRole("menuitem", { name: t["lane.opportunity"] }).press("Enter");
    await expect(cell(third, "opportunity")).toContainText(words);
    await expect(card).toBeFocused();
    await page.keyboard.press("Control+z");
    await expect(cell(third, "note")).toContainText(words);

    // A persona beside it.
    const persona = before.personas?.[0];
    if (!persona) throw new Error("the template has no persona");
    await page.getByRole("button", { name: t["editor.settings"] }).click();
    await page.getByText(filled(t["editor.personas"], { n: before.personas?.length ?? 0 }), { exact: true }).click();
    const about = page.getByRole("group", { name: sentenceIn(persona.name, language), exact: true });
    const rest = persona.name as Record<string, string>;
    await about.getByLabel(capital(t["field.name"]), { exact: true }).fill("Regular");
    await expect(page.getByRole("group", { name: "Regular", exact: true })).toBeVisible();

    await page.getByRole("button", { name: t["editor.save"] }).click();
    await page.getByRole("dialog").getByRole("button", { name: t["segments.saveNext"] }).click();
    await expect(page.getByText(filled(t["editor.unchanged"], { version: 2 }))).toBeVisible();
    const after = (await newest(request, journey)).journey;
    const made = after.stages[2]?.cards?.filter(({ text }) => sentenceIn(text, language) === words);
    expect(made).toMatchObject([{ lane: "note", basis: "assumption" }]);
    const others = (of: Journey) => of.stages.map(({ cards = [] }) => cards.filter(({ id }) => id !== made?.[0]?.id));
    expect(others(after)).toEqual(others(before));
    expect(after.personas?.[0]).toEqual({ ...persona, name: { ...rest, [language]: "Regular" } });
  });
}

test("somebody else's newer version is told, and both are kept", async ({ page, request }) => {
  const t = TEXTS.en;
  await begin(request, "shared");
  await open(page, addressOf("shared"), { language: "en", theme: "light" });
  await page.getByLabel(capital(t["field.owner"]), { exact: true }).fill("Lin");
  const other = (await newest(request, "shared")).journey;
  const put = await request.put(`${server.url}/v1/workspaces/${SHOP}/journeys/shared?note=theirs`, { data: { ...other, gap: "90d" } });
  expect(put.ok()).toBe(true);
  await page.getByRole("button", { name: t["editor.save"] }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: t["segments.saveNext"] }).click();
  await expect(dialog.getByRole("alert")).toContainText("version 2");
  await expect(dialog.locator(".change")).toHaveCount(1);
  await dialog.getByRole("button", { name: t["editor.merge"] }).click();
  await page.getByRole("button", { name: t["editor.save"] }).click();
  await page.getByRole("dialog").getByRole("button", { name: t["segments.saveNext"] }).click();
  await expect(page.getByText(filled(t["editor.unchanged"], { version: 3 }))).toBeVisible();
  expect((await newest(request, "shared")).journey).toMatchObject({ gap: "90d", owner: "Lin" });
});

test("what is wrong is said at its part, and keeps it from being saved", async ({ page, request }) => {
  const t = TEXTS.en;
  await begin(request, "faulty");
  await open(page, addressOf("faulty"), { language: "en", theme: "light" });
  await page.getByRole("button", { name: t["editor.addStage"] }).click();
  const stage = page.locator(".editor-row[data-level='1']").filter({ hasText: t["editor.newStage"] });
  await expect(stage.locator(".badge-bad")).toBeVisible();
  await expect(page.locator(".editor-chosen")).toContainText(t["editor.fault.touchpoints"]);
  await page.getByRole("button", { name: t["editor.addTouchpoint"] }).click();
  await expect(page.locator(".editor-chosen")).toContainText(t["editor.fault.rule"]);
  await page.getByRole("button", { name: t["editor.settings"] }).click();
  await page.getByRole("button", { name: t["editor.save"] }).click();
  await page.getByRole("dialog").getByRole("button", { name: t["editor.fault.rule"] }).click();
  await expect(page.locator(".editor-chosen")).toContainText(t["editor.fault.rule"]);
});

test.describe("accessible", () => {
  test.beforeEach(withAxe);
  for (const language of LANGUAGES) {
    const theme = THEME_OF[language];
    test(`editor, its forms and popups (${language}, ${theme})`, async ({ page, request }) => {
      const t = TEXTS[language];
      const journey = `axe-${language.toLowerCase()}-${theme}`;
      await begin(request, journey);
      await open(page, addressOf(journey), { language, theme });
      await expect(page.locator(".editor-event").first()).toBeVisible();
      for (const summary of await page.locator(".editor summary").all()) await summary.click();
      await check(page, "journey settings");
      await page.locator(".editor-row[data-level='1'] .editor-name").first().click();
      await check(page, "stage");
      await page.locator(".editor-lane-card").first().click();
      await check(page, "card");
      await page.locator(".editor-lane-card [aria-haspopup]").first().click();
      await page.getByRole("menu").waitFor();
      await check(page, "card's menu");
      await page.keyboard.press("Escape");
      await row(page, "add-to-cart").click();
      await page.getByRole("button", { name: new RegExp(`^${t["rule.more"]}`) }).click();
      await check(page, "touchpoint");
      await page.locator(".editor-chosen .event-button").click();
      await page.getByRole("dialog").waitFor();
      await check(page, "events to choose");
      await page.keyboard.press("Escape");
      await page.locator(".editor-chosen").getByRole("button", { name: t["editor.removeTouchpoint"] }).click();
      await page.getByRole("button", { name: t["editor.save"] }).click();
      await check(page, "saving");
      await page.keyboard.press("Escape");
      await page.getByRole("link", { name: t["nav.pains"], exact: true }).click();
      await page.getByRole("alertdialog").waitFor();
      await check(page, "leaving");
    });
  }
});
