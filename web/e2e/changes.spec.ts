// A number before and after a dated change: noted in the form or from a done proposal, the same on the screen, in the API and on
// the command line; its days as a picture and a table; edited and deleted.
import { execFileSync } from "node:child_process";

import { expect, test } from "@playwright/test";
import type { APIRequestContext } from "@playwright/test";

import type { ChangeList, ChangeResult, KeptChange } from "../src/api/types";
import { JOURNEY, LANGUAGES, TEXTS, THEME_OF, WORKSPACE, filled, open, propose } from "./story";
import { check, withAxe } from "./wcag";

const API = `/v1/workspaces/${WORKSPACE}/changes`;
const LIST = `/w/${WORKSPACE}/changes`;

const change = (title: string, day: string, figure: string) => ({
  title,
  day,
  metric: { name: title, question: { ask: "journey_map", journey: { id: JOURNEY } }, figure: { of: figure } },
});

async function note(request: APIRequestContext, what: object): Promise<KeptChange> {
  const made = await request.post(API, { data: { change: what } });
  expect(made.ok(), await made.text()).toBe(true);
  return (await made.json()) as KeptChange;
}

async function result(request: APIRequestContext, { id }: KeptChange): Promise<ChangeResult> {
  const answer = await request.get(`${API}/${id}/result`);
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as ChangeResult;
}

/** A day in the middle of the sample. */
async function middle(request: APIRequestContext): Promise<string> {
  const map = await request.post(`/v1/workspaces/${WORKSPACE}/sessions`, { data: { scope: {} } });
  const { days } = (await map.json()) as { days: { day: string }[] };
  return days[Math.floor(days.length / 2)]?.day ?? "";
}

async function clear(request: APIRequestContext): Promise<void> {
  const list = (await (await request.get(API)).json()) as ChangeList;
  for (const { id } of list.changes) await request.delete(`${API}/${id}`);
}

test.beforeEach(async ({ page, request }) => {
  await withAxe({ page });
  await clear(request);
});

test.afterEach(async ({ request }) => clear(request));

for (const language of LANGUAGES) {
  test(`a change's number is the same on the screen, in the API and on the command line (${language})`, async ({ page, request }) => {
    const t = TEXTS[language];
    const day = await middle(request);
    const kept = await note(request, change(`costs ${language}`, day, "headline"));
    await note(request, change("another", day, "started"));
    const asked = await result(request, kept);
    const percent = (share: number | null | undefined) => new Intl.NumberFormat(language, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(share ?? Number.NaN);

    await open(page, LIST, { language, theme: "light" });
    const row = page.getByRole("row", { name: new RegExp(`costs ${language}`) });
    await expect(row).toContainText(percent(asked.before.headline.value));
    await expect(row).toContainText(percent(asked.after?.headline.value));
    await expect(row).toContainText(t[`change.verdict.${asked.verdict}`]);
    await expect(page.getByText(t["change.notice"], { exact: true })).toBeVisible();
    await check(page, "the list of changes");

    await row.getByRole("link").press("Enter");
    const chart = page.locator(".lines-picture");
    await expect(chart).toBeVisible();
    await expect(page.locator(".change-sides .change-number").first()).toContainText(percent(asked.before.headline.value));
    await expect(page.locator(".change-notice")).toHaveText(t["change.notice"]);
    await expect(page.locator(".change-caveats")).toContainText("another");
    const theme = THEME_OF[language];
    await page.locator("html").evaluate((html, chosen) => html.setAttribute("data-theme", chosen), theme);
    await check(page, `a change, ${theme}`);
    // The arrow keys walk the days.
    await chart.press("End");
    await expect(page.locator(".flow-read")).not.toBeEmpty();
    await page.getByRole("radio", { name: t["change.table"] }).or(page.getByRole("button", { name: t["change.table"] })).click();
    await expect(page.getByRole("region", { name: t["change.daily"] }).getByRole("row")).toHaveCount(asked.days.length + 1);
    await check(page, "the days as a table");
    await page.locator(".change-sides .num").first().press("Enter");
    await expect(page.getByRole("dialog")).toContainText(percent(asked.before.headline.value));
    await page.keyboard.press("Escape");

    const [bin, data] = [process.env["THROUGHLINE_BIN"], process.env["THROUGHLINE_DATA"]];
    if (bin && data) {
      const told = JSON.parse(execFileSync(bin, ["change", "show", String(kept.id), "-w", WORKSPACE, "--data", data, "--json"], { encoding: "utf8" })) as ChangeResult;
      expect([told.sentence, told.effect, told.days, told.others, told.before.headline, told.after?.headline]).toEqual([
        asked.sentence,
        asked.effect,
        asked.days,
        asked.others,
        asked.before.headline,
        asked.after?.headline,
      ]);
    }
  });

  test(`a done proposal becomes a dated change, which is edited and deleted (${language})`, async ({ page, request }) => {
    const t = TEXTS[language];
    const title = `live ${language}`;
    let card = await propose(request, title);
    for (const status of ["accepted", "in_progress", "done"]) {
      const moved = await request.put(`/v1/workspaces/${WORKSPACE}/proposals/${card.id}`, { data: { proposal: { ...card.proposal, owner: "lin", status }, expected_version: card.version } });
      expect(moved.ok(), await moved.text()).toBe(true);
      card = (await moved.json()) as typeof card;
    }
    await open(page, `/w/${WORKSPACE}/proposals`, { language, theme: "light" });
    // Runs over one data folder leave cards of the same name.
    await page.getByRole("link", { name: t["change.markOf"].replace("{{title}}", title) }).and(page.locator(`[href$="proposal=${card.id}"]`)).press("Enter");
    const drawer = page.getByRole("dialog", { name: t["changes.new"] });
    await expect(drawer.getByRole("textbox", { name: t["change.title"] })).toHaveValue(title);
    await drawer.getByRole("button", { name: t["form.save"] }).press("Enter");
    await expect(drawer).toContainText(t["change.dayNeeded"]);
    await check(page, "the form of a change");
    const [year = "", month = "", date = ""] = (await middle(request)).split("-");
    // The parts of a day stand in the order of the language.
    await drawer.locator('[data-type="year"]').fill(year);
    await drawer.locator('[data-type="month"]').pressSequentially(String(Number(month)).padStart(2, "0"));
    await drawer.locator('[data-type="day"]').pressSequentially(String(Number(date)).padStart(2, "0"));
    await drawer.getByRole("button", { name: t["form.save"] }).press("Enter");
    await expect(page.locator("main h1")).toHaveText(title);
    await expect(page.locator(".change-number").first()).toBeVisible();
    await expect(page.getByRole("link", { name: t["change.proposal"] })).toBeVisible();

    await page.getByRole("button", { name: t["change.editShort"], exact: true }).press("Enter");
    const edit = page.getByRole("dialog", { name: t["change.edit"] });
    await edit.getByRole("textbox", { name: t["change.title"] }).fill(`${title} again`);
    await edit.getByRole("button", { name: t["form.save"] }).press("Enter");
    await expect(page.locator("main h1")).toHaveText(`${title} again`);
    await page.getByRole("button", { name: t["change.delete"], exact: true }).press("Enter");
    const ask = page.getByRole("alertdialog");
    await check(page, "asked before deleting");
    await ask.getByRole("button", { name: t["change.delete"] }).press("Enter");
    await expect(page.locator("main h1")).toHaveText(t["nav.changes"]);
    await expect(page.getByText(t["changes.empty"])).toBeVisible();
    await expect(page.getByRole("status").filter({ hasText: filled(t["change.deleted"], { title: `${title} again` }) })).toBeVisible();
    await check(page, "what can be taken back");
    await page.getByRole("button", { name: t["undo.do"], exact: true }).press("Enter");
    await page.getByRole("link", { name: `${title} again` }).press("Enter");
    await expect(page.getByRole("link", { name: t["change.proposal"] })).toBeVisible();
  });
}

test("a change is marked in the courses of time its day lies in, and leads to its page", async ({ page, request }) => {
  const day = await middle(request);
  const kept = await note(request, change("One page to pay", day, "headline"));
  await note(request, change("Long before", "2001-01-01", "headline"));
  await open(page, `/w/${WORKSPACE}/analyses/sessions`, { language: "zh-CN", theme: "light" });
  const marks = page.locator(".change-marks li");
  await expect(marks).toHaveCount(1);
  await expect(page.locator(".lines-flag")).toHaveCount(1);
  await check(page, "sessions with a change marked");
  await marks.getByRole("link", { name: "One page to pay" }).click();
  await expect(page).toHaveURL(new RegExp(`/changes/${kept.id}$`));
});
