// Finding a person by an identifier, and the sources page, against the API.
import { expect, test } from "@playwright/test";

import type { CustomerList } from "../src/api/types";
import { TEXTS, WORKSPACE, askMap, open } from "./story";

test("an exact identifier finds its customer, a part of one finds nobody", async ({ page, request }) => {
  const t = TEXTS["zh-CN"];
  await open(page, `/w/${WORKSPACE}/customers`, { language: "zh-CN", theme: "light" });
  await page.getByLabel(t["customers.value"], { exact: true }).fill("user_00");
  await page.keyboard.press("Enter");
  await expect(page.getByText(t["customers.nobodyWhy"])).toBeVisible();

  await page.getByLabel(t["customers.value"], { exact: true }).fill("user_0042");
  await page.getByRole("button", { name: t["customers.search"] }).click();
  await page.getByRole("link", { name: /user_0042/ }).click();
  const found = await (await request.get(`/v1/workspaces/${WORKSPACE}/customers/search?value=user_0042`)).json();
  const events = found.items[0].events as number;
  await expect(page.locator(".event")).toHaveCount(Math.min(100, events));
  await expect(page.locator(".provenance")).toContainText(String(events));
  await page.goBack();
  await expect(page.getByRole("link", { name: /user_0042/ })).toBeVisible();
});

test("a long timeline goes back in time, page after page", async ({ page, request }) => {
  const map = await askMap(request);
  const items: CustomerList["items"] = [];
  for (let after: string | null | undefined = ""; after != null; ) {
    const params = { question: map.meta.question, pick: "started", limit: 200, ...(after && { after }) };
    const list = await request.get(`/v1/workspaces/${WORKSPACE}/customers`, { params });
    const part = (await list.json()) as CustomerList;
    items.push(...part.items);
    after = part.next;
  }
  const longest = items.reduce((most, next) => (next.events > most.events ? next : most));
  expect(longest.events).toBeGreaterThan(100);

  await open(page, `/w/${WORKSPACE}/customers/${longest.customer}`, { language: "en", theme: "light" });
  const events = page.locator(".event");
  await expect(events).toHaveCount(100);
  await page.getByRole("button", { name: TEXTS.en["customer.older"] }).click();
  await expect(events).toHaveCount(Math.min(200, longest.events));
  const times = await events.locator("time").evaluateAll((all) => all.map((each) => each.getAttribute("datetime") ?? ""));
  expect(times).toEqual(times.toSorted((a, b) => (a < b ? 1 : a > b ? -1 : 0)));
  // No day stands twice.
  const days = await page.locator(".day h2").allTextContents();
  expect(new Set(days).size).toBe(days.length);
});

test("the imports page shows what was imported", async ({ page, request }) => {
  const { imports } = await (await request.get(`/v1/workspaces/${WORKSPACE}/imports`)).json();
  await open(page, `/w/${WORKSPACE}/imports`, { language: "en", theme: "light" });
  await expect(page.locator("tbody tr")).toHaveCount(imports.length);
  await expect(page.locator("tbody tr").first()).toContainText(new Intl.NumberFormat("en").format(imports[0].rows));
});

test("the committed description of the API is the server's", async ({ request }) => {
  const { default: committed } = await import("../src/api/openapi.json", { with: { type: "json" } });
  expect(await (await request.get("/v1/openapi.json")).json(), "run `npm run gen` against the server").toEqual(committed);
});
