// Customers: listed, found by a few letters, and one's life gone through; and the sources page. Against the API.
import type { APIRequestContext } from "@playwright/test";
import { expect, test } from "@playwright/test";

import type { CustomerListing, CustomerOverview, Timeline } from "../src/api/types";
import { LANGUAGES, OTHER_WORKSPACE, TEXTS, THEME_OF, WORKSPACE, filled, open } from "./story";
import { check, withAxe } from "./wcag";

const AT = `/v1/workspaces/${WORKSPACE}/customers`;

const moment = (us: number) => new Date(us / 1000).toISOString();

async function listed(request: APIRequestContext, params: Record<string, string>, workspace = WORKSPACE): Promise<CustomerListing> {
  return (await (await request.get(`/v1/workspaces/${workspace}/customers/all`, { params })).json()) as CustomerListing;
}

for (const language of LANGUAGES) {
  const t = TEXTS[language];

  test(`${language}: a customer is found by a part of an identifier, in either case`, async ({ page, request }) => {
    await open(page, `/w/${WORKSPACE}/customers`, { language, theme: "light" });
    const field = page.getByLabel(t["customers.value"], { exact: true });
    await field.fill("nobody is called so");
    await page.keyboard.press("Enter");
    await expect(page.getByText(t["customers.nobodyWhy"])).toBeVisible();

    await page.getByLabel(t["customers.value"], { exact: true }).fill("USER_004");
    await page.getByRole("button", { name: t["customers.search"] }).click();
    const found = (await (await request.get(`${AT}/search`, { params: { value: "user_004" } })).json()) as CustomerListing;
    expect(found.items.length).toBeGreaterThan(1);
    await expect(page.locator("tbody tr")).toHaveCount(found.items.length);
    await expect(page.getByRole("status").filter({ hasText: String(found.customers) })).toBeVisible();

    await page.getByRole("link", { name: /user_0042/ }).click();
    const events = found.items.find((item) => item.identifiers.some((id) => id.value === "user_0042"))?.events ?? 0;
    await expect(page.locator(".timeline .event").first()).toHaveAttribute("aria-setsize", String(events));
    await page.goBack();
    await expect(page.getByRole("link", { name: /user_0042/ })).toBeVisible();
    await page.getByRole("button", { name: t["customers.showAll"] }).click();
    await expect(page).toHaveURL(/\/customers$/);
  });

  test(`${language}: all customers are listed in the order of a column, page after page`, async ({ page, request }) => {
    await open(page, `/w/${WORKSPACE}/customers`, { language, theme: "dark" });
    const rows = page.locator("tbody tr");
    await expect(rows).toHaveCount(50);
    await page.getByRole("button", { name: t["customers.events"] }).press("Enter");
    await expect(page.getByRole("columnheader", { name: t["customers.events"] })).toHaveAttribute("aria-sort", "descending");
    const most = await listed(request, { sort: "events", limit: "100" });
    const numbers = () => rows.locator("td:nth-child(4)").evaluateAll((cells) => cells.map((cell) => Number((cell.textContent ?? "").replaceAll(/\D/g, ""))));
    await expect.poll(numbers).toEqual(most.items.slice(0, 50).map((item) => item.events));
    await page.getByRole("button", { name: t["customers.more"] }).click();
    await expect.poll(numbers).toEqual(most.items.map((item) => item.events));
    await page.getByRole("button", { name: t["customers.events"] }).click();
    const least = await listed(request, { sort: "events", ascending: "true", limit: "50" });
    await expect.poll(numbers).toEqual(least.items.map((item) => item.events));
    await page.reload();
    await expect.poll(numbers).toEqual(least.items.map((item) => item.events));
  });
}

test("a long life is gone through by keys, by its strip and by filters, and little of it is drawn", async ({ page, request }) => {
  const t = TEXTS.en;
  const longest = (await listed(request, { sort: "events", limit: "1" })).items[0];
  if (!longest) throw new Error("the sample has customers");
  expect(longest.events).toBeGreaterThan(100);
  const journey = (await (await request.get(`/v1/workspaces/${WORKSPACE}/journeys`)).json()).journeys[0].id as string;
  const of = async (params: Record<string, string>) => (await (await request.get(`${AT}/${longest.customer}`, { params: { journey, ...params } })).json()) as Timeline;
  const overview = (await (await request.get(`${AT}/${longest.customer}/overview`, { params: { journey } })).json()) as CustomerOverview;

  await open(page, `/w/${WORKSPACE}/customers/${longest.customer}`, { language: "en", theme: "light" });
  const events = page.locator(".timeline .event");
  const times = () => events.locator("time").evaluateAll((all) => all.map((each) => each.getAttribute("datetime") ?? ""));
  const newest = await of({ limit: "10" });
  await expect.poll(async () => (await times()).slice(0, 10)).toEqual(newest.events.map((event) => moment(event.time_us)).toReversed());
  expect(await events.count()).toBeLessThan(longest.events);

  const oldest = await of({ at_us: "0", limit: "1" });
  await page.keyboard.press("End");
  await expect.poll(async () => (await times()).at(-1)).toBe(moment(oldest.events[0]?.time_us ?? 0));
  await expect(events.last()).toHaveAttribute("aria-posinset", String(longest.events));
  await page.keyboard.press("Home");
  await expect(events.first()).toHaveAttribute("aria-posinset", "1");

  const strip = page.getByRole("slider", { name: t["customer.strip"] });
  await strip.focus();
  await page.keyboard.press("Home");
  await expect.poll(async () => (await times()).at(-1)).toBe(moment(oldest.events[0]?.time_us ?? 0));

  const lane = overview.channels.at(-1);
  if (!lane) throw new Error("events have channels");
  await open(page, `/w/${WORKSPACE}/customers/${longest.customer}?channel=${lane.channel}`, { language: "en", theme: "light" });
  await expect(events.first()).toHaveAttribute("aria-setsize", String(lane.events));
  await page.getByText(t["customer.asTable"]).click();
  const sums = page.getByRole("region", { name: t["customer.strip"] }).locator("tbody td:nth-child(2)");
  const sum = () => sums.evaluateAll((cells) => cells.reduce((total, cell) => total + Number((cell.textContent ?? "").replaceAll(",", "")), 0));
  await expect.poll(sum).toBe(lane.events);
});

for (const language of LANGUAGES) {
  test(`${language}: a life stands in sessions that fold by keyboard`, async ({ page, request }) => {
    const t = TEXTS[language];
    await withAxe({ page });
    const [longest] = (await listed(request, { sort: "events", limit: "1" })).items;
    if (!longest) throw new Error("the sample has customers");
    const { events } = (await (await request.get(`${AT}/${longest.customer}`, { params: { limit: "500" } })).json()) as Timeline;
    const newest = events.at(-1)?.session;
    const own = events.filter(({ session }) => session === newest);
    await open(page, `/w/${WORKSPACE}/customers/${longest.customer}`, { language, theme: THEME_OF[language] });
    const heads = page.locator(".session-head");
    const count = (n: number) => filled(t["count.events_other"], { n });
    await expect(heads.first()).toContainText(count(own.length));
    const list = page.getByRole("list", { name: count(own.length) });
    await expect(list.getByRole("listitem")).toHaveCount(own.length);
    await check(page, "sessions");

    const first = heads.first().getByRole("button");
    await first.press("Enter");
    await expect(first).toHaveAttribute("aria-expanded", "false");
    await expect(first).toBeFocused();
    await expect(page.locator(".timeline .event").first()).toHaveAttribute("aria-posinset", String(own.length + 1));
    await page.keyboard.press("End");
    await expect(page.locator(".timeline .event").last()).toHaveAttribute("aria-posinset", String(longest.events));
    await page.keyboard.press("Home");
    // Until the top is drawn the first head is another session's, which is not folded.
    await expect(first).toHaveAttribute("aria-expanded", "false");
    await first.press("Enter");
    await expect(list.getByRole("listitem")).toHaveCount(own.length);
  });
}

for (const language of LANGUAGES) {
  test(`the imports page shows what was imported (${language})`, async ({ page, request }) => {
    const { imports } = await (await request.get(`/v1/workspaces/${WORKSPACE}/imports`)).json();
    await open(page, `/w/${WORKSPACE}/imports`, { language, theme: "light" });
    await expect(page.locator("tbody tr")).toHaveCount(imports.length);
    await expect(page.locator("tbody tr").first()).toContainText(new Intl.NumberFormat(language).format(imports[0].rows));
  });
}

test("events that are still on their way take the room of events, so nothing jumps when they come", async ({ page, request }) => {
  const [longest] = (await listed(request, { sort: "events", limit: "1" }, OTHER_WORKSPACE)).items;
  if (!longest) throw new Error("the sample has no customer");
  expect(longest.events).toBeGreaterThan(200);
  // Only the newest page comes.
  await page.route(/\/customers\/[^/]+\?.*skip=/, (route) => (Number(new URL(route.request().url()).searchParams.get("skip") ?? 0) > 0 ? undefined : route.continue()));
  await open(page, `/w/${OTHER_WORKSPACE}/customers/${longest.customer}`, { language: "en", theme: "light" });
  const events = page.locator(".timeline .event");
  await expect(events.first().locator("time")).toBeVisible();
  // An event on one line is what is compared.
  const [line] = await events.filter({ has: page.locator("time") }).evaluateAll((rows) => rows.map((row) => row.clientHeight).toSorted((a, b) => a - b));
  await page.locator(".timeline").evaluate((list) => list.scrollIntoView({ block: "end" }));
  const waiting = events.filter({ has: page.locator(".event-skeleton") });
  await expect(waiting.first()).toBeVisible();
  expect(await waiting.first().evaluate((row) => row.clientHeight)).toBe(line);
});
