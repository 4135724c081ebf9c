// Segments on a simulated retailer: made, counted, used, kept from an analysis, changed, gone back and deleted. Every number is
// compared with what the API says of the same definition.
import type { APIRequestContext, Page } from "@playwright/test";
import { expect, test } from "@playwright/test";

import type { CustomerList, FunnelAnswer, LifecycleAnswer, RfmAnswer, Segment, SegmentVersion, SegmentsAnswer, Who } from "../src/api/types";
import { check, withAxe } from "./wcag";
import { LANGUAGES, TEXTS, THEME_OF, filled, open, tabTo } from "./story";
import type { Language } from "./story";

const WORKSPACE = "simulated";
const API = `/v1/workspaces/${WORKSPACE}`;
const SHOP = "ecom";
const BUYS = [{ event: ["order_paid"] }];
const whole = (n: number, language: Language = "en") => new Intl.NumberFormat(language).format(n);
const texts = (name: string) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
const views = (kind: string, view: object, workspace = WORKSPACE) => `/w/${workspace}/analyses/${kind}?view=${encodeURIComponent(JSON.stringify({ v: 1, ...view }))}`;

async function ask<Answer>(request: APIRequestContext, path: string, data: object): Promise<Answer> {
  const answer = await request.post(path, { data });
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as Answer;
}

async function sizeOf(request: APIRequestContext, segment: string | Segment, workspace = WORKSPACE): Promise<number> {
  const { segments } = await ask<SegmentsAnswer>(request, `/v1/workspaces/${workspace}/segmentation`, { segments: [segment] });
  return segments[0]?.members.customers ?? -1;
}

async function put(request: APIRequestContext, segment: { id: string; name: Segment["name"]; who: object }, workspace = WORKSPACE): Promise<void> {
  const answer = await request.put(`/v1/workspaces/${workspace}/segments/${segment.id}`, { data: segment });
  expect(answer.ok(), await answer.text()).toBe(true);
}

async function stored(request: APIRequestContext, id: string, workspace = WORKSPACE): Promise<SegmentVersion> {
  const answer = await request.get(`/v1/workspaces/${workspace}/segments/${id}`);
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as SegmentVersion;
}

/** Takes all segments away, those that name others first. */
async function clear(request: APIRequestContext, workspace = WORKSPACE): Promise<void> {
  const list = async () => ((await (await request.get(`/v1/workspaces/${workspace}/segments`)).json()) as { segments: SegmentVersion[] }).segments;
  for (let left = await list(); left.length > 0; left = await list()) {
    const answers = [];
    for (const { segment } of left) answers.push(await request.delete(`/v1/workspaces/${workspace}/segments/${segment.id}`));
    expect(answers.some((answer) => answer.ok())).toBe(true);
  }
}

test.beforeEach(async ({ request }) => {
  await clear(request);
  await clear(request, SHOP);
});

async function choose(page: Page, control: RegExp, option: string): Promise<void> {
  await page.getByRole("button", { name: control }).first().click();
  await page.getByRole("option", { name: option }).first().click();
}

for (const language of LANGUAGES) {
  test(`a segment is built, counted while it is built, saved, changed, gone back from and deleted (${language})`, async ({ page, request }) => {
    const t = TEXTS[language];
    await open(page, `/w/${WORKSPACE}/journeys`, { language, theme: "light" });
    await page.getByRole("link", { name: t["nav.segments"], exact: true }).click();
    await expect(page.getByText(t["segments.none"])).toBeVisible();
    await page.getByRole("link", { name: t["segments.new"] }).first().click();
    await expect(page.getByText(t["segments.nothingYet"])).toBeVisible();
    // Nothing is saved while a condition is not complete.
    await page.getByLabel(t["segments.name"], { exact: true }).fill("Lapsing buyers");
    await page.getByRole("button", { name: t["segments.save"] }).click();
    await expect(page.getByRole("alert")).toHaveText(t["segments.unfinished"]);

    await page.getByRole("button", { name: new RegExp(`^${t["who.events"]}:`) }).click();
    await page.getByRole("button", { name: "order_paid", exact: true }).click();
    await page.keyboard.press("Escape");
    const bought = { did: { match: BUYS, measure: "count", is: { gte: 1 } } } as unknown as Who;
    await expect(page.locator(".live-size .total-number")).toContainText(whole(await sizeOf(request, { id: "x", name: "x", who: bought }), language));

    // And not in the last 30 days.
    await page.getByRole("button", { name: t["who.add"] }).last().click();
    const second = page.getByRole("group", { name: t["who.testN"].replace("{{n}}", "2") });
    await second.getByRole("button", { name: new RegExp(texts(t["who.kind.did"])) }).first().click();
    await page.getByRole("option", { name: t["who.kind.last"] }).click();
    await second.getByRole("button", { name: new RegExp(`^${t["who.events"]}:`) }).click();
    await page.getByRole("button", { name: "order_paid", exact: true }).click();
    await page.keyboard.press("Escape");
    await second.getByRole("radio", { name: t["who.not"], exact: true }).click();
    const who = { all: [bought, { not: { last: { match: BUYS, within: { last: "30d" } } } }] } as unknown as Who;
    const size = await sizeOf(request, { id: "x", name: "x", who });
    await expect(page.locator(".live-size .total-number")).toContainText(whole(size, language));
    await page.getByRole("button", { name: t["segments.save"] }).click();

    await expect(page.getByRole("heading", { level: 1, name: "Lapsing buyers" })).toBeVisible();
    expect(page.url()).toContain("/segments/lapsing-buyers");
    const { segment } = await stored(request, "lapsing-buyers");
    expect(await sizeOf(request, { id: "x", name: "x", who: segment.who })).toBe(size);
    await expect(page.locator(".finding")).toContainText(whole(size, language));
    // Its people are those the number counts.
    await page.getByRole("button", { name: t["verb.people"] }).click();
    await expect(page.getByRole("dialog").locator(".explain-people")).toContainText(whole(size, language));
    await page.keyboard.press("Escape");

    // The next version is of 60 days.
    await page.getByRole("button", { name: t["segments.edit"], exact: true }).click();
    await page.getByRole("group", { name: t["who.testN"].replace("{{n}}", "2") }).getByLabel(t["who.atMost"]).fill("60");
    await page.getByLabel(t["form.note"]).fill("60 is enough");
    await page.getByRole("button", { name: t["segments.saveNext"] }).click();
    await expect(page.getByText(t["scope.versionN"].replace("{{n}}", "2"))).toBeVisible();
    const changed = await stored(request, "lapsing-buyers");
    expect(changed).toMatchObject({ version: 2, note: "60 is enough" });
    const later = await sizeOf(request, "lapsing-buyers");
    expect(later).not.toBe(size);
    await expect(page.locator(".finding")).toContainText(whole(later, language));

    // Back to the first.
    await page.getByRole("button", { name: t["versions.open"] }).click();
    const versions = page.getByRole("dialog").locator(".saved-versions > li");
    await expect(versions).toHaveCount(2);
    await expect(versions.first()).toContainText("60 is enough");
    await versions.last().getByRole("button", { name: t["segments.restore"] }).click();
    await expect(page.locator(".finding")).toContainText(whole(size, language));
    expect((await stored(request, "lapsing-buyers")).version).toBe(3);

    // The list has it; deleting asks first.
    await page.getByRole("navigation", { name: t["common.breadcrumb"] }).getByRole("link").click();
    await expect(page.locator("tbody tr")).toHaveCount(1);
    await expect(page.locator("tbody tr").first()).toContainText(whole(size, language));
    await page.getByRole("link", { name: "Lapsing buyers" }).click();
    await page.getByRole("button", { name: t["segments.delete"], exact: true }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: t["common.cancel"] }).click();
    expect((await stored(request, "lapsing-buyers")).version).toBe(3);
    await page.getByRole("button", { name: t["segments.delete"], exact: true }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: t["segments.deleteDo"] }).click();
    await expect(page.getByText(t["segments.none"])).toBeVisible();
    expect((await request.get(`${API}/segments/lapsing-buyers`)).status()).toBe(404);
    await page.keyboard.press("Control+z");
    await expect(page.getByRole("link", { name: "Lapsing buyers" })).toBeVisible();
    expect(await sizeOf(request, "lapsing-buyers")).toBe(size);
  });
}

test("every kind of condition is read back as it was saved", async ({ page, request }) => {
  const t = TEXTS.en;
  await put(request, { id: "base", name: "Base", who: { channel: { any_of: ["store"] } } });
  const who = {
    any: [
      { all: [{ trait: { key: "member_level", op: "in", value: ["金卡", "银卡"] } }, { not: { segment: "base" } }] },
      { sequence: { steps: [[{ event: ["product_view"] }], [{ event: ["order_paid"], channel: ["app"] }]], span: "2d", within: { last: "90d" } } },
      { did: { match: BUYS, measure: { sum: "amount" }, is: { gte: 300, lte: 900 }, within: { before: "7d" } } },
      { first: { match: BUYS, within: { last: "60d", before: "30d" } } },
      { rfm: { model: { match: BUYS }, groups: ["important_keep"], f: [4, 5] } },
    ],
  };
  await put(request, { id: "every-kind", name: { "zh-CN": "各种条件", en: "Every kind" }, who });
  const before = await sizeOf(request, "every-kind");
  await open(page, `/w/${WORKSPACE}/segments/every-kind?edit=1`, { language: "en", theme: "light" });
  await expect(page.locator(".live-size .total-number")).toContainText(whole(before));
  await page.getByLabel(t["segments.name"], { exact: true }).fill("All kinds");
  await page.getByRole("button", { name: t["segments.saveNext"] }).click();
  await expect(page.getByRole("heading", { level: 1, name: "All kinds" })).toBeVisible();
  const { segment } = await stored(request, "every-kind");
  expect(segment.name).toEqual({ "zh-CN": "各种条件", en: "All kinds" });
  expect(await sizeOf(request, "every-kind")).toBe(before);
  // One that is named by another cannot go.
  await page.goto(`/w/${WORKSPACE}/segments/base`);
  await page.getByRole("button", { name: t["segments.delete"], exact: true }).click();
  await expect(page.getByRole("alertdialog")).toContainText("All kinds");
  await expect(page.getByRole("alertdialog").getByRole("button", { name: t["segments.deleteDo"] })).toBeDisabled();
});

test("a segment is made with the keyboard alone", async ({ page, request }) => {
  const t = TEXTS.en;
  await open(page, `/w/${SHOP}/new-segment`, { language: "en", theme: "light" });
  await page.getByLabel(t["segments.name"], { exact: true }).focus();
  await page.keyboard.type("Carts");
  await tabTo(page, new RegExp(`^${t["who.events"]}:`));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("searchbox")).toBeFocused();
  await page.keyboard.type("add_to_cart");
  await tabTo(page, /^✓?add_to_cart$/);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await tabTo(page, new RegExp(`^${t["who.addGroup"]}`));
  await page.keyboard.press("Enter");
  await expect(page.locator(".who-inner")).toHaveCount(1);
  await tabTo(page, new RegExp(t["who.remove"].replace("{{of}}", t["who.groupN"].replace("{{n}}", "2"))));
  await page.keyboard.press("Enter");
  await expect(page.locator(".who-inner")).toHaveCount(0);
  await tabTo(page, new RegExp(`^${t["segments.save"]}$`));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Carts" })).toBeVisible();
  expect(await sizeOf(request, "carts", SHOP)).toBe(522);
});

test("a count that takes long can be cancelled", async ({ page }) => {
  const t = TEXTS["zh-CN"];
  await page.route("**/segmentation", () => undefined);
  await open(page, `/w/${SHOP}/new-segment`, { language: "zh-CN", theme: "light" });
  await page.getByRole("button", { name: new RegExp(`^${t["who.events"]}:`) }).click();
  await page.getByRole("button", { name: "cart", exact: true }).click();
  await page.keyboard.press("Escape");
  await page.locator(".progress").getByRole("button", { name: t["common.cancel"] }).click();
  await expect(page.locator(".live-size")).toContainText(t["map.cancelled"]);
  await page.unroute("**/segmentation");
  await page.locator(".live-size").getByRole("button", { name: t["common.retry"] }).click();
  await expect(page.locator(".live-size .total-number")).toBeVisible();
});

test("a segment is the scope of an analysis and of a map", async ({ page, request }) => {
  const t = TEXTS.en;
  await put(request, { id: "members", name: "Gold and silver", who: { trait: { key: "member_level", op: "in", value: ["金卡", "银卡"] } } });
  await open(page, views("sessions", {}), { language: "en", theme: "light" });
  await page.getByRole("button", { name: new RegExp(`^${t["scope.of"]}:`) }).click();
  await page.getByRole("button", { name: t["group.bySegment"] }).click();
  await page.getByRole("button", { name: /Gold and silver/ }).click();
  const { sessions } = await ask<{ sessions: { instances: number } }>(request, `${API}/sessions`, { timeout: "30m", scope: { segments: ["members"] } });
  await expect(page.locator(".total-number").first()).toContainText(whole(sessions.instances));
  expect(new URL(page.url()).searchParams.get("view")).toContain('"segment":"members"');
  // The same from the segment's page, on a map.
  await page.goto(`/w/${WORKSPACE}/segments/members`);
  await page.getByRole("button", { name: t["segments.useIn"] }).click();
  await page.getByRole("menuitem", { name: new RegExp(t["segments.onMap"].split("{{")[0] ?? "") }).first().click();
  await expect(page.locator("table.map").first()).toBeVisible();
  const journey = /journeys\/([^?]+)/.exec(page.url())?.[1] ?? "";
  const map = await ask<{ totals: { started: { instances: number } } }>(request, `${API}/journeys/${journey}/map`, { scope: { segments: ["members"] } });
  await expect(page.getByRole("button", { name: new RegExp(`^${t["scope.of"]}: Gold and silver`) })).toBeVisible();
  await expect(page.locator(".total-number").first()).toContainText(whole(map.totals.started.instances));
});

/** Customers behind a number of the online shop. */
async function behind(request: APIRequestContext, question: string, pick: string): Promise<string[]> {
  const list = (await (await request.get(`/v1/workspaces/${SHOP}/customers`, { params: { question, pick, limit: 200 } })).json()) as CustomerList;
  return list.items.map(({ customer }) => customer).toSorted();
}

/** Saves one of the groups of the analysis that stands on the page, and gives the number it was saved from. */
async function keep(page: Page, what: RegExp, name: string, language: Language = "en"): Promise<void> {
  const t = TEXTS[language];
  await page.getByRole("button", { name: t["verb.segment"] }).click();
  const drawer = page.getByRole("dialog");
  await drawer.getByRole("button", { name: new RegExp(t["keep.who"]) }).click();
  await page.getByRole("option", { name: what }).first().click();
  await expect(drawer.locator(".keep-same")).toBeVisible();
  await drawer.getByLabel(t["segments.name"], { exact: true }).fill(name);
  await drawer.getByRole("button", { name: t["segments.save"] }).click();
  await expect(drawer.getByText(t["keep.done"].replace("{{name}}", name))).toBeVisible();
  await page.keyboard.press("Escape");
}

test("what a funnel counts is kept as a segment of just these people", async ({ page, request }) => {
  const steps = ["add_to_cart", "cart", "shipping_details", "purchase"].map((event) => ({ name: "", match: [{ event: [event] }] }));
  const rules = steps.map(({ match }) => ({ name: match[0]?.event[0], match }));
  const cases = [
    { view: { steps, window: "1d" }, question: { steps: rules, window: "1d", mode: "ordered" } },
    { view: { steps, window: "", channels: ["web"] }, question: { steps: rules, mode: "ordered", scope: { events: [{ channel: ["web"] }] } } },
    {
      view: { steps, of: { by: "value", dimension: "traits.acquisition_channel", value: "email" }, period: { kind: "fixed", from: "2024-05-01", to: "2024-06-30" } },
      question: {
        steps: rules,
        window: "7d",
        mode: "ordered",
        scope: { entry: { from_us: Date.UTC(2024, 4, 1) * 1000, to_us: Date.UTC(2024, 6, 1) * 1000 }, customers: [{ where: [{ column: "traits.acquisition_channel", op: "eq", value: "email" }] }] },
      },
    },
  ];
  for (const [index, { view, question }] of cases.entries()) {
    const answer = await ask<FunnelAnswer>(request, `/v1/workspaces/${SHOP}/funnel`, question);
    await open(page, views("funnel", view, SHOP), { language: "en", theme: "light" });
    await expect(page.locator(".analysis-body.stale")).toHaveCount(0);
    await keep(page, /^Reached “shipping_details”/, `Reached ${index}`);
    await keep(page, /^Reached “cart” but not “shipping_details”/, `Stopped ${index}`);
    await keep(page, /^Everyone in this scope/, `All ${index}`);
    const [, cart, shipping] = answer.steps;
    expect(await sizeOf(request, `reached-${index}`, SHOP)).toBe(shipping?.reached.customers);
    expect(await sizeOf(request, `stopped-${index}`, SHOP)).toBe((cart?.reached.customers ?? 0) - (shipping?.reached.customers ?? 0));
    expect(await sizeOf(request, `all-${index}`, SHOP)).toBe(answer.subjects.customers);
    // Not only as many: the same people.
    const kept = await ask<SegmentsAnswer>(request, `/v1/workspaces/${SHOP}/segmentation`, { segments: [`reached-${index}`] });
    expect(await behind(request, kept.meta.question, kept.segments[0]?.members.pick ?? "")).toEqual(await behind(request, answer.meta.question, shipping?.reached.pick ?? ""));
  }
  // Sessions, strict orders and journeys have no test that says the same.
  await open(page, views("funnel", { steps, unit: { of: "session", timeout: "30m" } }, SHOP), { language: "en", theme: "light" });
  await expect(page.locator(".funnel")).toBeVisible();
  await expect(page.getByRole("button", { name: TEXTS.en["verb.segment"] })).toHaveCount(0);
});

for (const language of LANGUAGES) {
  test(`everyone that analyses over time and attribution offer is a segment of just as many (${language})`, async ({ page, request }) => {
    const t = TEXTS[language];
    const bought = [{ event: ["purchase"] }];
    const cart = [{ event: ["add_to_cart"] }];
    const cases: [string, object, number][] = [
      ["retention", { start: cart, back: bought, channels: ["web"] }, 9],
      ["lifecycle", { active: cart, calendar: "month" }, 5],
      ["stickiness", { period: { kind: "fixed", from: "2024-04-01", to: "2024-06-29" } }, 4],
      ["survival", { start: cart, end: bought }, 3],
      ["attribution", { conversion: bought, period: { kind: "fixed", from: "2024-05-01", to: "2024-05-31" } }, 1],
    ];
    for (const [kind, view, least] of cases) {
      await open(page, views(kind, view, SHOP), { language, theme: "light" });
      await expect(page.locator(".analysis-body.stale")).toHaveCount(0);
      await page.getByRole("button", { name: t["verb.segment"] }).click();
      const drawer = page.getByRole("dialog");
      const who = drawer.getByRole("button", { name: new RegExp(t["keep.who"]) });
      await who.click();
      const names = await page.getByRole("option").allInnerTexts();
      expect(names.length, kind).toBeGreaterThanOrEqual(least);
      // Each has a name of its own, with nothing left open.
      expect(names.join()).not.toContain("{{");
      expect(new Set(names.map((name) => name.split("\n")[0])).size, names.join()).toBe(names.length);
      await page.keyboard.press("Escape");
      for (const index of names.keys()) {
        await who.click();
        await page.getByRole("option").nth(index).click();
        // The size of the segment is asked of the API; only what is the same can be saved.
        await expect(drawer.locator(".keep-same, .form-fault").first()).toBeVisible();
        await expect(drawer.locator(".keep-same"), `${kind}: ${names[index]}`).toBeVisible();
      }
      await page.keyboard.press("Escape");
    }
    // Not only as many: the same people.
    const answer = await ask<LifecycleAnswer>(request, `/v1/workspaces/${SHOP}/lifecycle`, { active: cart, unit: "month", over: {}, scope: {} });
    const last = answer.periods.findLast(({ complete }) => complete);
    await open(page, views("lifecycle", { active: cart, calendar: "month" }, SHOP), { language, theme: "light" });
    await keep(page, new RegExp(t["keep.resurrected"].replace("{{first}}", ".*")), `Back ${language}`, language);
    const kept = await ask<SegmentsAnswer>(request, `/v1/workspaces/${SHOP}/segmentation`, { segments: [`back-${language.toLowerCase()}`], scope: { as_of_us: answer.meta.as_of_us } });
    expect(await behind(request, kept.meta.question, kept.segments[0]?.members.pick ?? "")).toEqual(await behind(request, answer.meta.question, last?.resurrected.pick ?? ""));
  });
}

for (const language of LANGUAGES) {
  test(`RFM groups have the API's numbers, are kept, and overlap as the API says (${language})`, async ({ page, request }) => {
    const t = TEXTS[language];
    const model = { match: BUYS, value: "amount", high: 4, ties: "together" };
    const answer = await ask<RfmAnswer>(request, `${API}/rfm`, { model });
    await open(page, `/w/${WORKSPACE}/analyses/rfm`, { language, theme: "light" });
    await expect(page.getByText(t["rfm.incomplete"])).toBeVisible();
    await page.getByRole("button", { name: new RegExp(`^${t["rfm.purchase"]}:`) }).click();
    await page.getByRole("button", { name: "order_paid", exact: true }).click();
    await page.keyboard.press("Escape");
    await expect(page.locator(".rfm-cell")).toHaveCount(8);
    for (const { group, people } of answer.named) {
      const cell = page.locator(".rfm-cell").filter({ has: page.getByText(t[`rfm.${group}`], { exact: true }) });
      await expect(cell.locator(".rfm-number .num")).toContainText(whole(people.customers));
    }
    await keep(page, new RegExp(`^${t["rfm.important_value"]}`), "Best customers", language);
    const best = answer.named.find(({ group }) => group === "important_value")?.people.customers;
    expect(await sizeOf(request, "best-customers")).toBe(best);

    await put(request, { id: "app", name: "App", who: { channel: { any_of: ["app"] } } });
    const both = await ask<SegmentsAnswer>(request, `${API}/segmentation`, { segments: ["app", "best-customers"], trend_days: 90 });
    await open(page, views("segments", { segments: ["app", "best-customers"] }), { language, theme: "light" });
    await expect(page.locator(".size-list > li").first()).toContainText(whole(both.segments[0]?.members.customers ?? -1));
    const overlap = both.overlaps.find(({ segments }) => segments.length === 2);
    await expect(page.locator(".overlap-list > li")).toContainText(whole(overlap?.members.customers ?? -1));
    await keep(page, new RegExp(`^${texts(filled(t["keep.overlap"], { names: "App ∩ Best customers" }))}`), "Best in the app", language);
    expect(await sizeOf(request, "best-in-the-app")).toBe(overlap?.members.customers);
    await page.getByRole("radio", { name: t["show.table"] }).click();
    await expect(page.getByRole("region", { name: t["overlap.trendTitle"] }).locator("tbody tr")).toHaveCount(both.trend.length);
  });
}

for (const language of LANGUAGES) {
  const theme = THEME_OF[language];
  test(`segments are accessible ${language} ${theme}`, async ({ page, request }) => {
    const t = TEXTS[language];
    await withAxe({ page });
    const look = { language, theme } as const;
    await open(page, `/w/${WORKSPACE}/segments`, look);
    await page.locator(".empty").waitFor();
    await check(page, "no segments");
    await put(request, { id: "store", name: "Store", who: { channel: { any_of: ["store"] } } });
    await put(request, {
      id: "mixed",
      name: { "zh-CN": "混合", en: "Mixed" },
      who: { any: [{ all: [{ trait: { key: "member_level", op: "in", value: ["金卡"] } }, { segment: "store" }] }, { sequence: { steps: [BUYS, BUYS], span: "7d" } }, { rfm: { model: { match: BUYS }, groups: [] } }] },
    });
    await open(page, `/w/${WORKSPACE}/segments`, look);
    await page.locator("tbody .num").nth(1).waitFor();
    await check(page, "list of segments");
    await open(page, `/w/${WORKSPACE}/segments/mixed`, look);
    await page.locator("svg.picture").waitFor();
    await check(page, "a segment");
    await page.getByRole("button", { name: t["versions.open"] }).click();
    await page.locator(".saved-versions > li").first().waitFor();
    await check(page, "versions of a segment");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: t["segments.delete"], exact: true }).click();
    await page.getByRole("alertdialog").waitFor();
    await check(page, "before deleting");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: t["segments.useIn"] }).click();
    await page.getByRole("menu").waitFor();
    await check(page, "where a segment is used");
    await open(page, `/w/${WORKSPACE}/segments/mixed?edit=1`, look);
    await page.locator(".live-size .total-number").waitFor();
    await check(page, "the builder");
    await choose(page, new RegExp(texts(t["who.kind.trait"])), t["who.kind.did"]);
    await check(page, "the builder with a condition that is not complete");
    await open(page, `/w/${WORKSPACE}/new-segment`, look);
    await page.locator(".live-size").waitFor();
    await check(page, "a new segment");
    await open(page, views("segments", { segments: ["store", "mixed"] }), look);
    await page.locator(".overlap-list").waitFor();
    await check(page, "segments side by side");
    await page.getByRole("button", { name: t["verb.segment"] }).click();
    await page.locator(".keep-same").waitFor();
    await check(page, "an overlap to be kept");
    await open(page, views("rfm", { match: BUYS }), look);
    await page.locator(".rfm-grid").waitFor();
    await check(page, "RFM");
    await open(page, views("sessions", {}), look);
    await page.locator(".total-number").first().waitFor();
    await page.getByRole("button", { name: new RegExp(`^${t["scope.of"]}:`) }).click();
    await page.getByRole("button", { name: t["group.bySegment"] }).click();
    await page.locator(".chooser li").first().waitFor();
    await check(page, "segments to choose from");
  });
}
