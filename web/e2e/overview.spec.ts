// The overview: every number is the API's, a card that fails leaves the others standing, a live count moves, and the first
// run makes a journey on sample or own data.
import type { APIRequestContext } from "@playwright/test";
import { expect, test } from "@playwright/test";

import type { DictionaryAnswer, JourneyList, PainList, PlaceVisits, ProposalList, SegmentsAnswer, SiteList, TemplateDetail } from "../src/api/types";
import { SHOP, addSource, event, send } from "./live";
import type { Running } from "./server";
import { startEmpty } from "./server";
import { LANGUAGES, TEXTS, THEME_OF, WORKSPACE, knownPains, open, propose, sentenceIn } from "./story";
import { check, withAxe } from "./wcag";

const HOME = `/w/${WORKSPACE}`;

test.beforeEach(withAxe);

async function get<T>(request: APIRequestContext, path: string, url = ""): Promise<T> {
  const answer = await request.get(`${url}${path}`);
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as T;
}

for (const language of LANGUAGES) {
  const t = TEXTS[language];
  const number = (value: number) => new Intl.NumberFormat(language).format(value);

  test(`${language}: one comes to the overview, whose numbers are the API's and lead on`, async ({ page, request }) => {
    await knownPains(request);
    await propose(request, "Say the price of delivery before the cart");
    const dictionary = await get<DictionaryAnswer>(request, `/v1/workspaces/${WORKSPACE}/dictionary`);
    const { journeys } = await get<JourneyList>(request, `/v1/workspaces/${WORKSPACE}/journeys`);
    const { pains } = await get<PainList>(request, `/v1/workspaces/${WORKSPACE}/pains`);
    const { proposals } = await get<ProposalList>(request, `/v1/workspaces/${WORKSPACE}/proposals`);
    const asked = await request.post(`/v1/workspaces/${WORKSPACE}/segmentation`, { data: { segments: [{ id: "x", name: "x", who: { did: { match: [{ event: ["purchase"] }] } } }] } });
    const { population } = (await asked.json()) as SegmentsAnswer;

    await open(page, `/w/${WORKSPACE}/journeys`, { language, theme: "light" });
    await page.goto("/");
    await expect(page).toHaveURL(new RegExp(`${HOME}$`));
    await expect(page.locator(".sidebar .nav-link[aria-current=page]")).toHaveText(t["nav.overview"]);
    const card = (step: keyof typeof t & `step.${string}`) => page.getByRole("region", { name: t[step], exact: true }).first();
    const stat = (step: keyof typeof t & `step.${string}`, name: string) => card(step).locator(".overview-stat", { has: page.getByText(name, { exact: true }) }).locator(".overview-number");

    await expect(stat("step.collect", t["overview.events"])).toHaveText(number(dictionary.events));
    const lastDay = dictionary.names.reduce((sum, { days }) => sum + (days.at(-1) ?? 0), 0);
    await expect(card("step.collect").locator(".overview-number").nth(1)).toHaveText(number(lastDay));
    await expect(stat("step.identify", t["overview.customers"])).toContainText(number(population.customers));
    await expect(card("step.journey").locator("tbody tr")).toHaveCount(Math.min(6, journeys.length));
    const openPains = pains.filter(({ status }) => status !== "closed");
    await expect(stat("step.find", t["overview.openPains"])).toHaveText(number(openPains.length));
    await expect(card("step.find").locator("ol a").first()).toHaveText(sentenceIn(openPains[0]?.pain.sentence, language));
    const proposed = proposals.filter(({ proposal }) => (proposal.status ?? "proposed") === "proposed").length;
    await expect(stat("step.improve", t["proposal.status.proposed"])).toHaveText(number(proposed));

    // A number opens: what it means, and who is behind it.
    const conversion = card("step.journey").locator("tbody tr").first().getByRole("button");
    await expect(conversion).toHaveText(/%/);
    await conversion.click();
    await expect(page.getByRole("dialog")).toContainText(t["define.conversion"]);
    await page.keyboard.press("Escape");
    await card("step.find").locator("ol a").first().click();
    await expect(page).toHaveURL(new RegExp(`/pains/${openPains[0]?.pain.key}$`));
  });

  test(`${language}: a card that fails says so, and the others stand`, async ({ page }) => {
    await page.route("**/v1/workspaces/*/pains*", (route) => route.fulfill({ status: 500, contentType: "application/json", body: '{"error":{"code":"internal","message":"broken"}}' }));
    await open(page, HOME, { language, theme: "dark" });
    await expect(page.getByRole("alert")).toHaveCount(1);
    await expect(page.getByRole("region", { name: t["step.find"], exact: true }).getByRole("alert")).toBeVisible();
    await expect(page.locator(".overview-journeys tbody tr").first()).toContainText("%");
    await page.unroute("**/v1/workspaces/*/pains*");
    await page.getByRole("button", { name: t["common.retry"] }).click();
    await expect(page.getByRole("alert")).toHaveCount(0);
  });

  const theme = THEME_OF[language];
  test(`${language} ${theme}: is accessible, on a telephone and at 200 % too, and nothing is wider than the page`, async ({ page }) => {
    for (const size of [{ width: 1440, height: 900 }, { width: 640, height: 450 }, { width: 390, height: 844 }]) {
      await page.setViewportSize(size);
      await open(page, HOME, { language, theme });
      await expect(page.locator(".overview-journeys tbody tr").first()).toContainText("%");
      await expect(page.locator(".overview-pains li").first()).toBeVisible();
      await check(page, `overview at ${size.width}`);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    }
  });
}

test.describe("a new workspace", () => {
  let server: Running;
  test.beforeEach(async () => {
    server = await startEmpty(SHOP);
  });
  test.afterEach(() => server.stop());

  for (const language of LANGUAGES) {
    const t = TEXTS[language];

    test(`${language}: three answers make the first journey, and what arrives is counted as it comes`, async ({ page, request }) => {
      await open(page, `${server.url}/w/${SHOP}`, { language, theme: language === "en" ? "dark" : "light" });
      const form = page.getByRole("region", { name: t["firstRun.title"] });
      await form.getByRole("radio", { name: t["industry.banking"] }).focus();
      await page.keyboard.press("Space");
      await expect(form.getByRole("radio", { name: t["industry.banking"] })).toBeChecked();
      const { journey } = await get<TemplateDetail>(request, "/v1/templates/bank", server.url);
      for (const stage of journey.stages) await expect(form.locator(".overview-preview")).toContainText(sentenceIn(stage.name, language));
      const planned = journey.stages.filter(({ id }) => journey.planned?.includes(id) ?? true);
      await expect(form.locator(".overview-stages li")).toHaveText(planned.map(({ name }) => sentenceIn(name, language)));
      await check(page, "the first run");
      await form.getByRole("button", { name: t["firstRun.begin"] }).press("Enter");
      // Without events the next thing is where they come from.
      await expect(page).toHaveURL(`${server.url}/w/${SHOP}/sources`);
      const { journeys } = await get<JourneyList>(request, `/v1/workspaces/${SHOP}/journeys`, server.url);
      expect(journeys.map(({ id }) => id)).toEqual(["bank"]);

      await page.locator(".sidebar").getByRole("link", { name: t["nav.overview"] }).click();
      await expect(page.getByRole("heading", { name: t["overview.connectTitle"] })).toBeVisible();
      await expect(page.locator(".overview-live")).toContainText(t["overview.liveCount"].replace("{{events}}", "0").replace("{{rejections}}", "0"));
      await check(page, "a map and no events");
      const key = await addSource(request, server.url, "web", "Web");
      for (let n = 0; n < 3; n += 1) expect(await send(request, server.url, key, event("apply", `m${n}`))).toBeLessThan(300);
      await send(request, server.url, key, { time: new Date().toISOString() });
      await expect(page.locator(".overview-live")).toContainText(t["overview.liveCount"].replace("{{events}}", "3").replace("{{rejections}}", "1"));
      const stat = page.locator(".overview-stat", { has: page.getByText(t["overview.rejected"], { exact: true }) });
      await expect(stat.locator(".overview-number")).toHaveText("!1");
      await stat.getByRole("link").click();
      await expect(page).toHaveURL(/\/rejections$/);
    });
  }
});

for (const language of LANGUAGES) {
  test(`a new workspace may begin on sample data, with the page that answers its question (${language})`, async ({ page, request }) => {
    const t = TEXTS[language];
    const id = `own-${Date.now()}`;
    // The person's other workspaces are samples; this one is new to them.
    await page.route("**/v1/workspaces", async (route) => {
      const answer = await route.fetch();
      const list = (await answer.json()) as { workspaces: { id: string; events: number }[] };
      const [first] = list.workspaces;
      await route.fulfill({ response: answer, json: { workspaces: [...list.workspaces, { ...first, id, name: id, sample: null, events: 0 }] } });
    });
    await page.route(`**/v1/workspaces/${id}/journeys`, (route) => route.fulfill({ json: { journeys: [] } }));
    let made = "";
    await page.route("**/v1/workspaces/*/journeys", async (route) => {
      if (route.request().method() !== "POST") return route.fallback();
      made = `${new URL(route.request().url()).pathname} ${route.request().postData()}`;
      return route.fulfill({ json: { version: 1, created: true } });
    });
    await open(page, `/w/${id}`, { language, theme: "light" });
    await page.getByRole("radio", { name: t["firstRun.goal.return"] }).focus();
    await page.keyboard.press("Space");
    await page.getByRole("radiogroup", { name: t["firstRun.data"] }).getByRole("radio", { name: new RegExp(t["sample.sample"]) }).first().focus();
    await page.keyboard.press("Space");
    await page.getByRole("button", { name: t["firstRun.begin"] }).press("Enter");
    await expect(page).toHaveURL(/\/analyses\/retention$/);
    const on = new URL(page.url()).pathname.split("/")[2];
    const { journeys } = await get<JourneyList>(request, `/v1/workspaces/${on}/journeys`);
    expect(made).toContain(`/v1/workspaces/${on}/journeys`);
    // A key that is free there.
    expect(journeys.map(({ id: key }) => key)).not.toContain((JSON.parse(made.slice(made.indexOf("{"))) as { id: string }).id);
  });
}

for (const language of LANGUAGES) {
  const t = TEXTS[language];

  test(`${language}: the retailer's stores open from the overview, and show who came to them`, async ({ page, request }) => {
    const { sites } = await get<SiteList>(request, "/v1/workspaces/simulated/sites");
    expect(sites).toHaveLength(8);
    const asked = await request.post("/v1/workspaces/simulated/sites/hangzhou-xihu/visits", { data: {} });
    const { visits } = (await asked.json()) as PlaceVisits;
    expect(visits).toBeGreaterThan(40);
    await open(page, "/w/simulated", { language, theme: THEME_OF[language] });
    const stores = page.getByRole("navigation", { name: t["nav.sites"] });
    const name = sentenceIn(sites.find(({ id }) => id === "hangzhou-xihu")?.name, language);
    await stores.getByRole("link", { name, exact: true }).press("Enter");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
    await expect(page.getByRole("button", { name: `${t["place.total.visits"]}:` })).toContainText(new Intl.NumberFormat(language).format(visits));
    await check(page, "a store of the retailer");
  });

  test(`${language}: the two malls open from the overview, each with the floors of its plan`, async ({ page, request }) => {
    const { sites } = await get<SiteList>(request, "/v1/workspaces/floor/sites");
    const malls = sites.filter(({ kind }) => kind === "mall");
    expect(malls.map(({ floors }) => floors)).toEqual([9, 5]);
    for (const mall of malls) {
      await open(page, "/w/floor", { language, theme: THEME_OF[language] });
      const name = sentenceIn(mall.name, language);
      await page.getByRole("navigation", { name: t["nav.sites"] }).getByRole("link", { name, exact: true }).press("Enter");
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
      await page.getByRole("main").getByRole("button", { name: t["place.floor"] }).press("Enter");
      await expect(page.getByRole("option").filter({ hasNotText: t["place.allFloors"] })).toHaveCount(mall.floors);
    }
  });
}

test("on a telephone the pages are folded away until they are asked for", async ({ page }) => {
  const t = TEXTS["zh-CN"];
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, `/w/${WORKSPACE}`, { language: "zh-CN", theme: "light" });
  const menu = page.getByRole("button", { name: t["shell.menu"], exact: true });
  const link = page.locator(".sidebar").getByRole("link", { name: t["nav.customers"] });
  await expect(link).toBeHidden();
  await menu.press("Enter");
  await expect(menu).toHaveAttribute("aria-expanded", "true");
  await link.click();
  await expect(page).toHaveURL(/customers$/);
  await expect(link).toBeHidden();
});

for (const language of LANGUAGES) {
  test(`${language}: all pages are in sight beside the content, on a laptop and on a larger screen`, async ({ page }) => {
    for (const height of [900, 1000, 1200, 1300]) {
      await page.setViewportSize({ width: 1440, height });
      await open(page, `/w/${WORKSPACE}`, { language, theme: "light" });
      await expect(page.locator(".sidebar-pages a").last(), String(height)).toBeInViewport({ ratio: 1 });
    }
  });
}
