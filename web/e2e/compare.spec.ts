// Two answers side by side, the other parts of a funnel, and the process map: numbers as the API gives them, by mouse, by
// keyboard, in both languages, and without a fault that axe can find.
import { readFile } from "node:fs/promises";

import type { APIRequestContext, Page } from "@playwright/test";
import { expect, test } from "@playwright/test";

import type { AnswerChange, AnswerComparison, FunnelAnswer, TransitionsAnswer } from "../src/api/types";
import { check, withAxe } from "./wcag";
import { LANGUAGES, TEXTS, THEME_OF, WORKSPACE, filled, open, tabTo } from "./story";
import type { Language } from "./story";

const API = `/v1/workspaces/${WORKSPACE}`;
const EVENTS = ["add_to_cart", "cart", "shipping_details", "payment_details", "purchase"];
const STEPS = EVENTS.map((event) => ({ name: "", match: [{ event: [event] }] }));
const RULES = EVENTS.map((event) => ({ name: event, match: [{ event: [event] }] }));
const FUNNEL = { steps: RULES, mode: "ordered", window: "7d" };
const at = (kind: string, view: object = {}) => `/w/${WORKSPACE}/analyses/${kind}?view=${encodeURIComponent(JSON.stringify({ v: 1, ...view }))}`;
const viewOf = (page: Page) => JSON.parse(new URL(page.url()).searchParams.get("view") ?? "null");
const whole = (n: number, language: Language = "en") => new Intl.NumberFormat(language).format(n);
const percent = (share: number | null | undefined) => `${((share ?? 0) * 100).toFixed(1)}%`;

const decimal = (n: number, language: Language) => new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(n);

/** A number of a comparison as the page writes it; durations are not looked at. */
function written(of: AnswerChange["of"], value: number, language: Language): string {
  if (of === "share") return percent(value);
  return of === "number" ? decimal(value, language) : whole(value, language);
}

async function ask<Answer>(request: APIRequestContext, path: string, data: object): Promise<Answer> {
  const answer = await request.post(`${API}/${path}`, { data });
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as Answer;
}

async function answered(page: Page): Promise<void> {
  await expect(page.locator(".analysis-body").first()).toBeVisible();
  await expect(page.locator(".stale")).toHaveCount(0);
}

for (const language of LANGUAGES) {
  test(`a funnel is compared with another channel, number by number (${language})`, async ({ page, request }) => {
    const t = TEXTS[language];
    const both = await ask<AnswerComparison>(request, "compare", {
      question: { ask: "funnel", ...FUNNEL, scope: { entry: {}, zone: "UTC", events: [{ channel: ["web"] }] } },
      versus: { entry: {}, zone: "UTC", events: [{ channel: ["mobile_web"] }] },
    });
    await open(page, at("funnel", { steps: STEPS, channels: ["web"] }), { language, theme: "light" });
    await page.getByRole("button", { name: new RegExp(`^${t["scope.compare"]}:`) }).click();
    await page.getByRole("button", { name: t["channel.mobile_web"] }).click();
    await answered(page);
    expect(viewOf(page)).toMatchObject({ versus: { kind: "channels", channels: ["mobile_web"] } });
    const rows = page.locator(".comparison tbody tr");
    const told = both.changes.filter(({ of, here, there }) => of !== "share" || here !== 1 || there !== 1);
    await expect(rows).toHaveCount(told.length);
    for (const [index, change] of told.entries()) {
      if (change.of === "duration") continue;
      const cells = rows.nth(index).locator("td");
      await expect(cells.nth(0)).toHaveText(written(change.of, change.here, language));
      await expect(cells.nth(1)).toHaveText(written(change.of, change.there, language));
      if (change.low != null) await expect(cells.nth(3)).toContainText(Math.abs(change.low * 100).toFixed(1));
    }
    // The picture has both, and the other side opens to its own people.
    const other = (both.versus as FunnelAnswer).steps[0]?.reached.customers ?? -1;
    const bar = page.locator(".funnel-bar.of-category-other .funnel-count").first();
    await expect(bar).toContainText(whole(other, language));
    await bar.click();
    await page.getByRole("dialog").getByRole("tab", { name: t["explain.customers"] }).click();
    await expect(page.locator(".explain-people")).toContainText(whole(other, language));
  });
}

test("the sentence of a comparison names the clearest difference, or says that there is none", async ({ page }) => {
  const t = TEXTS.en;
  const converts = { by: "value", dimension: "channel", value: "chat" };
  await open(page, at("funnel", { steps: STEPS.slice(0, 2), versus: { kind: "group", group: converts } }), { language: "en", theme: "light" });
  await answered(page);
  const sentence = page.locator(".comparison .finding");
  await expect(sentence).toContainText(/What differs most for certain|Nothing differs for certain/);
  // Compared with itself nothing differs.
  await page.goto(at("funnel", { steps: STEPS, versus: { kind: "group", group: { by: "everyone" } } }));
  await answered(page);
  await expect(sentence).toContainText(t["versus.nothingClear"].split("“")[0] ?? "");
  await expect(page.locator(".comparison tbody tr").first().locator("td").nth(2)).toHaveText("0");
});

test("every analysis is compared with the period before", async ({ page }) => {
  for (const [kind, view] of [["paths", {}], ["transitions", {}], ["sessions", {}], ["retention", {}], ["survival", { end: [{ event: ["purchase"] }] }], ["attribution", { conversion: [{ event: ["purchase"] }] }]] as const) {
    await open(page, at(kind, { ...view, period: { kind: "last", days: 28 }, versus: { kind: "previous" } }), { language: "en", theme: "light" });
    await answered(page);
    await expect(page.locator(".comparison .compare-side")).toHaveCount(2);
    expect(await page.locator(".comparison tbody tr").count()).toBeGreaterThan(0);
  }
});

/** Rows a table shows at once. */
const ROWS = 100;
const PURCHASE = [{ event: ["purchase"] }];
/** Analyses over the calendar, of times and of touches, as a page remembers them and as the API is asked. */
const OTHERS = [
  { kind: "retention", view: { start: PURCHASE, calendar: "month" }, question: { start: PURCHASE, unit: "month" }, says: (t: Texts) => `${t["answer.retention.total"]} › ${t["calendar.nth.month"].replace("{{n}}", "1")} › ${t["answer.retention.share"]}` },
  { kind: "lifecycle", view: { calendar: "month" }, question: { unit: "month", over: {} }, says: (t: Texts) => t["answer.retained_share"] },
  { kind: "stickiness", view: {}, question: { unit: "day", per: "month", over: {} }, says: (t: Texts) => t["answer.at_least"] },
  { kind: "survival", view: { end: PURCHASE }, question: { end: PURCHASE }, says: (t: Texts) => `${t["groups.all"]} › ${t["answer.censored"]}` },
  { kind: "attribution", view: { conversion: PURCHASE }, question: { conversion: PURCHASE, lookback: "30d" }, says: (t: Texts) => `${t["channel.web"]} › ${t["answer.touched"]}` },
] as const;
type Texts = (typeof TEXTS)[Language];

for (const { kind, view, question, says } of OTHERS) {
  for (const language of LANGUAGES) {
    test(`${kind} is compared with another channel, chosen by keyboard, number by number (${language})`, async ({ page, request }) => {
      const t = TEXTS[language];
      const { changes } = await ask<AnswerComparison>(request, "compare", {
        question: { ask: kind, ...question, scope: { entry: {}, zone: "UTC" } },
        versus: { entry: {}, zone: "UTC", events: [{ channel: ["web"] }] },
      });
      await withAxe({ page });
      await open(page, at(kind, view), { language, theme: "light" });
      await answered(page);
      await page.getByRole("button", { name: new RegExp(`^${t["scope.compare"]}:`) }).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("dialog").getByRole("button", { name: t["channel.web"], exact: true }).focus();
      await page.keyboard.press("Enter");
      await answered(page);
      expect(viewOf(page)).toMatchObject({ versus: { kind: "channels", channels: ["web"] } });
      const told = changes.filter(({ of, here, there }) => of !== "share" || here !== 1 || there !== 1);
      const rows = page.locator(".comparison tbody tr");
      // A long table shows a part until more is asked for.
      for (let shown = ROWS; shown < told.length; shown += ROWS) {
        await expect(rows).toHaveCount(shown);
        await page.locator(".comparison .table-more button").press("Enter");
      }
      await expect(rows).toHaveCount(told.length);
      const cells = await rows.evaluateAll((all) => all.map((row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent)));
      for (const [index, change] of told.entries()) {
        if (change.of === "duration") continue;
        const both = [change.here, change.there].map((value) => written(change.of, value, language));
        expect(cells[index]?.slice(0, 2), change.path.join("/")).toEqual(both);
      }
      // Places are said in words, none in the API's own.
      const names = await rows.locator("th").allTextContents();
      expect(names.some((name) => name.includes(says(t))), names.slice(0, 12).join("; ")).toBe(true);
      for (const part of names.flatMap((name) => name.split(" › "))) expect(part).not.toMatch(/_|^(total|cohorts|cells|periods|curves|counts|units|values|at)$/);
      await check(page, `${kind} compared`);
    });
  }
}

test("analyses that show periods side by side are compared with people, not with other days", async ({ page }) => {
  const t = TEXTS.en;
  await open(page, at("lifecycle", { period: { kind: "last", days: 56 }, versus: { kind: "previous" } }), { language: "en", theme: "light" });
  await answered(page);
  await expect(page.locator(".comparison")).toHaveCount(0);
  await page.getByRole("button", { name: `${t["scope.compare"]}: ${t["compare.none"]}` }).click();
  await expect(page.locator(".chooser")).toContainText(t["compare.periodsSideBySide"]);
});

test("a funnel tells its times, its trend and what came next as the API does", async ({ page, request }) => {
  const t = TEXTS.en;
  const answer = await ask<FunnelAnswer>(request, "funnel", { ...FUNNEL, options: { trend: "month", next: true } });
  await open(page, at("funnel", { steps: STEPS }), { language: "en", theme: "light" });
  await page.getByRole("radio", { name: t["funnel.part.time"] }).click();
  await expect(page.locator("svg.picture").first().locator(".columns-bar")).toHaveCount(answer.time_to_convert?.bins.length ?? -1);
  await expect(page.locator(".small-charts > li")).toHaveCount(STEPS.length - 1);
  await page.getByRole("radio", { name: t["show.table"] }).click();
  const times = page.getByRole("region", { name: t["funnel.timeTitle"] });
  await expect(times.locator("tbody tr")).toHaveCount(answer.time_to_convert?.bins.length ?? -1);
  const counts = await times.locator("tbody td:nth-of-type(2)").allTextContents();
  expect(counts).toEqual(answer.time_to_convert?.bins.map(({ count }) => whole(count)));

  await page.getByRole("radio", { name: t["funnel.part.trend"] }).click();
  await page.getByRole("button", { name: new RegExp(t["funnel.trend"]) }).last().click();
  await page.getByRole("option", { name: t["funnel.trend.month"] }).click();
  const trend = page.getByRole("region", { name: t["funnel.trendTitle"] });
  await expect(trend.locator("tbody tr")).toHaveCount(answer.trend?.length ?? -1);
  for (const [index, { reached, conversion }] of (answer.trend ?? []).entries()) {
    const cells = trend.locator("tbody tr").nth(index).locator("td");
    await expect(cells.nth(0)).toContainText(whole(reached[0]?.instances ?? -1));
    await expect(cells.nth(2)).toContainText(percent(conversion.share));
  }

  await page.getByRole("radio", { name: t["funnel.part.next"] }).click();
  await page.getByRole("radio", { name: t["show.chart"] }).click();
  const first = page.locator(".next-steps > section").first();
  const [best] = [...(answer.steps[0]?.next?.within ?? []), ...(answer.steps[0]?.next?.after ?? [])].toSorted((a, b) => b.people.instances - a.people.instances);
  await expect(first.locator("li").first()).toContainText(best?.label ?? "?");
  await first.locator("li button").first().click();
  await page.getByRole("dialog").getByRole("tab", { name: t["explain.customers"] }).click();
  await expect(page.locator(".explain-people")).toContainText(whole(best?.people.customers ?? -1));
  await page.keyboard.press("Escape");
  // What is told in short adds up to all who dropped off.
  const shown = await first.locator("li > .numeric").allTextContents();
  const sum = shown.reduce((all, text) => all + Number(/(?:^|: )([\d,]+)(?: |$)/.exec(text)?.[1]?.replaceAll(",", "") ?? Number.NaN), 0);
  expect(sum).toBe(answer.steps[0]?.dropped.instances);
});

for (const language of LANGUAGES) {
  test(`the process map is walked by keyboard, opens, follows its sliders, and is saved as a picture (${language})`, async ({ page, request }) => {
    const t = TEXTS[language];
    const { nodes, edges } = await ask<TransitionsAnswer>(request, "transitions", {});
    await open(page, at("transitions"), { language, theme: "light" });
    await answered(page);
    const boxes = page.locator(".process-node:not(.process-end)");
    await expect(boxes).toHaveCount(10);
    const top = nodes.toSorted((a, b) => b.events - a.events).slice(0, 10);
    const read = await boxes.evaluateAll((all) => all.map((each) => each.getAttribute("aria-label") ?? ""));
    for (const { label, events } of top) expect(read.some((text) => text.startsWith(filled(t["process.nodeText"].split("{{n}}")[0] ?? "", { name: label, events: whole(events) })))).toBe(true);
    const most = edges.find(({ from, to }) => from !== to);
    const arrow = page.getByRole("button", { name: filled(t["process.edgeText"].split("{{share}}")[0] ?? "", { way: `${most?.from} → ${most?.to}`, n: whole(most?.count ?? -1) }) });
    await expect(arrow).toHaveCount(1);

    await tabTo(page, new RegExp(`^${t["process.startText"].split("{{n}}")[0]}`));
    await page.keyboard.press("ArrowRight");
    await expect(page.locator(".process-node:focus")).toHaveCount(1);
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    await expect(page.locator(".process-arrow:focus")).toHaveCount(1);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog").locator(".explain-value")).toBeVisible();
    await page.keyboard.press("Escape");

    await page.getByRole("slider", { name: t["process.nodes"] }).focus();
    await page.keyboard.press("Home");
    await expect(boxes).toHaveCount(1);
    for (let pressed = 0; pressed < 3; pressed += 1) await page.keyboard.press("ArrowRight");
    await expect(boxes).toHaveCount(4);
    expect(viewOf(page)).toMatchObject({ nodes: 4 });
    await page.getByRole("button", { name: t["export.title"] }).click();
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: "SVG" }).click()]);
    expect(await readFile(await file.path(), "utf8")).toContain(top[0]?.label);
  });
}

test("the step matrix and the next step have the API's numbers", async ({ page, request }) => {
  const answer = await ask<TransitionsAnswer>(request, "transitions", { steps: 5, after: ["product_view", "add_to_cart"], target: "purchase", scope: { subject: { of: "session", timeout: "30m" } } });
  const unit = { of: "session", timeout: "30m" };
  await open(page, at("transitions", { part: "steps", depth: 5, unit }), { language: "en", theme: "light" });
  await answered(page);
  for (const [index, { labels, ended_share: ended }] of answer.steps.entries()) {
    for (const { label, share } of labels.slice(0, 3)) {
      const row = page.locator("tbody tr").filter({ has: page.getByRole("rowheader", { name: label, exact: true }) });
      await expect(row.locator("td").nth(index)).toContainText(percent(share.share));
    }
    if (ended.hits > 0) await expect(page.locator("tbody tr").last().locator("td").nth(index)).toContainText(percent(ended.share));
  }
  await page.goto(at("transitions", { part: "next", after: ["product_view", "add_to_cart"], target: "purchase", unit }));
  await answered(page);
  const bars = page.locator(".next-bars > li");
  await expect(bars).toHaveCount(answer.next?.next.length ?? -1);
  await expect(bars.first()).toContainText(percent(answer.next?.next[0]?.probability));
  await expect(page.locator(".chart-pair tbody tr")).toHaveCount(answer.outlook?.from.length ?? -1);
  await expect(page.locator(".chart-pair")).toContainText(percent(answer.outlook?.probability));
});

for (const language of LANGUAGES) {
  const theme = THEME_OF[language];
  test(`comparisons, parts of a funnel and the process map are accessible ${language} ${theme}`, async ({ page }) => {
    const t = TEXTS[language];
    const look = { language, theme } as const;
    await withAxe({ page });
    await open(page, at("funnel", { steps: STEPS, channels: ["web"], versus: { kind: "channels", channels: ["mobile_web"] } }), look);
    await page.locator(".comparison").waitFor();
    await answered(page);
    await check(page, "a funnel compared");
    await page.getByRole("button", { name: new RegExp(`^${t["scope.compare"]}:`) }).click();
    await page.locator(".chooser").waitFor();
    await check(page, "what to compare with");
    for (const part of ["time", "trend", "next"]) {
      await open(page, at("funnel", { steps: STEPS, part }), look);
      await answered(page);
      await check(page, `a funnel's ${part}`);
    }
    for (const view of [{}, { edges: 100, weigh: "median" }, { part: "square" }, { part: "steps" }, { part: "next", after: ["cart"], target: "purchase" }, { part: "next" }]) {
      await open(page, at("transitions", view), look);
      await answered(page);
      await check(page, `transitions ${JSON.stringify(view)}`);
    }
    await open(page, at("transitions", { show: "table", part: "steps" }), look);
    await answered(page);
    await check(page, "transitions as tables");
  });
}
