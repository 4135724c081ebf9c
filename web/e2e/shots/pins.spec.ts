// Pictures of pinned numbers, of the form that pins, of views with names and of a funnel's windows, to be looked at.
import { join } from "node:path";

import { expect, test } from "@playwright/test";

import { JOURNEY, LANGUAGES, MAP, TEXTS, THEMES, WORKSPACE, mapReady, open } from "../story";

const FOLDER = process.env["SHOTS_DIR"] ?? "shots";
const API = `/v1/workspaces/${WORKSPACE}`;
const steps = ["cart", "purchase"].map((event) => ({ name: "", match: [{ event: [event] }] }));
const RULES = ["cart", "purchase"].map((event) => ({ name: event, match: [{ event: [event] }] }));
const at = `/w/${WORKSPACE}/analyses/funnel?view=${encodeURIComponent(JSON.stringify({ v: 1, steps, window: "session:30m", tolerance: 500, versus: { kind: "channels", channels: ["web"] } }))}`;

test.beforeAll(async ({ request }) => {
  const kept = await request.post(`${API}/views`, { data: { v: 1, page: "analysis", kind: "funnel", steps } });
  const { hash } = (await kept.json()) as { hash: string };
  const shown = await request.get(`${API}/journeys/${JOURNEY}`);
  const { journey } = (await shown.json()) as { journey: { stages: { id: string; touchpoints: { id: string }[] }[] } };
  const [first, second] = journey.stages;
  const scope = { events: [{ channel: ["web"] }] };
  const asks = { question: { ask: "funnel", steps: RULES, window: "7d" }, versus: scope };
  const pin = (name: string, named: object) => request.post(`${API}/named-views`, { data: { named: { name, view: hash, ...named } } });
  await pin("加购到购买 / Cart to purchase", { asks, note: "每周一看 / looked at on Mondays", place: { journey: JOURNEY, stage: second?.id } });
  await pin("会话 / Sessions", { asks: { question: { ask: "sessions" } }, place: { journey: JOURNEY, stage: first?.id, touchpoint: first?.touchpoints[0]?.id } });
  const broken = { question: { ask: "segments", segments: ["nobody"] } };
  expect((await pin("没有的分群 / A segment that is gone", { asks: broken, place: { journey: JOURNEY, stage: second?.id, lane: "opportunity" } })).ok()).toBe(true);
});

for (const language of LANGUAGES) {
  for (const theme of THEMES) {
    test(`pins ${language} ${theme}`, async ({ page }) => {
      const t = TEXTS[language];
      await open(page, MAP, { language, theme });
      await mapReady(page);
      await expect(page.locator(".pin-figure").first()).toBeVisible();
      await page.screenshot({ path: join(FOLDER, `pins-map-${language}-${theme}.png`), fullPage: true });
      await open(page, at, { language, theme });
      await page.locator(".funnel-card").waitFor();
      await page.screenshot({ path: join(FOLDER, `pins-funnel-${language}-${theme}.png`) });
      await page.getByRole("button", { name: t["saved.title"] }).click();
      await page.getByRole("dialog").getByRole("listitem").first().waitFor();
      await page.screenshot({ path: join(FOLDER, `pins-saved-${language}-${theme}.png`) });
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: t["verb.pin"] }).click();
      await page.getByRole("dialog").getByLabel(t["pin.name"]).waitFor();
      await page.screenshot({ path: join(FOLDER, `pins-form-${language}-${theme}.png`) });
    });
  }
}
