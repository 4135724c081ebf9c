// A picture of every screen, to be looked at: both samples, both languages, both themes, what pops up, 200 % zoom
// and a telephone's width. Nothing is compared with an earlier picture; a screen that does not come up fails.
import { join } from "node:path";

import type { Page } from "@playwright/test";
import { test } from "@playwright/test";

import { LANGUAGES, MAP, THEMES, WORKSPACE, either, headButton, knownPains, mapReady, noteChange, open, painReady, propose } from "../story";
import type { Look } from "../story";
import type { ChangeList, ProposalList } from "../../src/api/types";

const FOLDER = process.env["SHOTS_DIR"] ?? "shots";
const CAMPAIGN = "/w/completejourney/journeys/campaign-to-redemption";
const TRIP = "/w/completejourney/journeys/stock-up-trip";

const view = (map: string, fields: object) => `${map}?view=${encodeURIComponent(JSON.stringify({ v: 1, ...fields }))}`;
const rows = (page: Page) => page.locator("tbody tr").first().waitFor();
/** The map with all its panels. */
const whole = async (page: Page) => {
  await mapReady(page);
  await page.locator(".planned-way").waitFor();
  await page.waitForLoadState("networkidle");
};
const timeline = async (page: Page) => {
  await page.locator("tbody a").first().click();
  await page.locator(".event").first().waitFor();
};

interface Screen {
  name: string;
  path: string;
  ready?: (page: Page) => Promise<unknown>;
}

const analysis = (workspace: string, kind: string, fields: object) => view(`/w/${workspace}/analyses/${kind}`, fields);
const picture = (page: Page) => page.locator("svg.picture").first().waitFor();
const BY_PLATFORM = { dimension: "platform", at: "first", top: 3 };
const PURCHASE = [{ event: ["purchase"] }];

const SCREENS: Screen[] = [
  { name: "ecom-retention", path: analysis(WORKSPACE, "retention", { by: BY_PLATFORM }), ready: picture },
  { name: "ecom-lifecycle", path: analysis(WORKSPACE, "lifecycle", {}), ready: picture },
  { name: "ecom-stickiness", path: analysis(WORKSPACE, "stickiness", {}), ready: picture },
  { name: "ecom-survival", path: analysis(WORKSPACE, "survival", { end: PURCHASE, by: BY_PLATFORM }), ready: picture },
  { name: "simulated-attribution", path: analysis("simulated", "attribution", { conversion: [{ event: ["order_paid"] }], value: "amount" }), ready: picture },
  { name: "ecom-attribution-table", path: analysis(WORKSPACE, "attribution", { conversion: PURCHASE, credit: "event", show: "table" }), ready: rows },
  { name: "ecom-funnel", path: analysis(WORKSPACE, "funnel", { steps: [{ name: "", match: [{ event: ["catalog"] }] }, { name: "", match: [{ event: ["cart"] }] }, { name: "", match: PURCHASE }], by: BY_PLATFORM }), ready: (page) => page.locator(".funnel").waitFor() },
  { name: "simulated-paths", path: analysis("simulated", "paths", {}), ready: picture },
  { name: "simulated-transitions", path: analysis("simulated", "transitions", {}), ready: (page) => page.locator(".process-node").first().waitFor() },
  { name: "simulated-sessions", path: analysis("simulated", "sessions", {}), ready: (page) => page.locator(".label-bars").first().waitFor() },
  { name: "simulated-rfm", path: analysis("simulated", "rfm", {}) },
  { name: "ecom-sql", path: analysis(WORKSPACE, "sql", {}) },
  { name: "ecom-traffic", path: `/w/${WORKSPACE}/traffic`, ready: rows },
  { name: "ecom-live", path: `/w/${WORKSPACE}/live`, ready: (page) => page.getByRole("heading", { name: either("live.none") }).waitFor() },
  { name: "ecom-personas", path: `/w/${WORKSPACE}/personas`, ready: (page) => page.locator(".persona-numbers").first().waitFor() },
  { name: "simulated-new-segment", path: "/w/simulated/new-segment", ready: (page) => page.locator("main form").first().waitFor() },
  { name: "ecom-keys", path: `/w/${WORKSPACE}/keys` },
  { name: "floor-new-site", path: "/w/floor/new-site", ready: (page) => page.locator("main .card").first().waitFor() },
  { name: "floor-sensors", path: "/w/floor/sites/west-lake/sensors" },
  { name: "ecom-rejections", path: `/w/${WORKSPACE}/rejections` },
  { name: "new-workspace", path: "/new-workspace" },
  {
    name: "ecom-changes",
    path: `/w/${WORKSPACE}/changes`,
    ready: async (page) => {
      await rows(page);
      await page.waitForLoadState("networkidle");
    },
  },
  {
    name: "ecom-change",
    path: `/w/${WORKSPACE}/changes`,
    ready: async (page) => {
      await page.locator("tbody a").first().click();
      await page.locator(".lines-picture").waitFor();
    },
  },
  { name: "ecom-overview", path: `/w/${WORKSPACE}`, ready: (page) => page.locator(".overview-journeys td .num").first().waitFor() },
  { name: "simulated-overview", path: "/w/simulated", ready: (page) => page.locator(".overview-journeys td .num").first().waitFor() },
  {
    name: "command",
    path: `/w/${WORKSPACE}`,
    ready: async (page) => {
      await page.keyboard.press("Control+k");
      await page.getByRole("option").first().waitFor();
      await page.keyboard.type("f");
      await page.getByRole("option").first().waitFor();
    },
  },
  { name: "kit", path: "/kit", ready: picture },
  { name: "ecom-journeys", path: `/w/${WORKSPACE}/journeys`, ready: (page) => page.locator(`main a[href*="/journeys/"]`).first().waitFor() },
  { name: "ecom-map", path: MAP, ready: whole },
  {
    name: "ecom-map-compared",
    path: view(MAP, { compare: { kind: "previous" }, period: { kind: "last", days: 28 }, metric: "share", moves: "table" }),
    ready: whole,
  },
  {
    name: "ecom-map-personas",
    path: view(MAP, { of: { by: "persona", persona: "ad-visitor" }, compare: { kind: "group", group: { by: "persona", persona: "phone-visitor" } } }),
    ready: whole,
  },
  { name: "simulated-map", path: "/w/simulated/journeys/omni-purchase", ready: whole },
  { name: "simulated-map-after", path: "/w/simulated/journeys/after-purchase", ready: whole },
  { name: "journey-editor", path: `${MAP}/edit`, ready: (page) => page.locator(".editor-row").first().waitFor() },
  {
    name: "journey-new",
    path: `/w/${WORKSPACE}/journeys`,
    ready: async (page) => {
      await page.locator(".page-actions .button").click();
      await page.locator(".template").first().waitFor();
    },
  },
  { name: "ecom-map-nobody", path: view(MAP, { channels: ["no-such-channel"] }), ready: (page) => page.locator(".empty").waitFor() },
  { name: "ecom-customers", path: `/w/${WORKSPACE}/customers` },
  { name: "ecom-customers-found", path: `/w/${WORKSPACE}/customers?value=user_0042`, ready: rows },
  { name: "ecom-customers-nobody", path: `/w/${WORKSPACE}/customers?value=nobody`, ready: (page) => page.locator(".empty").waitFor() },
  { name: "ecom-customer", path: `/w/${WORKSPACE}/customers?value=user_0042`, ready: timeline },
  { name: "ecom-sources", path: `/w/${WORKSPACE}/sources` },
  { name: "ecom-imports", path: `/w/${WORKSPACE}/imports`, ready: rows },
  { name: "ecom-pains", path: `/w/${WORKSPACE}/pains`, ready: rows },
  { name: "ecom-pains-none", path: `/w/${WORKSPACE}/pains?stage=no-such-stage`, ready: (page) => page.locator(".empty").waitFor() },
  { name: "ecom-board", path: `/w/${WORKSPACE}/proposals`, ready: (page) => page.locator(".proposal").first().waitFor() },
  { name: "ecom-proposal-new", path: `/w/${WORKSPACE}/proposals?open=new`, ready: (page) => page.getByRole("dialog").locator("form").waitFor() },
  { name: "ecom-failure", path: `/w/${WORKSPACE}/journeys/no-such-journey`, ready: (page) => page.getByRole("alert").waitFor() },
  { name: "ecom-no-page", path: `/w/${WORKSPACE}/no-such-page` },
  { name: "no-workspace", path: "/w/no-such-workspace/journeys" },
  { name: "ecom-no-view", path: `/w/${WORKSPACE}/s/0000`, ready: (page) => page.getByRole("alert").waitFor() },
  { name: "grocery-journeys", path: "/w/completejourney/journeys" },
  { name: "grocery-map-campaign", path: CAMPAIGN, ready: whole },
  { name: "grocery-map-trip", path: TRIP, ready: whole },
  {
    name: "grocery-map-compared",
    path: view(TRIP, { compare: { kind: "previous" }, period: { kind: "last", days: 28 }, metric: "value", unit: "customers" }),
    ready: whole,
  },
  { name: "grocery-customer", path: "/w/completejourney/customers?value=1", ready: timeline },
  { name: "grocery-imports", path: "/w/completejourney/imports", ready: rows },
  { name: "system", path: "/system", ready: rows },
];

const press = (page: Page, part: string) => page.locator(part).click();
const POPUPS: { name: string; open: (page: Page) => Promise<unknown> }[] = [
  { name: "workspaces", open: (page) => press(page, ".workspace .select-button") },
  { name: "sample", open: (page) => press(page, "aside .sample") },
  { name: "versions", open: (page) => press(page, ".scope .select-button >> nth=1") },
  { name: "period", open: (page) => press(page, ".scope .select-button >> nth=2") },
  {
    name: "calendar",
    open: async (page) => {
      await press(page, ".scope .select-button >> nth=2");
      await press(page, ".option-button >> nth=-1");
      await page.locator(".calendar").waitFor();
    },
  },
  { name: "group", open: (page) => press(page, ".scope .select-button >> nth=3") },
  {
    name: "group-values",
    open: async (page) => {
      await press(page, ".scope .select-button >> nth=3");
      await press(page, ".option-button >> nth=-1");
      await page.locator(".group-chooser li").first().waitFor();
    },
  },
  { name: "compare", open: (page) => press(page, ".scope .select-button >> nth=4") },
  { name: "channels", open: (page) => press(page, ".scope .select-button >> nth=5") },
  { name: "metrics", open: (page) => press(page, ".scope .select-button >> nth=6") },
  { name: "export", open: (page) => headButton(page, "export.title").click() },
  {
    name: "discussion",
    open: async (page) => {
      await headButton(page, "comments.title").click();
      await page.locator(".comment-new").waitFor();
    },
  },
  {
    name: "versions-drawer",
    open: async (page) => {
      await headButton(page, "versions.open").click();
      await page.locator(".version").first().waitFor();
    },
  },
  { name: "link", open: (page) => press(page, ".copy-link .button") },
  {
    name: "explanation",
    open: async (page) => {
      await press(page, ".total-number >> nth=2");
      await page.locator(".explain-sql").waitFor();
    },
  },
  {
    name: "people",
    open: async (page) => {
      await press(page, ".total-number >> nth=1");
      await page.getByRole("tab").nth(1).click();
      await page.locator(".people a").first().waitFor();
    },
  },
];

const SMALL = [
  { name: "zoomed", size: { width: 640, height: 450 } },
  { name: "telephone", size: { width: 390, height: 844 } },
];

async function shoot(page: Page, name: string, look: Look, fullPage = true): Promise<void> {
  await page.screenshot({ path: join(FOLDER, `${name}-${look.language}-${look.theme}.png`), fullPage, animations: "disabled" });
}

test.setTimeout(300_000);
test.beforeEach(({ page }) => page.emulateMedia({ reducedMotion: "reduce" }));

for (const language of LANGUAGES) {
  for (const theme of THEMES) {
    const look = { language, theme };

    test(`screens ${language} ${theme}`, async ({ page, request }) => {
      const pains = await knownPains(request);
      const proposals = await request.get(`/v1/workspaces/${WORKSPACE}/proposals`);
      if (((await proposals.json()) as ProposalList).proposals.length === 0) await propose(request, "Retry a refused payment once");
      const changes = await request.get(`/v1/workspaces/${WORKSPACE}/changes`);
      if (((await changes.json()) as ChangeList).changes.length === 0) await noteChange(request, "Free returns");
      for (const screen of SCREENS) {
        await open(page, screen.path, look);
        await screen.ready?.(page);
        await shoot(page, screen.name, look);
      }
      for (const { pain } of pains.slice(0, 2)) {
        await open(page, `/w/${WORKSPACE}/pains/${pain.key}`, look);
        await painReady(page);
        await shoot(page, `ecom-pain-${pain.key}`, look);
      }
    });

    test(`popups ${language} ${theme}`, async ({ page }) => {
      await open(page, view(MAP, { period: { kind: "last", days: 90 } }), look);
      await mapReady(page);
      for (const popup of POPUPS) {
        await popup.open(page);
        await shoot(page, `popup-${popup.name}`, look, false);
        // A calendar in a chooser closes with it, a popup inside of nothing at once.
        await page.keyboard.press("Escape");
      }
    });
  }

  test(`small ${language}`, async ({ page, request }) => {
    const look = { language, theme: "light" } as const;
    for (const { name, size } of SMALL) {
      await page.setViewportSize(size);
      for (const screen of SCREENS.filter(({ name: full }) => /^ecom-(overview|journeys|map|map-compared|customers-found|customer|imports|pains|board)$/.test(full))) {
        await open(page, screen.path, look);
        await screen.ready?.(page);
        await shoot(page, `${name}-${screen.name}`, look);
      }
      const [first] = await knownPains(request);
      await open(page, `/w/${WORKSPACE}/pains/${first?.pain.key}`, look);
      await painReady(page);
      await shoot(page, `${name}-ecom-pain`, look);
      await open(page, MAP, look);
      await mapReady(page);
      await press(page, ".total-number >> nth=1");
      await page.locator(".explain-sql").waitFor();
      await shoot(page, `${name}-explanation`, look, false);
    }
  });
}
