// An unknown file from a drop to events: by mouse and by keyboard, in both languages, in light and dark, with what goes wrong.
import { readFileSync, writeFileSync } from "node:fs";

import type { Page } from "@playwright/test";
import { expect, test } from "@playwright/test";

import type { ImportList, SqlAnswer } from "../src/api/types";
import { SHOP } from "./live";
import type { Running } from "./server";
import { startEmpty } from "./server";
import { LANGUAGES, TEXTS, THEME_OF, open, tabTo } from "./story";
import type { Language } from "./story";
import { check, withAxe } from "./wcag";

let server: Running;
test.beforeAll(async () => {
  server = await startEmpty(SHOP);
});
test.afterAll(() => server.stop());

const PAGE = () => `${server.url}/w/${SHOP}/imports`;

/** Orders as somebody exports them: no zone, no channel, a row without a customer and one without a readable time. */
function orders(tag: string, rows = 60): string {
  const line = (n: number) => `2026/03/${String((n % 28) + 1).padStart(2, "0")} 10:${String(n % 60).padStart(2, "0")},${n === 7 ? "" : `${tag}${n % 20}`},${n}.5,备注 ${n}`;
  const lines = Array.from({ length: rows }, (_, n) => (n === 3 ? `昨天,${tag}3,1,x` : line(n)));
  return `下单时间,会员号,金额,备注\n${lines.join("\n")}\n`;
}

async function pick(page: Page, language: Language, name: string, text: string | Buffer): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: TEXTS[language]["importing.pick"] }).click();
  await (await chooser).setFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
  await expect(page.getByRole("heading", { name })).toBeVisible();
  await expect(page.locator(".column-table tbody tr").first()).toBeVisible();
}

test("a file is picked, explained, tried and imported", async ({ page, request }) => {
  const t = TEXTS["zh-CN"];
  await open(page, PAGE(), { language: "zh-CN", theme: "light" });
  await expect(page.getByText(t["importing.noneYet"])).toBeVisible();
  await pick(page, "zh-CN", "三月订单.csv", orders("M"));
  const meaning = (column: string) => page.getByRole("button", { name: new RegExp(t["importing.meaningOf"].replace("{{column}}", column)) });
  await expect(meaning("下单时间")).toContainText(t["importing.role.time"]);
  await expect(meaning("会员号")).toContainText(t["importing.role.identifier"]);
  await expect(meaning("金额")).toContainText(t["importing.role.amount"]);
  await expect(page.locator(".doubts")).toContainText(t["importing.doubt.channel_missing"]);
  // What the file does not say is asked for, and the first that lacks has the focus.
  await page.getByRole("button", { name: t["importing.try"], exact: true }).click();
  await expect(page.getByLabel(t["importing.channel"])).toBeFocused();
  await page.getByLabel(t["importing.channel"]).fill("store");
  await page.getByLabel(t["importing.event"]).fill("下单");
  await page.getByLabel(t["importing.kindOf"].replace("{{column}}", "会员号")).fill("member_no");
  await meaning("备注").click();
  await page.getByRole("option", { name: t["importing.role.ignore"], exact: true }).click();
  await page.getByRole("button", { name: t["importing.try"], exact: true }).click();

  await expect(page.locator(".trial-sum")).toHaveText(t["importing.trialSum"].replace("{{rows}}", "60").replace("{{events}}", "58").replace("{{rejected}}", "2").replace("{{skipped}}", "0"));
  await expect(page.getByText(t["importing.reason.time_unreadable"]).first()).toBeVisible();
  await expect(page.locator(".trial-facts")).toContainText("Asia/Shanghai");
  await page.getByRole("button", { name: t["importing.start"].replace("{{n}}", "58") }).click();
  await expect(page.getByRole("heading", { name: t["importing.is.done"].replace("{{name}}", "三月订单.csv") })).toBeVisible();
  await expect(page.locator(".import-facts")).toContainText("58");

  // The numbers are the API's, the events are there, and the rejected rows can be had.
  const { imports } = (await (await request.get(`${server.url}/v1/workspaces/${SHOP}/imports`)).json()) as ImportList;
  expect(imports[0]).toMatchObject({ file: "三月订单.csv", rows: 60, events: 58, rejected: 2 });
  const sql = "SELECT count(*), sum(amount), min(channel), min(event) FROM events";
  const answer = (await (await request.post(`${server.url}/v1/workspaces/${SHOP}/sql`, { data: { sql } })).json()) as SqlAnswer;
  expect(answer.rows[0]).toEqual([58, Array.from({ length: 60 }, (_, n) => n + 0.5).reduce((sum, each) => sum + each, 0) - 3.5 - 7.5, "store", "下单"]);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: t["importing.rejects"] }).click();
  const rejected = readFileSync(await (await download).path(), "utf8");
  expect(rejected.split("\r\n").filter(Boolean)).toHaveLength(3);
  expect(rejected).toContain("昨天");
  await page.getByRole("link", { name: t["nav.dictionary"] }).last().click();
  await expect(page.getByText("下单").first()).toBeVisible();
});

test("the same by keyboard, in English, and again under another mapping", async ({ page }) => {
  const t = TEXTS.en;
  await open(page, PAGE(), { language: "en", theme: "dark" });
  await pick(page, "en", "again.csv", orders("K"));
  await page.getByLabel(t["importing.channel"]).fill("store");
  await tabTo(page, new RegExp(`^${t["importing.try"]}$`));
  await page.keyboard.press("Enter");
  await expect(page.locator(".trial-sum")).toBeVisible();
  await tabTo(page, new RegExp(t["importing.start"].replace("{{n}}", "58")));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: t["importing.is.done"].replace("{{name}}", "again.csv") })).toBeFocused();
  await tabTo(page, new RegExp(`^${t["importing.another"]}$`));
  await page.keyboard.press("Enter");

  // Under another mapping it is refused, and the earlier rows can be replaced.
  await pick(page, "en", "again.csv", orders("K"));
  await page.getByRole("button", { name: t["importing.write"] }).click();
  const text = page.getByLabel(t["importing.document"]);
  await expect(text).toHaveValue(/identifiers:\n {2}- \{namespace: 会员号, column: 会员号\}/);
  await text.fill((await text.inputValue()).replace('channel: {const: ""}', "channel: {const: web}\nsurprise: 1"));
  await page.getByRole("button", { name: t["importing.try"], exact: true }).click();
  await expect(page.locator(".import-faults")).toContainText("surprise");
  await page.getByRole("button", { name: t["importing.backToColumns"] }).click();
  await text.fill((await text.inputValue()).replace("\nsurprise: 1", ""));
  await page.getByRole("button", { name: t["importing.try"], exact: true }).click();
  await page.getByRole("button", { name: t["importing.start"].replace("{{n}}", "58") }).click();
  await expect(page.getByText(t["error.import_known"])).toBeVisible();
  await page.getByRole("button", { name: t["importing.replace"] }).click();
  await expect(page.getByText(t["importing.outcome.replaced"])).toBeVisible();
});

test("a file is dropped, a broken one is told, and what waits can be thrown away", async ({ page }, info) => {
  const t = TEXTS["zh-CN"];
  await open(page, PAGE(), { language: "zh-CN", theme: "light" });
  // As a person drops a file of their disk: the browser itself is told, and what it makes of it is real.
  const path = info.outputPath("坏.xlsx");
  writeFileSync(path, "PK\u0003\u0004 broken");
  const box = await page.locator(".drop-zone").boundingBox();
  const browser = await page.context().newCDPSession(page);
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await browser.send("Input.dispatchDragEvent", { type, x: (box?.x ?? 0) + 40, y: (box?.y ?? 0) + 40, data: { items: [], files: [path], dragOperationsMask: 1 } });
  }
  await expect(page.getByText(t["error.file_unsupported"])).toBeVisible();
  await page.getByRole("button", { name: t["importing.otherFile"] }).click();
  const waiting = page.locator(".waiting li").filter({ hasText: "坏.xlsx" });
  await expect(waiting).toBeVisible();
  await waiting.getByRole("button", { name: new RegExp(t["importing.throwAway"]) }).click();
  await expect(waiting).toHaveCount(0);
});

for (const language of LANGUAGES) {
  const theme = THEME_OF[language];
  test(`importing is accessible ${language} ${theme}`, async ({ page }, info) => {
    const t = TEXTS[language];
    await withAxe({ page });
    const look = async (name: string) => {
      await check(page, name);
      await page.screenshot({ path: info.outputPath(`${name.replaceAll(" ", "-")}.png`), fullPage: true });
    };
    await open(page, PAGE(), { language, theme });
    await page.locator(".drop-zone").waitFor();
    await look("file");
    await pick(page, language, `axe-${language}-${theme}.csv`, orders(`${language}${theme}`));
    await page.getByRole("button", { name: t["importing.try"], exact: true }).click();
    await look("columns with a fault");
    await page.getByRole("button", { name: new RegExp(t["importing.meaningOf"].replace("{{column}}", "金额")) }).click();
    await page.getByRole("listbox").waitFor();
    await look("meanings");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: t["importing.write"] }).click();
    await look("mapping");
    await page.getByRole("button", { name: t["importing.backToTable"] }).click();
    await page.getByLabel(t["importing.channel"]).fill("store");
    await page.getByRole("button", { name: t["importing.try"], exact: true }).click();
    await page.locator(".trial-sum").waitFor();
    await look("trial");
    await page.getByRole("button", { name: t["importing.start"].replace("{{n}}", "58") }).click();
    await page.locator(".import-facts").waitFor();
    await look("done");
    await page.setViewportSize({ width: 390, height: 844 });
    await page.screenshot({ path: info.outputPath("done-narrow.png"), fullPage: true });
  });
}
