// Finding a person by an identifier, and the sources page, against the API.
import { expect, test } from "@playwright/test";

import { TEXTS, WORKSPACE, open } from "./story";

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

test("sources show what was imported", async ({ page, request }) => {
  const { imports } = await (await request.get(`/v1/workspaces/${WORKSPACE}/imports`)).json();
  await open(page, `/w/${WORKSPACE}/sources`, { language: "en", theme: "light" });
  await expect(page.locator("tbody tr")).toHaveCount(imports.length);
  await expect(page.locator("tbody tr").first()).toContainText(new Intl.NumberFormat("en").format(imports[0].rows));
});

test("the committed description of the API is the server's", async ({ request }) => {
  const { default: committed } = await import("../src/api/openapi.json", { with: { type: "json" } });
  expect(await (await request.get("/v1/openapi.json")).json(), "run `npm run gen` against the server").toEqual(committed);
});
