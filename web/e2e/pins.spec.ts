// A number pinned to a map: the same as in its analysis, explained, opened, taken off and put back; and views with names.
import { expect, test } from "@playwright/test";

import type { FunnelAnswer } from "../src/api/types";
import { LANGUAGES, TEXTS, THEME_OF, WORKSPACE, open } from "./story";
import { check, withAxe } from "./wcag";

const STEPS = ["cart", "purchase"].map((event) => ({ name: "", match: [{ event: [event] }] }));
const RULES = ["cart", "purchase"].map((event) => ({ name: event, match: [{ event: [event] }] }));
const at = (view: object = {}) => `/w/${WORKSPACE}/analyses/funnel?view=${encodeURIComponent(JSON.stringify({ v: 1, steps: STEPS, ...view }))}`;
const API = `/v1/workspaces/${WORKSPACE}`;

for (const language of LANGUAGES) {
  test(`a funnel is pinned to a stage of the map, and taken off it (${language})`, async ({ page, request }) => {
    await withAxe({ page });
    const t = TEXTS[language];
    const title = `pinned ${language}`;
    const asked = await request.post(`${API}/funnel`, { data: { steps: RULES, mode: "ordered", window: "7d" } });
    const { steps } = (await asked.json()) as FunnelAnswer;
    const share = new Intl.NumberFormat(language, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(steps[1]?.from_first.share ?? NaN);

    await open(page, at({ versus: { kind: "channels", channels: ["web"] } }), { language, theme: "light" });
    await page.getByRole("button", { name: t["verb.pin"] }).press("Enter");
    const drawer = page.getByRole("dialog", { name: t["verb.pin"] });
    await drawer.getByLabel(t["pin.name"]).fill(title);
    await drawer.getByRole("textbox", { name: t["pin.note"] }).fill("why it matters");
    await check(page, "the form of a pin");
    await drawer.getByRole("button", { name: t["pin.do"], exact: true }).press("Enter");
    await expect(drawer.getByRole("link", { name: t["pin.open"] })).toBeFocused();
    await page.keyboard.press("Enter");

    const card = page.locator(".pin-card", { hasText: title });
    await expect(card.locator(".pin-figure .num")).toContainText(share);
    await expect(card).toContainText("why it matters");
    await expect(card.locator(".delta")).toBeVisible();
    const theme = THEME_OF[language];
    await page.locator("html").evaluate((html, chosen) => html.setAttribute("data-theme", chosen), theme);
    await check(page, `a pinned number, ${theme}`);
    // It opens to the same people, and to its analysis.
    await card.locator(".pin-figure .num").press("Enter");
    await expect(page.getByRole("dialog")).toContainText(share);
    await page.keyboard.press("Escape");

    const off = t["pin.unpin"].replace("{{name}}", title);
    await card.getByRole("button", { name: off }).press("Enter");
    await expect(card).toHaveCount(0);
    await page.getByRole("button", { name: t["pin.undo"] }).press("Enter");
    await expect(card.locator(".pin-figure .num")).toContainText(share);
    await card.getByRole("link", { name: title }).press("Enter");
    await expect(page).toHaveURL(/\/analyses\/funnel/);

    // Among the named views it can be renamed, deleted and brought back; the map follows.
    await page.getByRole("button", { name: t["saved.title"] }).press("Enter");
    const saved = page.getByRole("dialog", { name: t["saved.title"] });
    await saved.getByRole("button", { name: t["saved.rename"].replace("{{name}}", title) }).press("Enter");
    const renamed = `${title} again`;
    await saved.getByLabel(t["saved.newName"].replace("{{name}}", title)).fill(renamed);
    await page.keyboard.press("Enter");
    await expect(saved.getByRole("link", { name: renamed })).toBeVisible();
    await check(page, "views with names");
    await saved.getByRole("button", { name: t["saved.remove"].replace("{{name}}", renamed) }).press("Enter");
    await page.getByRole("button", { name: t["saved.removeDo"], exact: true }).press("Enter");
    await expect(saved.getByRole("link", { name: renamed })).toHaveCount(0);
    await saved.getByRole("button", { name: t["saved.undo"].replace("{{name}}", renamed) }).press("Enter");
    await expect(saved.getByRole("link", { name: renamed })).toBeVisible();
    await saved.getByRole("button", { name: t["saved.remove"].replace("{{name}}", renamed) }).press("Enter");
    await page.getByRole("button", { name: t["saved.removeDo"], exact: true }).press("Enter");
    await expect(saved.getByRole("link", { name: renamed })).toHaveCount(0);
  });
}
