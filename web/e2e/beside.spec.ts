// Two maps side by side, both values of a comparison, and the feelings of personas: numbers as the API gives them, by mouse and
// keyboard, in both languages, narrow and wide, and without a fault that axe can find.
import type { APIRequestContext, Page } from "@playwright/test";
import { expect, test } from "@playwright/test";

import type { Journey, JourneyMap, JourneyVersion } from "../src/api/types";
import { SHOP, addSource, walkers } from "./live";
import type { Running } from "./server";
import { startEmpty } from "./server";
import { LANGUAGES, TEXTS, THEME_OF, open, sentenceIn } from "./story";
import { check, withAxe } from "./wcag";

const NAMES = ["browse", "detail", "cart", "pay"];
const CUSTOMERS = 20;
/** Everybody walks some of the way, half of them on a phone. */
const EVENTS = walkers(NAMES, CUSTOMERS, (customer) => 1 + (customer % 4));

let server: Running;
test.beforeAll(async ({ playwright }) => {
  server = await startEmpty(SHOP);
  const request = await playwright.request.newContext();
  const key = await addSource(request, server.url, "web", "Web");
  await request.post(`${server.url}/v1/events`, { headers: { authorization: `Bearer ${key}` }, data: EVENTS });
  await save(request, journeyOf("shop", ["look", "buy"]), "first");
  await save(request, journeyOf("shop", ["look", "weigh", "buy"]), "second");
  await save(request, { ...journeyOf("other", ["browse-first", "weigh", "buy"]), name: { "zh-CN": "另一个", en: "The other" } }, "first");
  await request.dispose();
});
test.afterAll(() => server.stop());

const STAGES: Record<string, Journey["stages"][number]> = {
  look: { id: "look", name: { "zh-CN": "浏览", en: "Look" }, touchpoints: [{ id: "browse", name: "Browse", match: [{ event: ["browse"] }] }] },
  // The same stage by name.
  "browse-first": { id: "browse-first", name: { "zh-CN": "浏览", en: "Look" }, touchpoints: [{ id: "browse", name: "Browse", match: [{ event: ["browse"] }] }] },
  weigh: { id: "weigh", name: { "zh-CN": "比较", en: "Weigh" }, touchpoints: [{ id: "detail", name: "Detail", match: [{ event: ["detail", "cart"] }] }] },
  buy: { id: "buy", name: { "zh-CN": "购买", en: "Buy" }, touchpoints: [{ id: "pay", name: "Pay", match: [{ event: ["pay"] }] }] },
};
const FEELINGS: Record<string, Record<string, number>> = { phone: { look: -2, buy: -1 }, desk: { look: 1, buy: 2 } };

function journeyOf(id: string, stages: string[]): Journey {
  const personas = Object.keys(FEELINGS).map((persona) => ({ id: persona, name: { "zh-CN": persona === "phone" ? "手机客户" : "电脑客户", en: persona === "phone" ? "Phone" : "Desk" }, customers: [{ channel: [persona === "phone" ? "app" : "web"] }] }));
  const cardsOf = (stage: string) => Object.entries(FEELINGS).flatMap(([persona, of]) => (of[stage] === undefined ? [] : [{ id: `${stage}-${persona}`, lane: "emotion" as const, text: persona, feeling: of[stage], persona }]));
  return {
    id,
    name: { "zh-CN": "购物", en: "Shopping" },
    gap: "3d",
    zone: "Asia/Shanghai",
    personas,
    stages: stages.map((stage) => ({ ...(STAGES[stage] as Journey["stages"][number]), cards: cardsOf(stage) })),
    goal: { name: "Paid", touchpoints: ["pay"] },
  };
}

async function save(request: APIRequestContext, journey: Journey, note: string): Promise<void> {
  const answer = await request.put(`${server.url}/v1/workspaces/${SHOP}/journeys/${journey.id}?note=${note}`, { data: journey });
  expect(answer.ok(), await answer.text()).toBe(true);
}

async function askMap(request: APIRequestContext, journey: string, asked: object): Promise<JourneyMap> {
  const answer = await request.post(`${server.url}/v1/workspaces/${SHOP}/journeys/${journey}/map`, { data: asked });
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as JourneyMap;
}

const at = (view: object = {}) => `${server.url}/w/${SHOP}/journeys/shop?view=${encodeURIComponent(JSON.stringify({ v: 1, ...view }))}`;
const viewOf = (page: Page) => JSON.parse(new URL(page.url()).searchParams.get("view") ?? "{}") as Record<string, unknown>;
const byPersona = (persona: string) => ({ by: "persona", persona });
const versusPhone = { of: byPersona("desk"), compare: { kind: "group", group: byPersona("phone") } };

/** The numbers of a side, stage by stage: how many reached each. */
async function reachedOn(page: Page, side: number): Promise<(string | null)[]> {
  const boxes = page.locator(".beside-side").nth(side).locator(".beside-stage, .beside-none");
  return boxes.evaluateAll((all) => all.map((box) => box.querySelector(".beside-numbers .num.strong")?.lastChild?.textContent ?? null));
}

const reached = (map: JourneyMap) => map.stages.map((stage) => String(stage.reached.instances));

for (const language of LANGUAGES) {
  const t = TEXTS[language];
  const look = { language, theme: "light" } as const;

  test(`two groups stand side by side or tell both values (${language})`, async ({ page, request }) => {
    const [desk, phone] = await Promise.all([askMap(request, "shop", { persona: "desk" }), askMap(request, "shop", { persona: "phone" })]);
    await open(page, at(versusPhone), look);
    const table = page.locator("table.map").first();
    await expect(table).toBeVisible();
    await page.getByRole("radio", { name: t["versus.values.both"] }).click();
    await expect(table.locator(".delta-other").first()).toBeVisible();
    expect(viewOf(page)).toMatchObject({ values: "both" });
    // What it opens tells both, too.
    await table.getByRole("button", { name: new RegExp(`^${sentenceIn(desk.stages[0]?.name, language)} · ${t["figure.reached"]} ·`) }).click();
    const drawer = page.getByRole("dialog");
    await expect(drawer.locator(".explain-value")).toHaveText(String(desk.stages[0]?.reached.instances));
    const fact = drawer.locator(".explain-facts > *").filter({ hasText: t["versus.of"].replace("{{other}}", language === "en" ? "Phone" : "手机客户") });
    await expect(fact).toContainText(String(phone.stages[0]?.reached.instances));
    await page.keyboard.press("Escape");

    await page.getByRole("radio", { name: t["versus.layout.beside"] }).press("Enter");
    await expect(page.locator(".beside-side")).toHaveCount(2);
    expect(viewOf(page)).toMatchObject({ layout: "beside" });
    expect(await reachedOn(page, 0)).toEqual(reached(desk));
    expect(await reachedOn(page, 1)).toEqual(reached(phone));
    const [left, right] = await page.locator(".beside-side").evaluateAll((all) => all.map((each) => each.getBoundingClientRect()));
    expect(left?.top).toBe(right?.top);
    await page.setViewportSize({ width: 390, height: 844 });
    const [above, below] = await page.locator(".beside-side").evaluateAll((all) => all.map((each) => each.getBoundingClientRect()));
    expect(below?.top).toBeGreaterThanOrEqual(above?.bottom ?? 0);
    // Pictures take the new width once it has been measured.
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });

  test(`two versions and two journeys stand side by side, stages by key and by name (${language})`, async ({ page, request }) => {
    const newest = await askMap(request, "shop", {});
    const first = await askMap(request, "shop", { version: 1 });
    const other = await askMap(request, "other", {});
    await open(page, at(), look);
    await page.locator(".scope").getByRole("button", { name: new RegExp(`^${t["scope.compare"]}:`) }).click();
    await page.getByRole("button", { name: t["versus.version"] }).click();
    await page.getByRole("option", { name: new RegExp(t["scope.versionN"].replace("{{n}}", "1")) }).click();
    await expect(page.locator(".beside-side")).toHaveCount(2);
    expect(viewOf(page)).toMatchObject({ compare: { kind: "version", version: 1 }, layout: "beside" });
    expect(await reachedOn(page, 0)).toEqual(reached(newest));
    const [one, last] = reached(first);
    expect(await reachedOn(page, 1)).toEqual([one, null, last]);
    await expect(page.locator(".beside-none")).toHaveText(t["beside.none"].replace("{{stage}}", sentenceIn(STAGES["weigh"]?.name, language)));

    await page.locator(".scope").getByRole("button", { name: new RegExp(`^${t["scope.compare"]}:`) }).press("Enter");
    await page.getByRole("button", { name: t["versus.journey"] }).press("Enter");
    await expect(page.getByRole("option").first()).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page.locator(".beside-head h2").last()).toHaveText(language === "en" ? "The other" : "另一个");
    expect(viewOf(page)).toMatchObject({ compare: { kind: "journey", journey: "other" } });
    await expect(page.locator(".beside-none")).toHaveCount(0);
    expect(await reachedOn(page, 1)).toEqual(reached(other));
    await page.reload();
    await expect(page.locator(".beside-side")).toHaveCount(2);
  });

  test(`each persona has a line of feelings that is read by keyboard and as a table (${language})`, async ({ page, request }) => {
    const stored = (await (await request.get(`${server.url}/v1/workspaces/${SHOP}/journeys/shop`)).json()) as JourneyVersion;
    const names = (stored.journey.personas ?? []).map(({ name }) => sentenceIn(name, language));
    await open(page, at(), look);
    const row = page.locator(".emotion-row");
    await expect(row.locator(".legend > li")).toHaveText([t["lane.curveAverage"], ...names]);
    const picture = row.getByRole("img", { name: names[0] ?? "?" });
    await picture.focus();
    await page.keyboard.press("End");
    await expect(row.getByRole("status")).toHaveText([sentenceIn(STAGES["buy"]?.name, language), `${t["lane.curveAverage"]} +0.5`, `${names[0]} −1`, `${names[1]} +2`].join(" · "));
    await page.keyboard.press("Home");
    await expect(row.getByRole("status")).toContainText(`${names[0]} −2`);

    await row.getByRole("radio", { name: t["moves.table"] }).click();
    await expect(row.locator("thead th")).toHaveText([t["map.stage"], t["lane.curveAverage"], ...names]);
    await expect(row.locator("tbody tr").first().locator("td")).toHaveText(["−0.5", "−2", "+1"]);
    await row.locator(".select-button").click();
    await page.getByRole("option", { name: t["lane.curveAverage"] }).click();
    await page.keyboard.press("Escape");
    await expect(row.locator("thead th")).toHaveText([t["map.stage"], ...names]);
    expect(viewOf(page)).toMatchObject({ curve: "table", curves: ["desk", "phone"] });

    // The map of one persona, against another: a line each.
    await open(page, at(versusPhone), look);
    await expect(row.locator(".legend > li")).toHaveText(names);
  });
}

test.describe("accessible", () => {
  test.beforeEach(withAxe);
  for (const language of LANGUAGES) {
    const theme = THEME_OF[language];
    test(`maps side by side, both values and the curve (${language}, ${theme})`, async ({ page }) => {
      for (const view of [{ ...versusPhone, layout: "beside" }, { ...versusPhone, values: "both" }, { compare: { kind: "version", version: 1 }, layout: "beside" }, { curve: "table" }]) {
        await open(page, at(view), { language, theme });
        await page.locator(".beside-stage, .emotion-row").first().waitFor();
        await page.waitForLoadState("networkidle");
        await check(page, JSON.stringify(view));
      }
      await page.locator(".scope .select-button").nth(4).click();
      await page.locator(".chooser").waitFor();
      await check(page, "what to compare with");
    });
  }
});
