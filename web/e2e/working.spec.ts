// Long work in a part of a page: it says that it goes on, it can be stopped and asked for again, and where it fails it says
// why and what to do.
import { expect, test } from "@playwright/test";
import type { APIRequestContext, Locator, Page } from "@playwright/test";

import type { ChangeList, CustomerListing, NamedViewList } from "../src/api/types";
import { JOURNEY, LANGUAGES, MAP, TEXTS, WORKSPACE, askMap, knownPains, noteChange, open } from "./story";
import type { Language } from "./story";

interface Work {
  name: string;
  /** The page, once what it shows is there. */
  path: (request: APIRequestContext, language: Language) => Promise<string>;
  asks: string;
  part: (page: Page) => Locator;
  /** What stands there at the end. */
  done: (page: Page) => Locator;
}

const API = `/v1/workspaces/${WORKSPACE}`;

const WORKS: Work[] = [
  {
    name: "what customers who were hit said",
    path: async (request) => `/w/${WORKSPACE}/pains/${(await knownPains(request))[0]?.pain.key}`,
    asks: "**/voices",
    part: (page) => page.locator("section[aria-labelledby=pain-voices]"),
    done: (page) => page.locator(".voices").first(),
  },
  {
    name: "personas of a journey",
    path: async () => MAP,
    asks: "**/personas",
    part: (page) => page.locator("section[aria-labelledby=personas-title]"),
    done: (page) => page.locator(".persona .num").first(),
  },
  {
    name: "a number pinned to a map",
    path: async (request, language) => {
      const stage = (await askMap(request)).stages[0]?.stage;
      const view = { v: 1, kind: "funnel" };
      const { hash } = (await (await request.post(`${API}/views`, { data: view })).json()) as { hash: string };
      const question = { ask: "funnel", steps: ["cart", "purchase"].map((event) => ({ name: event, match: [{ event: [event] }] })), mode: "ordered", window: "7d", scope: {} };
      const named = { name: `working ${language}`, view: hash, asks: { question }, place: { journey: JOURNEY, stage } };
      const kept = await request.post(`${API}/named-views`, { data: { named } });
      expect(kept.ok(), await kept.text()).toBe(true);
      return MAP;
    },
    asks: "**/number?*",
    part: (page) => page.locator(".pin-card").first(),
    done: (page) => page.locator(".pin-figure .num").first(),
  },
  {
    name: "a customer's life at a glance",
    path: async (request) => {
      const { items } = (await (await request.get(`${API}/customers/all`, { params: { sort: "events", limit: 1 } })).json()) as CustomerListing;
      return `/w/${WORKSPACE}/customers/${items[0]?.customer}`;
    },
    asks: "**/overview*",
    part: (page) => page.locator("main"),
    done: (page) => page.locator(".at-a-glance"),
  },
  {
    name: "results of dated changes",
    path: async (request, language) => {
      await noteChange(request, `working ${language}`);
      return `/w/${WORKSPACE}/changes`;
    },
    asks: "**/result",
    part: (page) => page.locator("main"),
    done: (page) => page.locator(".changes-table .delta, .changes-table .badge").first(),
  },
];

test.afterEach(async ({ request }) => {
  const { changes } = (await (await request.get(`${API}/changes`)).json()) as ChangeList;
  for (const { id } of changes) await request.delete(`${API}/changes/${id}`);
  const { views } = (await (await request.get(`${API}/named-views`)).json()) as NamedViewList;
  for (const { id } of views) await request.delete(`${API}/named-views/${id}`);
});

for (const language of LANGUAGES) {
  for (const { name, path, asks, part, done } of WORKS) {
    test(`${name}: stopped, failed, and there (${language})`, async ({ page, request }) => {
      const t = TEXTS[language];
      const at = await path(request, language);
      await page.route(asks, () => new Promise(() => undefined));
      await open(page, at, { language, theme: "light" });
      const place = part(page);
      await place.locator(".progress").getByRole("button", { name: t["common.cancel"] }).click();
      await expect(place.locator(".stopped")).toContainText(t["map.cancelled"]);
      await expect(place.locator(".progress")).toHaveCount(0);

      await page.unroute(asks);
      const body = JSON.stringify({ error: { code: "query_timeout", message: "the query took longer than 60 s", hint: null, details: [], request_id: "r" } });
      await page.route(asks, (route) => route.fulfill({ status: 504, contentType: "application/json", body }));
      await place.locator(".stopped").getByRole("button", { name: t["common.retry"] }).click();
      const failure = place.getByRole("alert").first();
      await expect(failure).toContainText(t["error.query_timeout"], { timeout: 30_000 });
      await expect(failure).toContainText(t["error.query_timeout.remedy"]);

      await page.unroute(asks);
      await failure.getByRole("button", { name: t["common.retry"] }).click();
      await expect(done(page)).toBeVisible();
      await expect(failure).toHaveCount(0);
    });
  }
}
