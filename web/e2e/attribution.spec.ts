// Attribution on a real online shop's clicks. Golden numbers of first, last, linear, 40/20/40 and time decay are those an
// independent computation in SQL gives in the server's own tests; the rest is compared with the API.
import { readFile } from "node:fs/promises";

import type { APIRequestContext, Page } from "@playwright/test";
import { expect, test } from "@playwright/test";

import type { AttributionAnswer } from "../src/api/types";
import { LANGUAGES, TEXTS, THEME_OF, WORKSPACE, open, tabTo } from "./story";
import type { Language } from "./story";
import type { LookedAt } from "./wcag";
import { check, checkAll, withAxe } from "./wcag";

const TOUCHES = ["search", "catalog", "promo_page", "compare", "support_chat"];
const QUESTION = { conversion: [{ event: ["purchase"] }], touches: [{ event: TOUCHES }], credit: "event", lookback: "14d" };
/** Credits of `catalog` and `search`, rounded as they are shown. */
const GOLDEN = { catalog: { first: "238", last: "233", linear: "241.6", position_u: "237.8", time_decay: "240.8" }, search: { first: "163", last: "127", linear: "142.6", position_u: "144.3", time_decay: "141.4" } } as const;
const SIMULATED = "simulated";

const at = (view?: object, workspace = WORKSPACE) => `/w/${workspace}/analyses/attribution${view ? `?view=${encodeURIComponent(JSON.stringify({ v: 1, ...view }))}` : ""}`;
const viewOf = (page: Page) => JSON.parse(new URL(page.url()).searchParams.get("view") ?? "null");
const whole = (n: number, language: Language = "en") => new Intl.NumberFormat(language).format(n);

async function ask(request: APIRequestContext, question: object, workspace = WORKSPACE): Promise<AttributionAnswer> {
  const answer = await request.post(`/v1/workspaces/${workspace}/attribution`, { data: question });
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as AttributionAnswer;
}

async function answered(page: Page): Promise<void> {
  await expect(page.locator(".analysis-body").first()).toBeVisible();
  await expect(page.locator(".analysis-body.stale")).toHaveCount(0);
}

/** The table of all models. */
const models = (page: Page) => page.locator("section").filter({ has: page.locator("#table-models") });

/** A cell by the name of its row and column. */
async function cell(page: Page, row: string, column: string) {
  const heads = await models(page).locator("thead th").allTextContents();
  const index = heads.findIndex((head) => head.replace(/[↑↓]$/, "") === column);
  expect(index, column).toBeGreaterThan(-1);
  return models(page).locator("tr").filter({ has: page.getByRole("rowheader", { name: row, exact: true }) }).locator("th, td").nth(index);
}

for (const language of LANGUAGES) {
  test(`attribution is set by hand, has the golden credits, and opens to its people (${language})`, async ({ page, request }) => {
    const t = TEXTS[language];
    await open(page, at(), { language, theme: "light" });
    await expect(page.getByText(t["attribution.incomplete"])).toBeVisible();
    const choose = async (label: string, events: readonly string[]) => {
      await page.getByRole("button", { name: new RegExp(`^${label}: `) }).click();
      for (const event of events) {
        await page.getByRole("searchbox", { name: t["rule.seekEvent"] }).fill(event);
        await page.getByRole("button", { name: event, exact: true }).click();
      }
      await page.keyboard.press("Escape");
    };
    await choose(t["attribution.conversion"], ["purchase"]);
    await choose(t["attribution.touch"], TOUCHES);
    await page.getByRole("button", { name: new RegExp(`${t["attribution.credit"]}$`) }).click();
    await page.getByRole("option", { name: t["attribution.creditEvent"], exact: true }).click();
    await page.getByRole("button", { name: new RegExp(`${t["attribution.lookback"]}$`) }).click();
    await page.getByRole("option", { name: language === "en" ? "14 days" : "14 天", exact: true }).click();
    await expect.poll(() => viewOf(page)).toEqual({ v: 1, ...QUESTION });
    await answered(page);

    const sentence = page.locator(".finding");
    await expect(sentence).toContainText(language === "en" ? "470 conversions (328 customers)" : "470 次转化（328 位客户）");
    await expect(sentence).toContainText("7.9%");
    for (const [value, credits] of Object.entries(GOLDEN)) {
      for (const [model, credit] of Object.entries(credits)) {
        await expect(await cell(page, value, t[`model.${model as "first"}`])).toHaveText(new RegExp(`: ${credit.replace(".", "\\.")}$`));
      }
    }
    // Credit is conserved: every model but participation divides the conversions that have touches.
    const { conversions, without_touch, values } = await ask(request, QUESTION);
    const credited = conversions.count - without_touch.count;
    for (const { model } of values[0]?.credits ?? []) {
      const total = await cell(page, t["attribution.total"], t[`model.${model}`]);
      if (model === "participation") await expect(total).not.toHaveText(whole(credited, language));
      else await expect(total).toHaveText(whole(credited, language));
    }
    const first = values.find(({ value }) => value === "support_chat")?.first.customers ?? -1;
    await (await cell(page, "support_chat", t["model.first"])).getByRole("button").click();
    const drawer = page.getByRole("dialog");
    await expect(drawer).toContainText(t["define.model.first"]);
    await drawer.getByRole("tab", { name: t["explain.customers"] }).click();
    await expect(drawer.locator(".people a")).toHaveCount(first);
    await expect(drawer.locator(".explain-people")).toContainText(t["attribution.people.first"]);
  });
}

test("the table is sorted by its heads with the keyboard, and its sum stays below", async ({ page, request }) => {
  const t = TEXTS.en;
  const { values } = await ask(request, QUESTION);
  await open(page, at(QUESTION), { language: "en", theme: "light" });
  await answered(page);
  const names = () => models(page).locator("tbody th").allTextContents();
  const by = (model: string) => values.toSorted((a, b) => (b.credits.find((credit) => credit.model === model)?.conversions ?? 0) - (a.credits.find((credit) => credit.model === model)?.conversions ?? 0)).map(({ value }) => value);
  await tabTo(page, new RegExp(`^${t["model.markov_1"]}$`));
  await page.keyboard.press("Enter");
  await expect.poll(names).toEqual(by("markov_1"));
  const head = models(page).getByRole("columnheader", { name: t["model.markov_1"], exact: true });
  await expect(head).toHaveAttribute("aria-sort", "descending");
  await page.keyboard.press("Enter");
  await expect(head).toHaveAttribute("aria-sort", "ascending");
  await expect.poll(names).toEqual(by("markov_1").toReversed());
  await expect(models(page).locator("tfoot th")).toHaveText(t["attribution.total"]);
});

test("direct touches, weights, costs and the drawn models are set, kept in the address and asked", async ({ page, request }) => {
  const t = TEXTS.en;
  await open(page, at(QUESTION), { language: "en", theme: "light" });
  await answered(page);
  await page.getByRole("button", { name: t["editor.more"] }).click();
  await page.getByRole("button", { name: new RegExp(`^${t["attribution.direct"]}: `) }).click();
  await page.getByRole("searchbox", { name: t["rule.seekEvent"] }).fill("catalog");
  await page.getByRole("button", { name: "catalog", exact: true }).click();
  await page.keyboard.press("Escape");
  const weights = page.getByLabel(t["attribution.weights"], { exact: true });
  await weights.fill("50");
  await weights.press("Enter");
  await expect(page.getByText(t["attribution.weightsHow"])).toBeVisible();
  await weights.fill("50/0/50");
  await weights.press("Enter");
  await page.getByRole("button", { name: t["attribution.costAdd"] }).click();
  const value = page.getByLabel(t["attribution.costOf"], { exact: true });
  await value.fill("promo_page");
  await value.press("Enter");
  const amount = page.getByLabel(t["attribution.costAmount"], { exact: true });
  await amount.fill("2,000");
  await amount.press("Enter");
  await page.getByRole("button", { name: new RegExp(`${t["attribution.drawn"]}$`) }).click();
  await page.getByRole("option", { name: t["model.last_non_direct"], exact: true }).click();
  await page.keyboard.press("Escape");
  const set = { direct: [{ event: ["catalog"] }], weights: { first: 50, middle: 0, last: 50 }, costs: [{ value: "promo_page", amount: 2000 }] };
  await expect.poll(() => viewOf(page)).toEqual({ v: 1, ...QUESTION, ...set, models: ["first", "last", "last_non_direct", "linear", "markov_1", "shapley"] });
  await answered(page);
  await expect(page.locator(".grouped .lines-legend li")).toHaveCount(6);

  const answer = await ask(request, { ...QUESTION, ...set });
  await page.getByRole("button", { name: new RegExp(`${t["attribution.measure"]}$`) }).click();
  await page.getByRole("option", { name: t["attribution.measure.cost_per_conversion"] }).click();
  const promo = answer.values.find((each) => each.value === "promo_page");
  for (const model of ["last_non_direct", "position_custom", "markov_1"] as const) {
    const each = promo?.credits.find((credit) => credit.model === model)?.cost_per_conversion ?? 0;
    await expect(await cell(page, "promo_page", t[`model.${model}`])).toContainText(new Intl.NumberFormat("en", { maximumFractionDigits: 2 }).format(each));
  }
  await page.reload();
  await answered(page);
  await expect(page.getByLabel(t["attribution.costAmount"], { exact: true })).toHaveValue("2000");
});

test("cost and return rest on a reference table that is named", async ({ page, request }) => {
  const question = { conversion: [{ event: ["order_paid"] }], value: "amount", credit: "channel", currency: "CNY" };
  const answer = await ask(request, question, SIMULATED);
  const store = answer.values.find(({ value }) => value === "store");
  const back = store?.credits.find(({ model }) => model === "last")?.return_on_cost ?? 0;
  await open(page, at({ conversion: question.conversion, value: "amount", measure: "return_on_cost" }, SIMULATED), { language: "en", theme: "light" });
  await answered(page);
  await expect(models(page)).toContainText("Costs from the table of channel costs, version 1");
  await expect(await cell(page, TEXTS.en["channel.store"], TEXTS.en["model.last"])).toContainText(back.toFixed(2));
});

test("credits and paths go into files", async ({ page, request }) => {
  const t = TEXTS.en;
  const answer = await ask(request, QUESTION);
  await open(page, at({ ...QUESTION, show: "table" }), { language: "en", theme: "light" });
  await answered(page);
  await page.getByRole("button", { name: t["export.title"] }).click();
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: t["attribution.credits"] }).click()]);
  const lines = (await readFile(await file.path(), "utf8")).trim().split("\r\n").slice(1).map((line) => line.split(","));
  expect(lines.map((cells) => [cells[0], Number(cells[2])])).toEqual(answer.values.flatMap(({ value, credits }) => credits.map(({ conversions }) => [value, conversions])));
});

const LOOKED_AT: LookedAt[] = [
  { name: "no conversion yet", path: at(), ready: ".empty" },
  { name: "all settings", path: at({ ...QUESTION, direct: [{ event: ["catalog"] }], costs: [{ value: "promo_page", amount: 2000 }] }), ready: ".grouped svg" },
  { name: "by channel with costs", path: at({ conversion: [{ event: ["order_paid"] }], value: "amount" }, SIMULATED), ready: ".grouped svg" },
  { name: "tables", path: at({ ...QUESTION, show: "table" }), ready: "tbody tr" },
];

for (const language of LANGUAGES) {
  const theme = THEME_OF[language];
  test(`attribution is fit for everybody (${language}, ${theme})`, async ({ page }) => {
    // Many pages, each looked through whole.
    test.setTimeout(240_000);
    await withAxe({ page });
    await checkAll(page, LOOKED_AT, { language, theme });
    const t = TEXTS[language];
    await open(page, at(QUESTION), { language, theme });
    await page.locator(".grouped svg").waitFor();
    for (const picker of [t["attribution.measure"], t["attribution.drawn"]]) {
      await page.getByRole("button", { name: new RegExp(`${picker}$`) }).click();
      await page.getByRole("listbox").waitFor();
      await check(page, picker);
      await page.keyboard.press("Escape");
    }
    await page.getByRole("button", { name: t["editor.more"] }).click();
    await page.getByLabel(t["attribution.weights"], { exact: true }).fill("x");
    await page.keyboard.press("Enter");
    await page.locator(".form-fault").waitFor();
    await check(page, "weights that are none");
  });
}
