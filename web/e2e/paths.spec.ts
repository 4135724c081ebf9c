// Paths between anchors and sessions by their rules, on a real online shop's clicks. What the page says is compared with the
// API; golden numbers are those the documentation gives, which agree with retentioneering.
import type { APIRequestContext, Page } from "@playwright/test";
import { expect, test } from "@playwright/test";

import type { CustomerList, FunnelAnswer, PathsAnswer, PathsNumbers, SessionsAnswer } from "../src/api/types";
import { LANGUAGES, TEXTS, THEME_OF, WORKSPACE, filled, open, tabTo } from "./story";
import type { Language } from "./story";
import { check, withAxe } from "./wcag";

const at = (kind: string, view?: object) => `/w/${WORKSPACE}/analyses/${kind}${view ? `?view=${encodeURIComponent(JSON.stringify({ v: 1, ...view }))}` : ""}`;
const viewOf = (page: Page) => JSON.parse(new URL(page.url()).searchParams.get("view") ?? "null");
const whole = (n: number, language: Language = "en") => new Intl.NumberFormat(language).format(n);
const percent = (share: number | null | undefined, language: Language = "en") => new Intl.NumberFormat(language, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(share ?? 0);
const points = (value = 0) => `${value < 0 ? "−" : "+"}${Math.abs(value * 100).toFixed(1)}`;
/** What numbers say: behind what they are of. */
const last = (texts: string[]) => texts.map((text) => text.split(": ").at(-1));

const CART = [{ event: ["cart"] }];
const PURCHASE = [{ event: ["purchase"] }];
/** Paths from a cart on, of customers; those that come to a purchase within half an hour. */
const FROM_CART = { of: 489, reached: 151, without: 111 };
/** Sessions that end with a purchase, of all that silence of half an hour ends. */
const TO_PURCHASE = { of: 470, without: 3135 };
const SESSIONS = 3605;
const fromCart = { unit: { of: "customer" }, anchors: "from", from: CART, window: "30m", goal: PURCHASE, depth: 3 };
const toPurchase = { anchors: "to", to: PURCHASE, depth: 4 };
const RULES = { longest: "30m", midnight: true, apart: [{ channels: ["chat"], timeout: "", longest: "", instant: true }] };
const SUBJECT = { of: "session", timeout: "30m", longest: "30m", midnight: true, channels: [{ channels: ["chat"], instant: true }] };

async function ask<Answer>(request: APIRequestContext, kind: string, question: object): Promise<Answer> {
  const answer = await request.post(`/v1/workspaces/${WORKSPACE}/${kind}`, { data: question });
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as Answer;
}

async function answered(page: Page): Promise<void> {
  await expect(page.locator(".analysis-body").first()).toBeVisible();
  await expect(page.locator(".analysis-body.stale")).toHaveCount(0);
}

/** The numbers of each column of the picture, from left to right. */
async function drawn(page: Page, { positions, counted_from: from }: PathsNumbers, language: Language): Promise<Map<number, number[]>> {
  const texts = await page.locator(".paths-node").evaluateAll((nodes) => nodes.map((node) => node.getAttribute("aria-label") ?? ""));
  const step = (position: number) => filled(TEXTS[language]["paths.stepN"], { n: from === "last" ? `−${position}` : position });
  const comma = language === "en" ? "," : "，";
  return new Map(
    positions.map(({ position }) => [
      position,
      texts.filter((text) => text.startsWith(`${step(position)}${comma}`)).map((text) => Number(/[:：] ?([\d,]+)[,，]/.exec(text)?.[1]?.replaceAll(",", ""))),
    ]),
  );
}

const numbersOf = ({ labels, other, ended }: PathsNumbers["positions"][number]) => [...labels.map(({ subjects }) => subjects), other, ended].filter((n) => n > 0);
const customersOf = async (request: APIRequestContext, { meta }: { meta: { question: string } }, pick: string) => {
  const answer = await request.get(`/v1/workspaces/${WORKSPACE}/customers`, { params: { question: meta.question, pick, limit: 1 } });
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as CustomerList;
};

async function pickEvents(page: Page, label: string, names: string[], language: Language): Promise<void> {
  await page.getByRole("button", { name: new RegExp(`^${label}:`) }).click();
  for (const name of names) {
    await page.getByRole("searchbox", { name: TEXTS[language]["rule.seekEvent"] }).fill(name);
    await page.getByRole("button", { name, exact: true }).click();
  }
  await page.keyboard.press("Escape");
}

for (const language of LANGUAGES) {
  test(`paths from an anchor are put together, convert as documented, and open to their people (${language})`, async ({ page, request }) => {
    const t = TEXTS[language];
    await open(page, at("paths", { unit: { of: "customer" }, depth: 3 }), { language, theme: "light" });
    await answered(page);
    await page.getByRole("radio", { name: t["paths.anchors.from"] }).click();
    await pickEvents(page, t["paths.start"], ["cart"], language);
    await page.getByRole("button", { name: new RegExp(t["paths.window"].replace(/[()（）]/g, ".")) }).click();
    await page.getByRole("option", { name: language === "en" ? "30 minutes" : "30 分钟", exact: true }).click();
    await page.getByRole("button", { name: t["paths.more"] }).click();
    await pickEvents(page, t["paths.goal"], ["purchase"], language);
    await expect.poll(() => viewOf(page)).toEqual({ v: 1, ...fromCart });

    const question = { collapse: true, steps: 3, top: 5, cut: { from: { match: CART }, window: "30m", goal: PURCHASE } };
    const answer = await ask<PathsAnswer>(request, "paths", question);
    expect([answer.subjects.instances, answer.ends.goal.subjects, answer.without.instances]).toEqual([FROM_CART.of, FROM_CART.reached, FROM_CART.without]);
    const sentence = page.locator(".finding");
    await expect(sentence).toContainText(percent(answer.to_goal?.share, language));
    await expect(sentence).toContainText(whole(FROM_CART.reached, language));
    await expect.poll(() => drawn(page, answer, language)).toEqual(new Map(answer.positions.map((position) => [position.position, numbersOf(position)])));
    const facts = await page.locator(".facts .total-number").allTextContents();
    expect(last(facts)).toEqual([
      whole(FROM_CART.of, language),
      percent(answer.to_goal?.share, language),
      ...(["goal", "left", "open"] as const).map((end) => whole(answer.ends[end].subjects, language)),
      whole(FROM_CART.without, language),
    ]);
    // A whole path with its time and conversion.
    const [most] = answer.top;
    const row = page.getByRole("region", { name: t["paths.variants"] }).locator("tbody tr").first();
    await expect(row).toContainText(most?.path.join(" → ") ?? "");
    await expect(row.locator("td").nth(5)).toContainText(percent(most?.to_goal?.share, language));
    // Who was left.
    await page.locator(".facts button").nth(3).click();
    await page.getByRole("dialog").getByRole("tab", { name: t["explain.customers"] }).click();
    const { customers } = await customersOf(request, answer, answer.ends.left.pick);
    await expect(page.locator(".explain-people")).toContainText(whole(customers, language));
  });
}

test("paths to an end are counted from the last step, which stands right", async ({ page, request }) => {
  const t = TEXTS.en;
  const answer = await ask<PathsAnswer>(request, "paths", { scope: { subject: { of: "session", timeout: "30m" } }, collapse: true, steps: 4, top: 5, cut: { to: { match: PURCHASE } } });
  expect([answer.subjects.instances, answer.without.instances]).toEqual([TO_PURCHASE.of, TO_PURCHASE.without]);
  await open(page, at("paths", toPurchase), { language: "en", theme: "dark" });
  await answered(page);
  // The picture is drawn, all of it at once, when its width has been measured.
  await expect(page.locator(".paths-column")).toHaveText(["Step −4", "Step −3", "Step −2", "Step −1"]);
  expect(await drawn(page, answer, "en")).toEqual(new Map(answer.positions.map((position) => [position.position, numbersOf(position)])));
  for (const position of answer.positions) expect(numbersOf(position).reduce((sum, n) => sum + n, 0)).toBe(TO_PURCHASE.of);
  // That paths to a purchase end with one is no conversion.
  await expect(page.locator(".finding")).not.toContainText("100.0%");
  await page.getByRole("radio", { name: t["paths.arriving.all"] }).click();
  await expect(page.locator(".finding")).toContainText(percent(TO_PURCHASE.of / (SESSIONS - 1)));
  // Paths that are shorter open, too: by the keyboard alone.
  await tabTo(page, /^Step −4, /);
  await page.keyboard.press("ArrowUp");
  const focused = page.locator(".paths-node:focus");
  await expect(focused).toHaveAttribute("aria-label", new RegExp(`^Step −4, ${t["paths.notBegun"]}`));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toContainText(t["define.paths.notBegun"]);
  await page.getByRole("dialog").getByRole("tab", { name: t["explain.customers"] }).click();
  await expect(page.locator(".people a").first()).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("ArrowRight");
  await expect(focused).toHaveAttribute("aria-label", /^Step −3, /);
});

test("hidden events, an expanded one and a rest are as the API has them, and the rest opens", async ({ page, request }) => {
  const t = TEXTS.en;
  await open(page, at("paths", { depth: 3, top: 3 }), { language: "en", theme: "light" });
  await answered(page);
  await page.getByRole("button", { name: t["paths.more"] }).click();
  await pickEvents(page, t["paths.hide"], ["home", "search"], "en");
  await page.getByRole("button", { name: t["paths.expandAdd"] }).click();
  await page.getByLabel(t["paths.expandEvent"], { exact: true }).fill("catalog");
  await page.getByLabel(t["paths.expandBy"], { exact: true }).fill("channel");
  await page.keyboard.press("Enter");
  await expect.poll(() => viewOf(page)).toEqual({ v: 1, depth: 3, top: 3, hide: ["home", "search"], expand: [{ event: "catalog", by: "channel", top: 10 }] });
  const cut = { hide: [{ event: ["home", "search"] }], expand: [{ event: "catalog", by: "channel" }] };
  const answer = await ask<PathsAnswer>(request, "paths", { scope: { subject: { of: "session", timeout: "30m" } }, collapse: true, steps: 3, top: 3, cut });
  await expect.poll(() => drawn(page, answer, "en")).toEqual(new Map(answer.positions.map((position) => [position.position, numbersOf(position)])));
  await expect(page.locator(".paths-node", { hasText: "catalog:web" }).first()).toBeVisible();
  await page.getByRole("button", { name: new RegExp(`^Step 2, ${t["paths.other"]}:`) }).click();
  await page.getByRole("dialog").getByRole("tab", { name: t["explain.customers"] }).click();
  const { customers } = await customersOf(request, answer, answer.positions[1]?.rest.pick ?? "");
  await expect(page.locator(".explain-people")).toContainText(whole(customers));
  await page.reload();
  await answered(page);
  await expect(page.getByLabel(t["paths.expandBy"], { exact: true })).toHaveValue("channel");
});

test("two sides stand beside each other, with the API's differences and people of either", async ({ page, request }) => {
  const t = TEXTS.en;
  const split = [{ event: ["search"] }];
  const answer = await ask<PathsAnswer>(request, "paths", { scope: { subject: { of: "session", timeout: "30m" } }, collapse: true, steps: 3, top: 5, cut: { from: { match: CART }, goal: PURCHASE }, split });
  const { comparison } = answer;
  await open(page, at("paths", { anchors: "from", from: CART, goal: PURCHASE, depth: 3, split }), { language: "en", theme: "light" });
  await answered(page);
  const rows = page.locator("section", { has: page.locator("#table-compared-variants") }).locator("tbody tr");
  const goal = rows.first().locator("td");
  await expect(goal.nth(0)).toContainText(percent(comparison?.to_goal?.here.share));
  await expect(goal.nth(1)).toContainText(percent(comparison?.to_goal?.there.share));
  await expect(goal.nth(2)).toContainText(points(comparison?.to_goal?.difference?.value));
  await expect(goal.nth(2)).toContainText(points(comparison?.to_goal?.difference?.low));
  await expect(rows).toHaveCount(1 + (comparison?.variants.length ?? 0));
  await expect(page.locator(".finding")).toContainText(points(comparison?.to_goal?.difference?.value));
  // The picture of the other side, and its people.
  await page.getByRole("radio", { name: new RegExp(filled(t["paths.side.without"], { name: "search" }), "i") }).click();
  await expect(page.locator(".facts .total-number").first()).toContainText(whole(comparison?.numbers.subjects.instances ?? 0));
  await goal.nth(1).locator("button").click();
  await page.getByRole("dialog").getByRole("tab", { name: t["explain.customers"] }).click();
  const { customers } = await customersOf(request, answer, comparison?.numbers.ends.goal.pick ?? "");
  await expect(page.locator(".explain-people")).toContainText(whole(customers));
  await page.keyboard.press("Escape");
  await page.getByRole("radio", { name: t["show.table"] }).click();
  await expect(page.locator("section", { has: page.locator("#table-compared-steps") }).locator("tbody tr")).toHaveCount(comparison?.positions.length ?? 0);
});

test("sessions by rules: lengths, channels, days and customers are the API's and open; the rules go along", async ({ page, request }) => {
  const t = TEXTS["zh-CN"];
  const plain = await ask<SessionsAnswer>(request, "sessions", { scope: { subject: { of: "session", timeout: "30m" } } });
  await open(page, at("sessions"), { language: "zh-CN", theme: "light" });
  await answered(page);
  await expect(page.locator(".total-number").first()).toContainText(whole(SESSIONS));
  const counts = (name: string) => page.getByRole("region", { name }).locator("li button").allTextContents();
  expect(last(await counts(t["sessions.lengths"]))).toEqual(plain.lengths.map(({ subjects }) => whole(subjects)));
  expect(last(await counts(t["sessions.channels"]))).toEqual(plain.channels.map(({ sessions }) => whole(sessions.instances)));

  await page.getByRole("button", { name: t["rules.more"] }).click();
  await page.getByRole("button", { name: new RegExp(t["rules.longest"]) }).click();
  await page.getByRole("option", { name: "1 小时", exact: true }).click();
  await page.getByRole("radio", { name: t["rules.midnight.ends"], exact: true }).click();
  await page.getByRole("button", { name: t["rules.add"] }).click();
  await page.getByRole("button", { name: new RegExp(t["rules.chooseChannels"]) }).click();
  await page.getByRole("option", { name: t["channel.chat"] }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: new RegExp(t["rules.asOthers"]) }).first().click();
  await page.getByRole("option", { name: t["rules.instant"] }).click();
  await expect.poll(() => viewOf(page)).toEqual({ v: 1, ...RULES, longest: "1h" });

  // The same from a link, compared with the API in every part.
  await page.goto(at("sessions", RULES));
  await answered(page);
  const answer = await ask<SessionsAnswer>(request, "sessions", { scope: { subject: SUBJECT } });
  expect(answer.sessions.instances).toBeGreaterThan(SESSIONS);
  await expect(page.locator(".total-number").first()).toContainText(whole(answer.sessions.instances));
  expect(last(await counts(t["sessions.lengths"]))).toEqual(answer.lengths.map(({ subjects }) => whole(subjects)));
  await page.getByRole("region", { name: t["sessions.channels"] }).locator("li button").last().click();
  await expect(page.locator(".explain-value")).toHaveText(whole(answer.channels.at(-1)?.sessions.instances ?? 0));
  await page.keyboard.press("Escape");
  // The first day, by the keyboard.
  await page.getByRole("img", { name: /每天的会话数/ }).focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  const [day] = answer.days;
  await expect(page.locator(".explain-value")).toHaveText(whole(day?.sessions.instances ?? 0));
  await page.getByRole("dialog").getByRole("tab", { name: t["explain.customers"] }).click();
  await expect(page.locator(".people a")).toHaveCount(day?.sessions.customers ?? 0);
  await page.keyboard.press("Escape");
  await page.getByRole("radio", { name: t["show.table"] }).click();
  const table = (id: string) => page.locator("section", { has: page.locator(`#table-${id}`) }).locator("tbody tr");
  await expect(table("lengths")).toHaveCount(answer.lengths.length);
  await expect(table("customers")).toHaveCount(answer.per_customer.counts.length);
  await expect(table("customers").first().locator("td").first()).toHaveText(whole(answer.per_customer.counts[0]?.customers ?? 0));

  // Another analysis counts sessions cut like this.
  await page.getByRole("navigation", { name: t["analysis.kinds"] }).getByRole("link", { name: t["analysis.funnel"] }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(t["analysis.funnel"]);
  expect(viewOf(page)).toEqual({ v: 1, unit: { of: "session", timeout: "30m", ...RULES } });
  await page.goto(at("funnel", { unit: { of: "session", timeout: "30m", ...RULES }, steps: [{ name: "", match: CART }] }));
  await answered(page);
  const funnel = await ask<FunnelAnswer>(request, "funnel", { scope: { subject: SUBJECT }, steps: [{ name: "cart", match: CART }], window: "7d" });
  await expect(page.locator(".of-category-all .funnel-count").first()).toContainText(whole(funnel.steps[0]?.reached.instances ?? 0));
  // And there they can be changed.
  await page.getByRole("button", { name: filled(t["rules.moreN"], { n: 3 }) }).click();
  await page.getByRole("dialog", { name: t["rules.title"] }).getByRole("radio", { name: t["rules.midnight.goes"] }).click();
  await expect.poll(() => viewOf(page).unit.midnight).toBeUndefined();
});

test("a session rule is chosen with the keyboard alone", async ({ page }) => {
  const t = TEXTS.en;
  await open(page, at("transitions", { unit: { of: "session", timeout: "30m" } }), { language: "en", theme: "light" });
  await answered(page);
  await tabTo(page, new RegExp(`^${t["rules.more"]}$`));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: t["rules.title"] })).toBeVisible();
  await tabTo(page, new RegExp(`^${t["rules.midnight.goes"]}$`));
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect.poll(() => viewOf(page)).toEqual({ v: 1, unit: { of: "session", timeout: "30m", midnight: true } });
});

test.describe("accessibility", () => {
  test.beforeEach(withAxe);

  for (const language of LANGUAGES) {
    const theme = THEME_OF[language];
    test(`paths and sessions ${language} ${theme}`, async ({ page }) => {
      const t = TEXTS[language];
      await open(page, at("paths", { ...fromCart, split: [{ event: ["add_to_cart"] }], expand: [{ event: "cart", by: "channel", top: 3 }] }), { language, theme });
      await answered(page);
      await check(page, "paths with all settings");
      await page.getByRole("button", { name: new RegExp(`^${t["paths.goal"]}:`) }).click();
      await check(page, "choosing a goal");
      await page.keyboard.press("Escape");
      await page.getByRole("radio", { name: t["show.table"] }).click();
      await page.locator("#table-links").waitFor();
      await check(page, "paths as tables");
      await page.goto(at("paths", { ...toPurchase, orNot: true }));
      await answered(page);
      await check(page, "paths counted from the last step");
      await page.goto(at("sessions", RULES));
      await answered(page);
      await check(page, "sessions with rules");
      await page.goto(at("transitions", { unit: { of: "session", timeout: "30m", ...RULES } }));
      await answered(page);
      await page.getByRole("button", { name: filled(t["rules.moreN"], { n: 3 }) }).click();
      await page.getByRole("dialog", { name: t["rules.title"] }).waitFor();
      await check(page, "session rules of another analysis");
    });
  }
});
