// The analyses on a real online shop's clicks, asked in the browser. Golden numbers are other engines' (ClickHouse's
// windowFunnel, retentioneering), which the server's own tests compare with, too; the rest is compared with the API.
import { readFile } from "node:fs/promises";

import type { APIRequestContext, Page } from "@playwright/test";
import { expect, test } from "@playwright/test";

import type { PathsAnswer, SessionsAnswer, TransitionsAnswer } from "../src/api/types";
import { LANGUAGES, OTHER_WORKSPACE, TEXTS, THEME_OF, WORKSPACE, filled, open, tabTo } from "./story";
import type { Language } from "./story";

const STEPS = ["add_to_cart", "cart", "shipping_details", "payment_details", "purchase"];
/** windowFunnel(7 days) over these steps. */
const CHECKOUT = [522, 417, 260, 139, 54];
/** Sessions with a gap of 30 minutes. */
const SESSIONS = 3605;

const at = (kind: string, view?: object) =>
  `/w/${WORKSPACE}/analyses/${kind}${view ? `?view=${encodeURIComponent(JSON.stringify({ v: 1, ...view }))}` : ""}`;
const checkout = { mode: "default", steps: STEPS.map((event) => ({ name: "", match: [{ event: [event] }] })) };
const viewOf = (page: Page) => JSON.parse(new URL(page.url()).searchParams.get("view") ?? "null");
const whole = (n: number, language: Language = "en") => new Intl.NumberFormat(language).format(n);
const counts = (page: Page) => page.locator(".of-category-all .funnel-count").allTextContents();

async function ask<Answer>(request: APIRequestContext, kind: string, question: object): Promise<Answer> {
  const answer = await request.post(`/v1/workspaces/${WORKSPACE}/${kind}`, { data: question });
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as Answer;
}

/** Waits until what is shown is what was asked. */
async function answered(page: Page): Promise<void> {
  await expect(page.locator(".analysis-body").first()).toBeVisible();
  await expect(page.locator(".analysis-body.stale")).toHaveCount(0);
}

for (const language of LANGUAGES) {
  test(`a funnel is put together, has the golden numbers, and opens to its people (${language})`, async ({ page }) => {
    const t = TEXTS[language];
    await open(page, `/w/${WORKSPACE}/pains`, { language, theme: "light" });
    await page.getByRole("link", { name: t["nav.analyses"] }).click();
    await expect(page.getByRole("heading", { level: 1, name: t["analysis.funnel"] })).toBeVisible();
    await expect(page.getByText(t["funnel.incomplete"])).toBeVisible();
    for (const [index, event] of STEPS.entries()) {
      await page.getByRole("button", { name: t["funnel.add"] }).click();
      await page.getByRole("button", { name: new RegExp(`^${t["rule.events"].replace("{{n}}", String(index + 1))}:`) }).click();
      await page.getByRole("searchbox", { name: t["rule.seekEvent"] }).fill(event);
      await page.getByRole("button", { name: event, exact: true }).click();
      await page.keyboard.press("Escape");
    }
    await page.getByRole("button", { name: new RegExp(t["funnel.mode"]) }).click();
    await page.getByRole("option", { name: t["funnel.mode.default"] }).click();
    await expect.poll(() => viewOf(page)).toEqual({ v: 1, ...checkout });
    const numbers = CHECKOUT.map((n) => whole(n, language));
    await expect.poll(async () => (await counts(page)).map((text) => text.split(": ").at(-1))).toEqual(numbers);
    // The sentence says the same: 54 of 522 are 10.3 %, Wilson's interval of which is 8.0 % to 13.3 %.
    const sentence = page.locator(".finding");
    await expect(sentence).toContainText("10.3%");
    await expect(sentence).toContainText("8.0%–13.3%");
    await page.locator(".of-category-all .funnel-count").last().click();
    const drawer = page.getByRole("dialog");
    await expect(drawer.locator(".explain-value")).toHaveText("54");
    await drawer.getByRole("tab", { name: t["explain.customers"] }).click();
    await expect(drawer.locator(".explain-people")).toContainText("54");
    await expect(drawer.locator(".people a")).toHaveCount(50);
  });
}

test("a funnel by a dimension adds up, in the table, and its groups open", async ({ page }) => {
  const t = TEXTS.en;
  await open(page, at("funnel", { ...checkout, by: { dimension: "platform", at: "first", top: 2 }, show: "table" }), { language: "en", theme: "light" });
  await answered(page);
  const row = (group: string, step: string) => page.locator("tbody tr").filter({ hasText: group }).filter({ hasText: step });
  const reached = async (group: string) => Number((await row(group, "1. add_to_cart").locator("td").nth(1).locator("button").textContent())?.split(": ").at(-1));
  expect((await reached("desktop")) + (await reached("mobile")) + (await reached(t["groups.other"]))).toBe(CHECKOUT[0]);
  const shown = await reached("desktop");
  await row("desktop", "1. add_to_cart").locator("td").nth(1).locator("button").click();
  await page.getByRole("dialog").getByRole("tab", { name: t["explain.customers"] }).click();
  await expect(page.locator(".explain-people")).toContainText(whole(shown));
});

for (const language of LANGUAGES) {
  test(`numbers are shown apart by bands: of as many events, and between boundaries of one's own (${language})`, async ({ page, request }) => {
    const t = TEXTS[language];
    const path = `/w/${OTHER_WORKSPACE}/analyses/sessions`;
    const asked = async (bands: object) => {
      const scope = { zone: "UTC", subject: { of: "session", timeout: "30m" }, by: { dimension: "amount", bands } };
      const answer = await request.post(`/v1/workspaces/${OTHER_WORKSPACE}/sessions`, { data: { scope } });
      expect(answer.ok(), await answer.text()).toBe(true);
      const { groups } = (await answer.json()) as SessionsAnswer;
      return (groups ?? []).filter(({ group }) => group === "value").map(({ value, sessions }) => [value, whole(sessions.instances, language)]);
    };
    const shown = async () => {
      const rows = await page.locator("tbody tr").filter({ hasText: /[<≥–]\s\d/ }).all();
      return Promise.all(rows.map(async (row) => [await row.locator("th").textContent(), (await row.locator("td").first().textContent())?.split(": ").at(-1)]));
    };
    await open(page, path, { language, theme: THEME_OF[language] });
    await page.getByRole("button", { name: new RegExp(`^${t["by.label"]}:`) }).click();
    await page.getByRole("button", { name: t["by.choose"] }).click();
    await page.getByRole("searchbox", { name: t["by.seek"] }).fill(t["facet.amount"]);
    await page.getByRole("button", { name: new RegExp(t["facet.amount"], "i") }).click();
    await expect.poll(() => viewOf(page)?.by).toEqual({ dimension: "amount", at: "first", top: 5, bands: 5 });
    const five = await asked({ count: 5 });
    expect(five).toHaveLength(5);
    await answered(page);
    await expect.poll(shown).toEqual(five);

    await page.getByRole("button", { name: new RegExp(t["by.bands"]) }).click();
    await page.getByRole("option", { name: t["by.bandsOwn"] }).click();
    const edges = page.getByRole("textbox", { name: t["by.edges"] });
    await edges.fill("20, dear");
    await expect(page.getByText(t["by.edgesFault"])).toBeVisible();
    await edges.fill("60，20.5");
    await edges.press("Enter");
    await expect.poll(() => viewOf(page)?.by.bands).toEqual([20.5, 60]);
    const own = await asked({ edges: [20.5, 60] });
    expect(own.map(([name]) => name)).toEqual(["< 20.5", "20.5 – 60", "≥ 60"]);
    await answered(page);
    await expect.poll(shown).toEqual(own);
    // What is counted opens to the people of the band.
    await page.locator("tbody tr").filter({ hasText: "20.5 – 60" }).locator("td").first().locator("button").click();
    const drawer = page.getByRole("dialog");
    await expect(drawer.locator(".explain-value")).toHaveText(String(own[1]?.[1]));
    await drawer.getByRole("tab", { name: t["explain.customers"] }).click();
    await expect(drawer.locator(".people a").first()).toBeVisible();
  });
}

test("a funnel is asked and read with the keyboard alone", async ({ page }) => {
  const t = TEXTS.en;
  await open(page, at("funnel"), { language: "en", theme: "light" });
  for (const [index, event] of ["add_to_cart", "cart"].entries()) {
    await tabTo(page, new RegExp(t["funnel.add"]));
    await page.keyboard.press("Enter");
    await tabTo(page, new RegExp(`^${t["rule.events"].replace("{{n}}", String(index + 1))}:`));
    await page.keyboard.press("Enter");
    await expect(page.getByRole("searchbox")).toBeFocused();
    await page.keyboard.type(event);
    await tabTo(page, new RegExp(`^✓?${event}$`));
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
  }
  await answered(page);
  await expect(page.locator(".of-category-all .funnel-count")).toHaveCount(2);
  await tabTo(page, /2\. cart · Reached/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toContainText(t["define.funnel.reached"]);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("paths are walked by arrow keys, open, and stand for everybody at each step", async ({ page, request }) => {
  const t = TEXTS.en;
  const answer = await ask<PathsAnswer>(request, "paths", { collapse: true, steps: 5, top: 5, scope: { subject: { of: "session", timeout: "30m" } } });
  expect(answer.subjects.instances).toBe(SESSIONS);
  await open(page, at("paths"), { language: "en", theme: "light" });
  await answered(page);
  const nodes = page.locator(".paths-node");
  // A picture is drawn, all of it at once, when its width has been measured.
  await expect(nodes).not.toHaveCount(0);
  for (const { position, labels, other, ended } of answer.positions) {
    const texts = await nodes.evaluateAll((all) => all.map((each) => each.getAttribute("aria-label") ?? ""));
    const own = texts.filter((text) => text.startsWith(`Step ${position},`));
    const numbers = own.map((text) => Number(/: ([\d,]+),/.exec(text)?.[1]?.replaceAll(",", "")));
    expect(numbers).toEqual([...labels.map(({ subjects }) => subjects), other, ended].filter((n) => n > 0));
    expect(numbers.reduce((sum, n) => sum + n, 0)).toBe(SESSIONS);
  }
  await tabTo(page, /^Step 1, home:/);
  await page.keyboard.press("ArrowRight");
  const focused = page.locator(".paths-node:focus");
  await expect(focused).toHaveAttribute("aria-label", /^Step 2,/);
  await page.keyboard.press("ArrowDown");
  await expect(focused).toHaveAttribute("aria-label", /^Step 2,/);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByRole("tab", { name: t["explain.customers"] }).click();
  await expect(page.locator(".people a").first()).toBeVisible();
  await page.keyboard.press("Escape");
  // The picture as a file of its own.
  await page.getByRole("button", { name: t["export.title"] }).click();
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: "SVG" }).click()]);
  const svg = await readFile(await file.path(), "utf8");
  expect(svg).toContain("product_view");
  expect(svg).not.toContain("class=");
  // The data are samples, and the picture says so wherever it goes.
  expect(svg).toContain(t["sample.sample"]);
  // For a meeting: the picture and the tables on slides, and as a workbook.
  for (const format of ["pptx", "xlsx"]) {
    await page.getByRole("button", { name: t["export.title"] }).click();
    const [written] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: format.toUpperCase() }).click()]);
    expect(written.suggestedFilename()).toMatch(new RegExp(`\\.${format}$`));
    const bytes = (await readFile(await written.path())).toString("latin1");
    expect(bytes.slice(0, 2)).toBe("PK");
    expect(bytes).toContain(format === "pptx" ? "ppt/media/image1.png" : "xl/worksheets/sheet3.xml");
  }
  // Repeats kept, everybody still stands at each step.
  await page.getByRole("radio", { name: t["paths.repeats.keep"] }).click();
  await expect.poll(() => viewOf(page)).toEqual({ v: 1, collapse: false });
});

for (const language of LANGUAGES) {
  test(`transitions: the square, the table and the file have the API's numbers (${language})`, async ({ page, request }) => {
    const t = TEXTS[language];
    const { edges } = await ask<TransitionsAnswer>(request, "transitions", {});
    const most = edges[0];
    await open(page, at("transitions", { part: "square" }), { language, theme: "light" });
    await answered(page);
    await expect(page.locator(".heat td.seq-7").first()).toContainText(whole(most?.count ?? 0).slice(0, 1));
    await page.getByRole("radio", { name: t["show.table"] }).click();
    await page.getByRole("button", { name: t["export.title"] }).click();
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: t["transitions.pairs"] }).click()]);
    const lines = (await readFile(await file.path(), "utf8")).trim().split("\r\n");
    expect(lines.slice(1).map((line) => line.split(",").slice(0, 3).join(","))).toEqual(edges.map(({ from, to, count }) => `${from},${to},${count}`));
  });
}

for (const language of LANGUAGES) {
  test(`sessions have the golden numbers, and entries open (${language})`, async ({ page, request }) => {
    const t = TEXTS[language];
    const answer = await ask<SessionsAnswer>(request, "sessions", { timeout: "30m" });
    expect(answer.sessions.instances).toBe(SESSIONS);
    await open(page, at("sessions"), { language, theme: "dark" });
    await answered(page);
    await expect(page.locator(".finding")).toContainText(filled(t["count.sessions_other"], { n: whole(SESSIONS, language) }));
    const [entry] = answer.entries;
    await page.getByRole("region", { name: t["sessions.entry"] }).locator("button").first().click();
    await expect(page.locator(".explain-value")).toHaveText(whole(entry?.subjects ?? 0));
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: new RegExp(t["unit.timeout"]) }).click();
    await page.getByRole("option", { name: language === "en" ? "5 minutes" : "5 分钟", exact: true }).click();
    await expect(page.locator(".total-number").first()).toContainText(whole(6725));
  });
}

test("scope goes along to another analysis, and a link and a saved view bring all back", async ({ page }) => {
  const t = TEXTS.en;
  const view = { ...checkout, channels: ["web"], period: { kind: "fixed", from: "2024-02-01", to: "2024-03-31" } };
  await open(page, at("funnel", view), { language: "en", theme: "light" });
  await answered(page);
  const before = await counts(page);
  await page.getByRole("button", { name: t["link.copy"] }).click();
  await expect(page.locator(".link-said")).toHaveText(t["link.copied"]);
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await page.getByRole("button", { name: t["saved.title"] }).click();
  await page.getByLabel(t["saved.name"], { exact: true }).fill("Checkout on the web");
  await page.keyboard.press("Enter");
  await expect(page.getByText(t["saved.done"], { exact: true })).toBeVisible();
  await page.keyboard.press("Escape");

  await page.getByRole("navigation", { name: t["analysis.kinds"] }).getByRole("link", { name: t["analysis.transitions"] }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(t["analysis.transitions"]);
  expect(viewOf(page)).toEqual({ v: 1, channels: view.channels, period: view.period });
  await page.getByRole("button", { name: t["saved.title"] }).click();
  await page.getByRole("link", { name: "Checkout on the web" }).first().click();
  await answered(page);
  await expect.poll(() => counts(page)).toEqual(before);
  await page.goto(link);
  await answered(page);
  expect(viewOf(page)).toEqual({ v: 1, ...view });
  expect(await counts(page)).toEqual(before);
});

test("a long analysis shows progress and can be cancelled", async ({ page }) => {
  const t = TEXTS["zh-CN"];
  // The answer never comes; only cancelling ends it.
  await page.route(`**/v1/workspaces/${WORKSPACE}/transitions`, () => undefined);
  await open(page, at("transitions"), { language: "zh-CN", theme: "light" });
  await expect(page.locator(".progress")).toBeVisible();
  await page.locator(".progress").getByRole("button", { name: t["common.cancel"] }).click();
  await expect(page.getByText(t["map.cancelled"])).toBeVisible();
  await page.unroute(`**/v1/workspaces/${WORKSPACE}/transitions`);
  await page.getByRole("button", { name: t["common.retry"] }).click();
  await answered(page);
});

for (const language of LANGUAGES) {
  test(`SQL is run, paged, cancelled, and says where it is wrong (${language})`, async ({ page }) => {
    const t = TEXTS[language];
    await open(page, at("sql"), { language, theme: "light" });
    const cell = page.getByRole("listitem", { name: t["sql.cell"].replace("{{n}}", "1") });
    const text = cell.getByRole("textbox");
    await text.fill("SELECT event,\n count(* n FROM events");
    await text.press("Control+Enter");
    await expect(cell.locator(".cell-fault")).toContainText(filled(t["sql.wrongAt"], { line: 2, column: 10 }));
    await expect(cell.getByRole("alert")).toContainText("sql_invalid");
    await text.fill("SELECT customer, count(*) AS n FROM events GROUP BY customer ORDER BY n DESC");
    await text.press("Control+Enter");
    await expect(cell.getByText(filled(t["sql.found_other"].split("{{ms}}")[0] ?? "", { n: 600 }))).toBeVisible();
    await expect(cell.locator("tbody tr")).toHaveCount(50);
    // Whose rows they are opens them.
    const most = cell.locator("tbody tr").first();
    await expect(most.getByRole("link")).toHaveAttribute("href", new RegExp(`/w/${WORKSPACE}/customers/${await most.getByRole("link").innerText()}$`));
    await cell.getByRole("button", { name: t["sql.next"] }).click();
    await expect(cell.getByText(filled(t["sql.page"], { from: 51, to: 100, all: 600 }))).toBeVisible();

    await page.route("**/sql", () => undefined);
    await cell.getByRole("button", { name: t["sql.run"] }).click();
    await expect(cell.locator(".progress")).toBeVisible();
    await cell.getByRole("button", { name: t["common.cancel"] }).click();
    await expect(cell.locator(".progress")).toHaveCount(0);
    await page.reload();
    await expect(text).toHaveValue(/GROUP BY customer/);
  });
}
