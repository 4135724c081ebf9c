// The main story, in both languages: read the map, open a number, see the people, read one's timeline.
import { expect, test } from "@playwright/test";

import { JOURNEY, LANGUAGES, MAP, TEXTS, WORKSPACE, askMap, mapReady, open, tabTo } from "./story";

const whole = (value: number) => new Intl.NumberFormat("en").format(value);
const percent = (share: number) => `${(share * 100).toFixed(1)}%`;

for (const language of LANGUAGES) {
  const t = TEXTS[language];

  test.describe(language, () => {
    test("from the list to a customer's timeline, by mouse", async ({ page, request }) => {
      const map = await askMap(request);
      const goal = map.totals.goal;
      await open(page, `/w/${WORKSPACE}/journeys`, { language, theme: "light" });
      const name = map.journey.definition.name as Record<string, string>;
      await page.getByRole("link", { name: name[language] ?? "", exact: true }).click();
      await mapReady(page);
      // A known pain's sentence, or what the map itself says.
      await expect(page.locator(".finding")).toContainText(/%|\d+ (个百分点|points)/);

      await page.getByRole("button", { name: `${t["totals.goal"]} · ${t["unit.instances"]}: ${whole(goal.instances)}` }).click();
      const drawer = page.getByRole("dialog");
      await expect(drawer.getByRole("heading").first()).toContainText(t["totals.goal"]);
      await expect(drawer).toContainText(t["define.goal"]);
      await expect(drawer).toContainText(map.meta.snapshot);
      await expect(drawer.locator("pre").first()).toContainText(/select/i);

      await drawer.getByRole("tab", { name: t["explain.customers"] }).click();
      const behind = t["explain.behind"]
        .replace("{{customers}}", t["count.customers_other"].replace("{{n}}", whole(goal.customers)))
        .replace("{{subjects}}", t["count.journeys_other"].replace("{{n}}", whole(goal.instances)));
      await expect(drawer.locator(".explain-people")).toContainText(behind);
      await expect(drawer.locator(".people li")).toHaveCount(Math.min(50, goal.customers));
      await drawer.locator(".people button, .explain-panel > button").last().click();
      await expect(drawer.locator(".people li")).toHaveCount(Math.min(100, goal.customers));

      await drawer.locator(".people a").first().click();
      await expect(page.locator(".event").first()).toBeVisible();
      await expect(page.locator(".event-stage .badge").first()).toBeVisible();
      await page.goBack();
      await mapReady(page);
    });

    test("the same by keyboard alone", async ({ page }) => {
      await open(page, MAP, { language, theme: "light" });
      await mapReady(page);
      await page.keyboard.press("Tab");
      await expect(page.locator(".skip")).toBeFocused();
      await page.keyboard.press("Enter");
      await tabTo(page, new RegExp(`^${t["totals.goal"]} · `));
      await page.keyboard.press("Enter");
      const drawer = page.getByRole("dialog");
      await expect(drawer).toBeVisible();
      // The focus is in the drawer and stays there.
      for (let presses = 0; presses < 12; presses += 1) {
        await page.keyboard.press("Tab");
        expect(await drawer.evaluate((element) => element.contains(document.activeElement))).toBe(true);
      }
      await drawer.getByRole("tab").first().focus();
      await page.keyboard.press("ArrowRight");
      await expect(drawer.getByRole("tab").nth(1)).toHaveAttribute("aria-selected", "true");
      await expect(drawer.locator(".people a").first()).toBeVisible();
      await page.keyboard.press("Escape");
      await expect(drawer).toHaveCount(0);
      await expect(page.getByRole("button", { name: new RegExp(`^${t["totals.goal"]} · `) })).toBeFocused();

      // The diagram's bands: one stop, then arrows.
      await page.locator('.flow-link[tabindex="0"]').focus();
      const first = await page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
      await page.keyboard.press("ArrowRight");
      const second = await page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
      expect(second).not.toBe(first);
      await page.keyboard.press("Enter");
      await expect(page.getByRole("dialog")).toBeVisible();
    });
  });
}

test("the numbers on the screen are the API's", async ({ page, request }) => {
  const map = await askMap(request);
  await open(page, MAP, { language: "en", theme: "light" });
  await mapReady(page);
  for (const stage of map.stages) {
    const name = (stage.name as Record<string, string>)["en"];
    const labels = [
      `${name} · reached · Journeys: ${whole(stage.reached.instances)}`,
      `${name} · left, last seen here: ${whole(stage.left_last.instances)}`,
      `${name} · left, came no further: ${whole(stage.dropped_furthest.instances)}`,
      ...(stage.to_next.share == null ? [] : [`${name} · went on: ${percent(stage.to_next.share)}`]),
    ];
    const table = page.locator("table.map").first();
    for (const label of labels) await expect(table.getByRole("button", { name: label, exact: true })).toHaveCount(1);
  }
  for (const touchpoint of map.touchpoints) {
    const name = (touchpoint.name as Record<string, string>)["en"] ?? "";
    const card = page.locator(".touchpoint").filter({ has: page.locator(".cell-label", { hasText: new RegExp(`^${name}$`) }) });
    await expect(card.locator(".cell-value").first()).toHaveText(whole(touchpoint.reached.instances));
    const cells = map.channels.flatMap((channel) =>
      map.cells.filter((cell) => cell.touchpoint === touchpoint.touchpoint && cell.channel === channel),
    );
    await expect(card.locator(".channels .cell-value")).toHaveText(cells.map((cell) => whole(cell.reached.instances)));
  }
  const moves = map.moves.filter((move) => move.to.to === "stage");
  await expect(page.locator(".flow-link")).toHaveCount(moves.length);
  await expect(page.locator(".matrix .hole")).toHaveCount(map.stages.length * map.channels.length - map.stage_channels.length);

  await page.locator(".moves-row").getByRole("radio", { name: "Table" }).click();
  const total = map.stages.map((stage) => whole(stage.entries));
  const shown = await page.locator(".moves-table tbody tr td:last-child .num").allTextContents();
  expect(shown.map((text) => text.replace(/^.*: /, ""))).toEqual(total);
});

test("a view is in the address, in a short link, and Back goes back", async ({ page, request }) => {
  const t = TEXTS["en"];
  await open(page, `/w/${WORKSPACE}/journeys`, { language: "en", theme: "light" });
  await page.locator(".journey a").first().click();
  await page.waitForURL(`**/journeys/**`);
  await page.goto(MAP);
  await mapReady(page);
  await page.getByRole("button", { name: new RegExp(`^${t["scope.period"]}:`) }).click();
  await page.getByRole("button", { name: /Last 28 days/ }).click();
  await page.locator(".scope").getByRole("button", { name: new RegExp(`^${t["scope.compare"]}:`) }).click();
  await page.getByRole("button", { name: /Previous period/ }).click();
  await page.getByRole("radio", { name: t["unit.customers"] }).click();
  await page.getByRole("button", { name: new RegExp(`${t["scope.metric"]}`) }).click();
  await page.getByRole("option", { name: t["metric.to_goal"] }).click();
  await mapReady(page);
  await expect(page.locator(".delta").first()).toBeVisible();
  const view = JSON.parse(new URL(page.url()).searchParams.get("view") ?? "{}");
  expect(view).toEqual({ v: 1, period: { kind: "last", days: 28 }, compare: { kind: "previous" }, unit: "customers", metric: "to_goal" });
  const shown = await page.locator(".totals .total-number").allTextContents();

  await page.getByRole("button", { name: t["link.copy"] }).click();
  await page.getByRole("menuitem", { name: t["link.fixed"] }).click();
  await expect(page.locator(".link-said")).toHaveText(t["link.copied"]);
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(new RegExp(`/w/${WORKSPACE}/s/[\\w-]+$`));

  const before = page.url();
  await page.goto(link);
  await mapReady(page);
  expect(new URL(page.url()).pathname).toBe(MAP);
  expect(JSON.parse(new URL(page.url()).searchParams.get("view") ?? "{}")).toMatchObject({ period: { kind: "fixed" }, metric: "to_goal" });
  expect(await page.locator(".totals .total-number").allTextContents()).toEqual(shown);
  await page.goBack();
  await mapReady(page);
  expect(page.url()).toBe(before);
  await page.goBack();
  await expect(page).not.toHaveURL(before);

  const missing = await request.get(`/v1/workspaces/${WORKSPACE}/views/0000`);
  expect(missing.status()).toBe(404);
});

test("a channel filter asks about those events alone", async ({ page, request }) => {
  const t = TEXTS["zh-CN"];
  const filtered = await askMap(request, { events: [{ channel: ["mobile_web"] }] });
  await open(page, MAP, { language: "zh-CN", theme: "light" });
  await mapReady(page);
  await page.getByRole("button", { name: new RegExp(t["scope.channels"]) }).click();
  await page.getByRole("option", { name: t["channel.mobile_web"] }).click();
  await page.keyboard.press("Escape");
  await expect(page.locator(".matrix tbody tr")).toHaveCount(1);
  await mapReady(page);
  for (const of of ["started", "goal", "left", "open"] as const) {
    const number = page.getByRole("button", { name: new RegExp(`^${t[`totals.${of}`]} · `) });
    await expect(number).toContainText(whole(filtered.totals[of].instances));
  }
});

test("a long question shows progress after a second and can be cancelled", async ({ page }) => {
  const t = TEXTS["zh-CN"];
  await open(page, `/w/${WORKSPACE}/journeys`, { language: "zh-CN", theme: "light" });
  // The answer never comes; only cancelling ends it.
  await page.route("**/map", () => undefined);
  await page.locator(`.journey a[href$="${JOURNEY}"]`).click();
  await expect(page.locator(".progress")).toBeVisible();
  await page.locator(".progress").getByRole("button", { name: t["common.cancel"] }).click();
  await expect(page.getByText(t["map.cancelled"])).toBeVisible();
  await page.unroute("**/map");
  await page.getByRole("button", { name: t["common.retry"] }).click();
  await mapReady(page);
});

test("a failure names its cause, remedy and code", async ({ page }) => {
  const t = TEXTS["zh-CN"];
  await open(page, `/w/${WORKSPACE}/journeys/no-such-journey`, { language: "zh-CN", theme: "light" });
  const failure = page.getByRole("alert");
  await expect(failure).toContainText(t["error.journey_unknown"]);
  await expect(failure).toContainText(t["error.journey_unknown.remedy"]);
  await expect(failure.locator("code")).toHaveText("journey_unknown");
  await failure.getByRole("button", { name: t["common.copyDiagnostics"] }).click();
  // Until it is written, the clipboard holds what another story copied.
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(clipboard).toContain("journey_unknown");
  const copied = JSON.parse(await clipboard()) as { code: string; request_id: string | null };
  expect(copied.code).toBe("journey_unknown");
  expect(copied.request_id).not.toBeNull();
});

for (const language of LANGUAGES) {
  const t = TEXTS[language];

  test(`a failure is told although its words, or the server, cannot be reached (${language})`, async ({ page }) => {
    await page.route("**/assets/texts.ui.failures.*", (route) => route.abort());
    await open(page, `/w/${WORKSPACE}/journeys/no-such-journey`, { language, theme: "light" });
    const failure = page.getByRole("alert");
    await expect(failure).toContainText("no-such-journey");
    await expect(failure.locator("code")).toHaveText("journey_unknown");
    await page.route("**/v1/**", (route) => route.abort());
    await page.reload();
    await expect(failure).toContainText(t["error.network"]);
    await expect(failure).toContainText(t["error.network.remedy"]);
    // The words come once they can.
    await page.unroute("**/v1/**");
    await page.unroute("**/assets/texts.ui.failures.*");
    await page.reload();
    await expect(failure).toContainText(t["error.journey_unknown.remedy"]);
  });

  test(`a page that does not load says so, and is loaded again (${language})`, async ({ page }) => {
    await open(page, `/w/${WORKSPACE}/journeys`, { language, theme: "light" });
    await page.route("**/assets/PainsPage-*", (route) => route.abort());
    await page.goto(`/w/${WORKSPACE}/pains`);
    const failure = page.getByRole("alert");
    await expect(failure).toContainText(t["error.unloaded"]);
    await expect(failure).toContainText(t["error.unloaded.remedy"]);
    await page.unroute("**/assets/PainsPage-*");
    await failure.getByRole("button", { name: t["common.retry"] }).click();
    await expect(page.getByRole("heading", { level: 1, name: t["nav.pains"] })).toBeVisible();
  });
}

test("language and theme are switched in place and kept", async ({ page }) => {
  await open(page, MAP, { language: "zh-CN", theme: "light" });
  await mapReady(page);
  await page.getByRole("radio", { name: "English" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await page.getByRole("radio", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.reload();
  await mapReady(page);
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});

for (const [name, size] of [
  ["at 200 % zoom", { width: 640, height: 450 }],
  ["on a telephone", { width: 390, height: 844 }],
] as const) {
  test(`${name} nothing scrolls sideways but tables`, async ({ page }) => {
    await page.setViewportSize(size);
    const pages = [`/w/${WORKSPACE}/journeys`, MAP, `/w/${WORKSPACE}/sources`, `/w/${WORKSPACE}/imports`, `/w/${WORKSPACE}/customers`, `/w/${WORKSPACE}/customers?value=user_0042`];
    for (const path of pages) {
      await open(page, path, { language: "en", theme: "light" });
      if (path === MAP) await mapReady(page);
      if (/imports|value=/.test(path)) await page.locator("tbody tr").first().waitFor();
      const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      expect(content, path).toBeLessThanOrEqual(window ?? 0);
    }
  });
}
