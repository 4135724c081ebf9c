// The funnel's further settings: chosen by keyboard, kept in the address, and its numbers as the API gives them.
import type { APIRequestContext, Page } from "@playwright/test";
import { expect, test } from "@playwright/test";

import type { FunnelAnswer } from "../src/api/types";
import { LANGUAGES, TEXTS, THEME_OF, WORKSPACE, open } from "./story";
import type { Language } from "./story";
import { check, withAxe } from "./wcag";

const EVENTS = ["add_to_cart", "payment_details", "purchase"];
const RULES = EVENTS.map((event) => ({ name: event, match: [{ event: [event] }] }));
const STEPS = RULES.map(({ match }) => ({ name: "", match }));
const ERROR = [{ event: ["payment_error"] }];
const at = (view: object = {}) => `/w/${WORKSPACE}/analyses/funnel?view=${encodeURIComponent(JSON.stringify({ v: 1, steps: STEPS, ...view }))}`;
const viewOf = (page: Page) => JSON.parse(new URL(page.url()).searchParams.get("view") ?? "null");
const whole = (n: number, language: Language = "en") => new Intl.NumberFormat(language).format(n);

async function ask(request: APIRequestContext, options: object): Promise<FunnelAnswer> {
  const answer = await request.post(`/v1/workspaces/${WORKSPACE}/funnel`, { data: { steps: RULES, mode: "ordered", window: "7d", options } });
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as FunnelAnswer;
}

/** The counts at the steps are the answer's. */
async function shows(page: Page, { steps }: FunnelAnswer, language: Language = "en"): Promise<void> {
  const counts = page.locator(".funnel-bar.of-category-all .funnel-count");
  await expect(counts).toHaveText(steps.map(({ reached }) => new RegExp(`(^|\\D)${whole(reached.instances, language)}$`)));
}

/** Opens a picker and takes a choice, without a mouse. */
async function pick(page: Page, label: string, choice: string): Promise<void> {
  await page.getByRole("button", { name: label }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("option", { name: choice }).first().focus();
  await page.keyboard.press("Enter");
}

for (const language of LANGUAGES) {
  test(`a funnel is counted by attempts and by sessions, and says so (${language})`, async ({ page, request }) => {
    const t = TEXTS[language];
    await open(page, at(), { language, theme: "light" });
    await shows(page, await ask(request, {}), language);
    await page.getByRole("button", { name: t["editor.more"] }).press("Enter");
    const [attempts, sessions] = [await ask(request, { count: "totals" }), await ask(request, { count: "sessions" })];
    await pick(page, t["funnel.count"], t["funnel.count.totals"]);
    await shows(page, attempts, language);
    const said = ({ steps: [first] }: FunnelAnswer, of: "attempts" | "sessions") => {
      const { instances = 0, customers = 0 } = first?.reached ?? {};
      return t["unit.both"].replace("{{subjects}}", t[`count.${of}_other`].replace("{{n}}", whole(instances, language))).replace("{{customers}}", t["count.customers_other"].replace("{{n}}", whole(customers, language)));
    };
    await expect(page.locator(".finding").first()).toContainText(said(attempts, "attempts"));
    // Of attempts there is no first to choose, and no segment says them.
    await expect(page.getByRole("button", { name: t["funnel.entry"] })).toHaveCount(0);
    await pick(page, t["funnel.count"], t["funnel.count.sessions"]);
    await shows(page, sessions, language);
    await expect(page.locator(".finding").first()).toContainText(said(sessions, "sessions"));
    expect(viewOf(page)).toMatchObject({ count: "sessions" });
    await page.reload();
    await shows(page, sessions, language);
    await pick(page, t["funnel.count"], t["funnel.count.uniques"]);
    await pick(page, t["funnel.entry"], t["funnel.entry.first"]);
    await shows(page, await ask(request, { entry: "first" }), language);
  });
}

test("optional steps, held properties and reuse are counted as the API does", async ({ page, request }) => {
  const t = TEXTS.en;
  await open(page, at(), { language: "en", theme: "light" });
  await page.getByRole("button", { name: t["editor.more"] }).click();
  await pick(page, t["funnel.optional"], "payment_details");
  await page.keyboard.press("Escape");
  await shows(page, await ask(request, { optional: [2] }));
  await expect(page.locator(".funnel-name").nth(1)).toContainText(t["funnel.optionalStep"]);
  await pick(page, t["funnel.hold"].replace("{{most}}", "3"), t["facet.channel"]);
  await page.keyboard.press("Escape");
  await pick(page, t["funnel.reuse"], t["funnel.reuse.several"]);
  await shows(page, await ask(request, { optional: [2], hold: ["channel"], reuse: true }));
  expect(viewOf(page)).toMatchObject({ hold: ["channel"], reuse: true, steps: [{}, { optional: true }, {}] });
  // What is kept as a segment is only what its conditions say.
  await page.getByRole("button", { name: t["verb.segment"] }).click();
  const offered = page.getByRole("dialog");
  await expect(offered).toBeVisible();
  await expect(offered).not.toContainText("purchase");
});

test("a funnel within a session, within a week, and with events near each other, is counted as the API does", async ({ page, request }) => {
  const t = TEXTS.en;
  const within = async (window: string, options: object = {}) => {
    const answer = await request.post(`/v1/workspaces/${WORKSPACE}/funnel`, { data: { steps: RULES, mode: "ordered", window, options } });
    expect(answer.ok(), await answer.text()).toBe(true);
    return (await answer.json()) as FunnelAnswer;
  };
  await open(page, at(), { language: "en", theme: "light" });
  await pick(page, t["funnel.window"], t["funnel.window.session"].replace("{{idle}}", "30 minutes"));
  await shows(page, await within("session:30m"));
  expect(viewOf(page)).toMatchObject({ window: "session:30m" });
  await pick(page, t["funnel.window"], t["funnel.window.week"]);
  await shows(page, await within("calendar:week"));
  await expect(page.locator(".finding").first()).toContainText(t["funnel.window.week"]);
  // Any other length is written.
  await pick(page, t["funnel.window"], t["span.own"]);
  const own = page.getByLabel(t["span.ownOf"].replace("{{label}}", t["funnel.window"]));
  await own.fill("36");
  await own.press("Enter");
  await pick(page, t["who.unit"], t["who.unit.h"]);
  await shows(page, await within("36h"));
  expect(viewOf(page)).toMatchObject({ window: "36h" });
  await pick(page, t["funnel.window"], t["funnel.window.week"]);
  await page.getByRole("button", { name: t["editor.more"] }).click();
  await pick(page, t["funnel.tolerance"], "60 seconds");
  await shows(page, await within("calendar:week", { tie_tolerance_ms: 60_000 }));
  expect(viewOf(page)).toMatchObject({ window: "calendar:week", tolerance: 60_000 });
  // What no segment says is not offered as one.
  await page.getByRole("button", { name: t["verb.segment"] }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await expect(page.getByRole("dialog")).not.toContainText("purchase");
});

test("an exclusion step removes or drops between the steps it says, and follows them", async ({ page, request }) => {
  const t = TEXTS.en;
  await open(page, at(), { language: "en", theme: "light" });
  await page.getByRole("button", { name: t["editor.more"] }).click();
  await page.getByRole("button", { name: t["funnel.exclusionAdd"] }).click();
  const exclusion = page.getByRole("group", { name: t["funnel.exclusionN"].replace("{{n}}", "1") });
  await exclusion.getByRole("button", { name: /^Exclusion step 1: / }).click();
  await page.getByRole("dialog").getByRole("button", { name: "payment_error" }).click();
  await page.keyboard.press("Escape");
  const removed = await ask(request, { exclusions: [{ match: ERROR, effect: "remove" }] });
  await shows(page, removed);
  await expect(page.locator(".finding").first()).toContainText(whole(removed.removed?.customers ?? -1));
  await pick(page, t["funnel.effect"], t["funnel.effect.drop"]);
  await pick(page, t["funnel.after"], "payment_details");
  const dropped = await ask(request, { exclusions: [{ match: ERROR, after: 2, before: 3, effect: "drop" }] });
  await shows(page, dropped);
  expect(viewOf(page)).toMatchObject({ exclusions: [{ match: ERROR, after: 2, before: null, effect: "drop" }] });
  // The step goes, and its exclusion reaches to the beginning.
  await page.getByRole("button", { name: t["funnel.remove"].replace("{{n}}", "2") }).click();
  await expect.poll(() => viewOf(page).exclusions[0].after).toBeNull();
  await expect(page.locator(".funnel-step")).toHaveCount(2);
});

test("modes of windowFunnel take no more settings, and a link made before there were any is read", async ({ page, request }) => {
  const t = TEXTS.en;
  await open(page, at({ mode: "strict_once", count: "totals", hold: ["channel"] }), { language: "en", theme: "light" });
  await expect(page.locator(".editor")).toContainText(t["funnel.noOptions"]);
  const answer = await request.post(`/v1/workspaces/${WORKSPACE}/funnel`, { data: { steps: RULES, mode: "strict_once", window: "7d" } });
  await shows(page, (await answer.json()) as FunnelAnswer);
  await open(page, at({ window: "1d" }), { language: "en", theme: "light" });
  await expect(page.getByRole("button", { name: t["editor.more"] })).toHaveAttribute("aria-expanded", "false");
});

for (const language of LANGUAGES) {
  const theme = THEME_OF[language];
  test(`a funnel's further settings are accessible ${language} ${theme}`, async ({ page }) => {
    await withAxe({ page });
    const exclusions = [{ match: ERROR, after: 2, before: null, effect: "drop" }, { match: [], after: null, before: null, effect: "remove" }];
    const steps = [...STEPS.slice(0, 1), { name: "", match: [{ event: ["cart"] }], optional: true }, ...STEPS.slice(1)];
    await open(page, at({ steps, count: "totals", hold: ["channel"], exclusions: exclusions.map((each, index) => (index === 0 ? { ...each, after: 3 } : each)) }), { language, theme });
    await page.locator(".funnel-card").waitFor();
    await check(page, "further settings");
    await open(page, at({ part: "trend", by: { dimension: "platform", at: "first", top: 3 } }), { language, theme });
    await page.locator("svg.lines-picture").waitFor();
    await check(page, "the trend of groups");
  });
}
