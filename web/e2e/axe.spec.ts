// WCAG 2.2 AA by axe: every page, both languages, both themes, and with what pops up open.
import type { Page } from "@playwright/test";
import { expect, test } from "@playwright/test";

import type { JourneyVersion } from "../src/api/types";
import { LANGUAGES, MAP, OTHER_WORKSPACE, THEME_OF, WORKSPACE, headButton, knownPains, mapReady, open, painReady, propose } from "./story";
import { check, withAxe } from "./wcag";

test.beforeEach(withAxe);

const POPUPS: { name: string; open: (page: Page) => Promise<void> }[] = [
  { name: "journey list", open: (page) => page.locator(".scope .select-button").first().click() },
  { name: "period", open: (page) => page.locator(".scope .select-button").nth(2).click() },
  {
    name: "calendar",
    open: async (page) => {
      await page.locator(".scope .select-button").nth(2).click();
      await page.locator(".option-button").last().click();
      await page.locator(".calendar").waitFor();
    },
  },
  { name: "people", open: (page) => page.locator(".scope .select-button").nth(3).click() },
  {
    name: "people by a value",
    open: async (page) => {
      await page.locator(".scope .select-button").nth(3).click();
      await page.locator(".option-button").last().click();
      await page.locator(".group-chooser li").first().waitFor();
    },
  },
  { name: "comparison", open: (page) => page.locator(".scope .select-button").nth(4).click() },
  { name: "channels", open: (page) => page.locator(".scope .select-button").nth(5).click() },
  {
    name: "export",
    open: async (page) => {
      await headButton(page, "export.title").click();
      await page.getByRole("menu").waitFor();
    },
  },
  {
    name: "discussion",
    open: async (page) => {
      await headButton(page, "comments.title").click();
      await page.locator(".comment-new").waitFor();
    },
  },
  {
    name: "versions",
    open: async (page) => {
      await headButton(page, "versions.open").click();
      await page.locator(".version").first().waitFor();
    },
  },
  {
    name: "key touchpoints as table",
    open: async (page) => {
      await page.locator(".panel .segment").nth(1).click();
      await page.locator(".panel:has(#key-title) tbody tr").first().waitFor();
    },
  },
  { name: "workspace list", open: (page) => page.locator(".workspace .select-button").click() },
  { name: "sample data", open: (page) => page.locator("aside .sample").click() },
  {
    name: "explanation",
    open: async (page) => {
      await page.locator(".total-number").nth(1).click();
      await page.locator(".explain-sql").waitFor();
    },
  },
  {
    name: "customers behind a number",
    open: async (page) => {
      await page.locator(".total-number").nth(1).click();
      await page.getByRole("tab").nth(1).click();
      await page.locator(".people a").first().waitFor();
    },
  },
];

const view = (fields: object) => `${MAP}?view=${encodeURIComponent(JSON.stringify({ v: 1, ...fields }))}`;

const button = (page: Page, within: string, nth: number) => page.locator(`${within} .button`).nth(nth);
const ANALYSIS_POPUPS: { name: string; open: (page: Page) => Promise<void> }[] = [
  {
    name: "breakdown",
    open: async (page) => {
      await page.locator(".scope .select-button").nth(4).click();
      await page.locator(".option-button").last().click();
      await page.locator(".chooser li").first().waitFor();
    },
  },
  { name: "events of a step", open: (page) => page.locator(".event-button").first().click() },
  { name: "order of steps", open: (page) => page.locator(".editor .scope .select-button").last().click() },
  { name: "export of an answer", open: (page) => button(page, ".page-actions", 3).click() },
  { name: "saved views", open: (page) => button(page, ".page-actions", 4).click() },
  {
    name: "explanation of an answer",
    open: async (page) => {
      await button(page, ".page-actions", 0).click();
      await page.locator(".explain-sql").waitFor();
    },
  },
];

/** A funnel with what its steps can have, by a dimension, as a chart. */
const FUNNEL = `/w/${WORKSPACE}/analyses/funnel?view=${encodeURIComponent(
  JSON.stringify({
    v: 1,
    show: "chart",
    steps: [
      { name: "Cart", match: [{ event: ["add_to_cart"], channel: ["web"], where: [{ column: "platform", op: "exists" }] }, { event: ["cart"] }] },
      { name: "", match: [{ event: ["purchase"] }] },
    ],
    by: { dimension: "platform", at: "first", top: 3 },
  }),
)}`;

/** What a changed layout of the sample shop would do. */
const forecastOf = (more: object = {}) =>
  `/w/floor/sites/west-lake?view=${encodeURIComponent(JSON.stringify({ v: 1, show: "forecast", period: { kind: "fixed", from: "2026-03-01", to: "2026-03-01" }, ...more }))}`;

const PAGES: { name: string; path: string; ready?: (page: Page) => Promise<void> }[] = [
  { name: "journeys", path: `/w/${WORKSPACE}/journeys` },
  { name: "map", path: MAP, ready: mapReady },
  {
    name: "map compared, as table",
    path: view({ compare: { kind: "previous" }, period: { kind: "last", days: 28 }, metric: "share", moves: "table" }),
    ready: mapReady,
  },
  {
    name: "map of two personas",
    path: view({ of: { by: "persona", persona: "ad-visitor" }, compare: { kind: "group", group: { by: "persona", persona: "phone-visitor" } } }),
    ready: async (page) => {
      await mapReady(page);
      await page.locator(".compare-legend").waitFor();
      await page.locator(".persona-way").first().waitFor();
      await page.locator(".planned-way").waitFor();
    },
  },
  { name: "map of nobody we know", path: view({ of: { by: "persona", persona: "no-such-persona" } }), ready: (page) => page.locator(".empty").waitFor() },
  { name: "customers", path: `/w/${WORKSPACE}/customers?value=user_0042`, ready: (page) => page.locator("tbody tr").first().waitFor() },
  { name: "sources", path: `/w/${WORKSPACE}/sources`, ready: (page) => page.locator(".facts").waitFor() },
  { name: "imports", path: `/w/${WORKSPACE}/imports`, ready: (page) => page.locator("tbody tr").first().waitFor() },
  { name: "pains", path: `/w/${WORKSPACE}/pains?status=all`, ready: (page) => page.locator("tbody tr").first().waitFor() },
  { name: "no pain passes the filter", path: `/w/${WORKSPACE}/pains?status=all&stage=no-such-stage`, ready: (page) => page.locator(".empty").waitFor() },
  { name: "board", path: `/w/${WORKSPACE}/proposals`, ready: (page) => page.locator(".proposal").first().waitFor() },
  { name: "new proposal", path: `/w/${WORKSPACE}/proposals?open=new`, ready: (page) => page.getByRole("dialog").locator("form").waitFor() },
  { name: "a funnel without steps", path: `/w/${WORKSPACE}/analyses/funnel`, ready: (page) => page.locator(".empty").waitFor() },
  { name: "a funnel by platform", path: FUNNEL, ready: (page) => page.locator(".funnel").waitFor() },
  { name: "a funnel as table", path: FUNNEL.replace("chart", "table"), ready: (page) => page.locator("tbody tr").first().waitFor() },
  { name: "paths", path: `/w/${WORKSPACE}/analyses/paths`, ready: (page) => page.locator("svg.picture").waitFor() },
  { name: "transitions", path: `/w/${WORKSPACE}/analyses/transitions`, ready: (page) => page.locator(".process-node").first().waitFor() },
  { name: "sessions", path: `/w/${WORKSPACE}/analyses/sessions`, ready: (page) => page.locator(".label-bars").first().waitFor() },
  {
    name: "SQL",
    path: `/w/${WORKSPACE}/analyses/sql`,
    ready: async (page) => {
      await page.locator(".cell-actions .button-primary").click();
      await page.locator(".cell-rows").waitFor();
    },
  },
  { name: "a layout forecast without a change", path: forecastOf(), ready: (page) => page.locator(".forecast-needs").waitFor() },
  { name: "a layout forecast", path: forecastOf({ change: { swaps: [["p0", "b3"]] } }), ready: (page) => page.locator(".forecast-legend").waitFor() },
  { name: "a failure", path: `/w/${WORKSPACE}/journeys/no-such-journey`, ready: (page) => page.getByRole("alert").waitFor() },
];

for (const language of LANGUAGES) {
  const theme = THEME_OF[language];
  test(`pages ${language} ${theme}`, async ({ page, request }) => {
    // Some thirty pages, one after the other.
    test.setTimeout(240_000);
    await propose(request, "Retry a refused payment once");
    for (const each of PAGES) {
      await open(page, each.path, { language, theme });
      await each.ready?.(page);
      await check(page, each.name);
    }
    await open(page, `/w/${WORKSPACE}/customers?value=user_0042`, { language, theme });
    await page.locator("tbody a").first().click();
    await page.locator(".event").first().waitFor();
    await page.locator("details").first().locator("summary").click();
    await check(page, "customer");
  });

  test(`analyses ${language} ${theme}`, async ({ page }) => {
    await open(page, FUNNEL, { language, theme });
    await page.locator(".funnel").waitFor();
    for (const popup of ANALYSIS_POPUPS) {
      await popup.open(page);
      await check(page, popup.name);
      await page.keyboard.press("Escape");
    }
  });

  test(`pains and proposals ${language} ${theme}`, async ({ page, request }) => {
    const pains = await knownPains(request);
    const { id } = await propose(request, "Retry a refused payment once");
    const told = pains.find(({ pain }) => pain.causes.length > 0)?.pain.key;
    const untold = pains.find(({ pain }) => pain.causes.length === 0)?.pain.key;
    for (const key of [told, untold].filter((each) => each !== undefined)) {
      await open(page, `/w/${WORKSPACE}/pains/${key}`, { language, theme });
      await painReady(page);
      await check(page, `pain ${key}`);
    }
    await page.locator(".pain-size").first().click();
    await page.locator(".explain-facts").waitFor();
    await check(page, "explanation of a pain");
    await page.keyboard.press("Escape");
    await page.locator(".day-input .button").click();
    await page.locator(".calendar").waitFor();
    await check(page, "day of a form");
    // As in a workspace nobody has looked in yet.
    await page.route("**/v1/**/pains?*", (route) => route.fulfill({ json: { pains: [] } }));
    await open(page, `/w/${WORKSPACE}/pains`, { language, theme });
    await page.locator(".empty").waitFor();
    await check(page, "no pain is known");
    await open(page, MAP, { language, theme });
    await mapReady(page);
    await expect(page.locator(".pain-row a")).toHaveCount(1);
    await page.unroute("**/v1/**/pains?*");
    await open(page, `/w/${WORKSPACE}/proposals`, { language, theme });
    await page.locator(".proposal-foot button").first().click();
    await page.getByRole("menu").waitFor();
    await check(page, "menu of a card");
    await open(page, `/w/${WORKSPACE}/proposals?open=${id}`, { language, theme });
    await page.getByRole("dialog").locator(".history").waitFor();
    await check(page, "card");
    await page.getByRole("dialog").locator("textarea").first().fill("");
    await page.getByRole("dialog").locator("button[type=submit]").click();
    await page.locator(".form-fault").waitFor();
    await check(page, "card with a fault");
  });

  test(`versions and new journeys ${language} ${theme}`, async ({ page, request }) => {
    const key = `axe-${language.toLowerCase()}-${theme}-${Date.now()}`;
    const journeys = `/v1/workspaces/${OTHER_WORKSPACE}/journeys`;
    const made = await request.post(journeys, { data: { template: "bank", id: key } });
    expect(made.ok(), await made.text()).toBe(true);
    const { journey } = (await (await request.get(`${journeys}/${key}`)).json()) as JourneyVersion;
    const changed = { ...journey, name: "Another name", planned: [], stages: journey.stages.toReversed() };
    expect((await request.put(`${journeys}/${key}`, { data: changed })).ok()).toBe(true);
    await open(page, `/w/${OTHER_WORKSPACE}/journeys/${key}`, { language, theme });
    await page.locator(".empty .names-pair").waitFor();
    await page.locator(".empty summary").click();
    await page.locator(".empty input[type=file]").setInputFiles({ name: "x.yaml", mimeType: "application/yaml", buffer: Buffer.from("gap: 3 moons\n") });
    await page.getByRole("alert").waitFor();
    await check(page, "a map without events, and a file with faults");
    await headButton(page, "versions.open").click();
    await page.locator(".change").first().waitFor();
    await page.locator(".version-actions .button").last().click();
    await page.locator(".version-restore button[type=submit]").click();
    await page.locator(".form-fault").waitFor();
    await check(page, "two versions, and one to go back to");
    await open(page, `/w/${WORKSPACE}/journeys`, { language, theme });
    await headButton(page, "newJourney.title").click();
    await page.locator(".template").first().waitFor();
    await check(page, "templates");
    await page.getByRole("tab").last().click();
    await page.locator(".upload").waitFor();
    await check(page, "a journey from a file");
  });

  test(`popups ${language} ${theme}`, async ({ page }) => {
    for (const popup of POPUPS) {
      await open(page, MAP, { language, theme });
      await mapReady(page);
      await popup.open(page);
      await check(page, popup.name);
    }
  });
}
