// What a changed layout would do, told on the sample shop: a change is pressed on the plan or typed, both plans and the tables show
// the API's answer, and the forecast is kept, found in the list and compared with the day after. On that day the shop had changed so.
import type { APIRequestContext, Page } from "@playwright/test";
import { expect, test } from "@playwright/test";

import type { ForecastList, KeptForecast, PlaceForecast, PlaceForecastOf, PlaceForecastScore, SiteVersion, Zone } from "../src/api/types";
import { makeFormat } from "../src/ui/format";
import { LANGUAGES, TEXTS, THEME_OF, filled, open, sentenceIn } from "./story";
import { check, withAxe } from "./wcag";

test.beforeEach(withAxe);

const SITE = "/w/floor/sites/west-lake";
const API = "/v1/workspaces/floor/sites/west-lake";
const [DAY, AFTER] = ["2026-03-01", "2026-03-02"] as const;
const SCOPE = { from: DAY, to: DAY };
const SWAP = { swaps: [["p0", "b3"]] };

const view = (more: object = {}) => `${SITE}?view=${encodeURIComponent(JSON.stringify({ v: 1, show: "forecast", period: { kind: "fixed", ...SCOPE }, ...more }))}`;

async function ask<Answer>(request: APIRequestContext, what: string, body: object): Promise<Answer> {
  const answer = await request.post(`${API}/${what}`, { data: body });
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as Answer;
}

/** What is written in the cells of a table, without what is only read out and without notes. */
async function cellsOf(page: Page, id: string): Promise<string[][]> {
  const table = page.locator(`section[aria-labelledby="table-${id}"] table`);
  await expect(table).toBeVisible();
  return table.evaluate((element) =>
    [...(element as HTMLTableElement).tBodies].flatMap((body) =>
      [...body.rows].map((row) =>
        [...row.cells].map((cell) => {
          const copy = cell.cloneNode(true) as HTMLElement;
          for (const more of copy.querySelectorAll(".visually-hidden, .cell-note")) more.remove();
          return copy.textContent ?? "";
        }),
      ),
    ),
  );
}

/** Zones of the plan that holds on the day. */
async function zonesOf(request: APIRequestContext): Promise<{ zones: Zone[]; outline: number[][] }> {
  const { site } = (await (await request.get(API)).json()) as SiteVersion;
  const floor = site.plans.find(({ from }) => from === DAY)?.floors[0];
  return { zones: floor?.zones ?? [], outline: (floor?.outline ?? []) as number[][] };
}

function middle(points: number[][], axis: 0 | 1): number {
  const values = points.map((point) => point[axis] ?? 0);
  return (Math.min(...values) + Math.max(...values)) / 2;
}

/** Where a zone's middle lies on the screen, on the first plan of the page. */
async function placeOf(page: Page, request: APIRequestContext, id: string): Promise<{ at: [number, number]; metre: number }> {
  const { zones, outline } = await zonesOf(request);
  const shape = (zones.find((zone) => zone.id === id)?.shape ?? []) as number[][];
  const drawn = page.locator(".floor-outline").first();
  const drawnAt = () => drawn.evaluate((element) => {
    const path = element as SVGPathElement;
    const [own, picture] = [path.getBBox(), path.ownerSVGElement?.getBoundingClientRect() ?? new DOMRect()];
    return { left: picture.x + own.x, bottom: picture.y + own.y + own.height, width: own.width };
  });
  // Beside another plan, or no longer so, it is drawn anew once its width has been measured.
  let place = { left: Number.NaN, bottom: Number.NaN, width: Number.NaN };
  await expect(async () => {
    const before = place;
    await drawn.scrollIntoViewIfNeeded();
    place = await drawnAt();
    expect(place).toEqual(before);
  }).toPass();
  const { left, bottom, width } = place;
  const [xs, ys] = [outline.map(([x]) => x ?? 0), outline.map(([, y]) => y ?? 0)];
  const metre = width / (Math.max(...xs) - Math.min(...xs));
  return { at: [left + (middle(shape, 0) - Math.min(...xs)) * metre, bottom - (middle(shape, 1) - Math.min(...ys)) * metre], metre };
}

for (const language of LANGUAGES) {
  const t = TEXTS[language];
  const format = makeFormat(language);
  const look = { language, theme: language === "en" ? "dark" : "light" } as const;
  const nameOf = (zones: readonly Zone[], id: string) => sentenceIn(zones.find((zone) => zone.id === id)?.name, language);
  const signed = (value: number) => {
    const size = format.rough(Math.abs(value));
    return size === format.rough(0) ? size : `${value > 0 ? "+" : "−"}${size}`;
  };
  /** A row of the tables, from the API's answer. */
  const rowOf = ({ name, ...of }: PlaceForecastOf, told: "reached" | "stopped") => {
    const { measured, forecast, low, high } = of[told];
    const [mark, tells] = measured < low ? ["▲", t["place.forecast.tells.up"]] : measured > high ? ["▼", t["place.forecast.tells.down"]] : ["＝", t["place.forecast.tells.unclear"]];
    return [sentenceIn(name, language), format.whole(measured), format.rough(forecast), signed(forecast - measured), format.rough(low), format.rough(high), `${mark} ${tells}`.replaceAll(" ", "\u00a0")];
  };
  const bySize = (list: readonly PlaceForecastOf[], told: "reached" | "stopped") => {
    const size = (of: PlaceForecastOf) => Math.abs(of[told].forecast - of[told].measured);
    return list.toSorted((a, b) => size(b) - size(a) || Number(b.moves) - Number(a.moves)).map((of) => rowOf(of, told));
  };

  test.describe(`${language}: a layout forecast`, () => {
    test("is asked by pressing two zones, and shows the API's answer on both plans, in tables and in words", async ({ page, request }) => {
      const { zones } = await zonesOf(request);
      const [produce, wine] = [nameOf(zones, "p0"), nameOf(zones, "b3")];
      await open(page, view(), look);
      await expect(page.locator(".empty h2")).toHaveText(t["place.forecast.none"]);
      await check(page, "no change yet");
      await page.mouse.click(...(await placeOf(page, request, "p0")).at);
      await expect(page.locator(".flow-read").first()).toHaveText(filled(t["place.forecast.how.second"], { zone: produce }));
      await check(page, "one zone chosen");
      await page.mouse.click(...(await placeOf(page, request, "b3")).at);
      await expect(page).toHaveURL(/swaps/);
      const step = filled(t["place.forecast.swap"], { one: produce, other: wine });
      await expect(page.locator(".forecast-steps li").first()).toContainText(step);

      const answer = await ask<PlaceForecast>(request, "forecast", { scope: SCOPE, change: SWAP });
      await expect(page.locator(".finding").last()).toContainText(step);
      await expect(page.locator("svg.floor-plan")).toHaveCount(2);
      await expect(page.locator(".place-answer .floor-name").filter({ hasText: `⇄ ${wine.slice(0, 2)}` })).toHaveCount(1);
      await expect(page.locator(".place-totals").last()).toContainText(format.whole(answer.edited));
      expect((await cellsOf(page, "by-zone")).map((row) => row.slice(0, 7))).toEqual(bySize(answer.zones, "reached"));
      const categories = await cellsOf(page, "by-category");
      expect(categories.map((row) => row.slice(0, 7))).toEqual(bySize(answer.categories, "reached"));
      const sold = answer.categories.find(({ of }) => of === "wine")?.sales;
      const units = answer.categories.find(({ of }) => of === "wine")?.units;
      expect(categories.find(([name]) => name === "wine")?.slice(7, 9)).toEqual([
        filled(t["place.forecast.unitsThen"], { now: format.whole(units?.measured ?? 0), later: format.rough(units?.forecast ?? 0) }),
        format.money(sold?.measured, "CNY"),
      ]);
      for (const caveat of answer.caveats) await expect(page.locator(".forecast-caveats")).toContainText(sentenceIn(caveat, language).slice(1));
      await check(page, "a forecast");
      await page.getByRole("radio", { name: t["place.forecast.told.stopped"] }).click();
      await expect.poll(async () => (await cellsOf(page, "by-zone")).map((row) => row.slice(0, 7))).toEqual(bySize(answer.zones, "stopped"));

      // Coloured and marked as told; what is pressed is read out.
      const clear = answer.zones.filter(({ stopped }) => stopped.measured < stopped.low || stopped.measured > stopped.high);
      await expect(page.locator(".place-answer").locator(".floor-zone[class*=up-], .floor-zone[class*=down-]")).toHaveCount(clear.length);
      await page.locator(".place-answer .floor-zone.moves").first().click();
      await expect(page.locator(".place-answer .flow-read")).toContainText(t["place.forecast.told.stopped"]);

      // From today's number to its visits.
      const stopped = answer.zones.find(({ of }) => of === "b3")?.stopped.measured ?? 0;
      const byZone = page.locator("section[aria-labelledby=table-by-zone]");
      await byZone.getByRole("button", { name: `${wine} · ${t["place.forecast.told.stopped"]} · ${t["place.forecast.column.now"]}:` }).press("Enter");
      await expect(page.getByRole("dialog")).toContainText(t["place.forecast.define.now.stopped"]);
      await page.getByRole("dialog").getByRole("button", { name: t["place.visits.behind"] }).press("Enter");
      await expect(page.getByText(filled(t["place.visits.shown_other"], { n: stopped }), { exact: true })).toBeVisible();
    });

    test("is kept, found in the list, compared with what happened, and deleted", async ({ page, request }) => {
      const { zones } = await zonesOf(request);
      const step = filled(t["place.forecast.swap"], { one: nameOf(zones, "p0"), other: nameOf(zones, "b3") });
      const answer = await ask<PlaceForecast>(request, "forecast", { scope: SCOPE, change: SWAP });
      await open(page, view({ change: SWAP }), look);

      // Kept under a title, found in the list, and opened from there.
      const title = `${step} ${Date.now()}`;
      await page.getByRole("button", { name: t["place.forecast.keep"] }).click();
      await page.getByRole("alertdialog").getByLabel(t["place.forecast.title"]).fill(title);
      await check(page, "about to keep it");
      await page.getByRole("alertdialog").getByRole("button", { name: t["place.forecast.keepIt"], exact: true }).click();
      const row = page.locator(".forecast-kept tbody tr").filter({ hasText: title });
      await expect(row).toContainText(step);
      await expect(row).toContainText(filled(t[language === "en" ? ("place.forecast.state.ready_one" as "place.forecast.state.ready_other") : "place.forecast.state.ready_other"], { n: 1 }));
      const { forecasts } = (await (await request.get(`${API}/forecasts`)).json()) as ForecastList;
      const id = forecasts.find((each) => each.title === title)?.id ?? 0;
      const kept = (await (await request.get(`${API}/forecasts/${id}`)).json()) as KeptForecast;
      expect((kept.forecast.answer as unknown as PlaceForecast).zones).toEqual(answer.zones);
      await row.getByRole("button", { name: title, exact: true }).press("Enter");
      await expect(page.locator("#forecast-one")).toHaveText(title);
      await expect(page).toHaveURL(/kept/);

      // What happened on the day after, beside saying that nothing changes.
      const score = await ask<PlaceForecastScore>(request, `forecasts/${id}/score`, {});
      expect(score.meta.days).toEqual([AFTER]);
      const said = page.locator(".forecast-score");
      for (const { mean_error, mean_error_of_no_change } of [score.zones, score.categories]) {
        await expect(said).toContainText(format.rough(mean_error ?? 0));
        await expect(said).toContainText(format.rough(mean_error_of_no_change ?? 0));
      }
      const happened = score.zones.scored.toSorted((a, b) => Math.abs(b.error_of_no_change) - Math.abs(a.error_of_no_change));
      expect(await cellsOf(page, "score-zone")).toEqual(
        happened.map((of) => [sentenceIn(of.name, language), format.whole(of.before), format.rough(of.forecast), format.rough(of.happened), signed(of.error), signed(of.error_of_no_change), t[of.covered ? "place.forecast.score.yes" : "place.forecast.score.no"]]),
      );
      await check(page, "a kept forecast beside what happened");

      // Gone once that is asked.
      await row.getByRole("button", { name: filled(t["place.forecast.delete"], { title }) }).click();
      await check(page, "asked before it is deleted");
      await page.getByRole("alertdialog").getByRole("button", { name: t["place.forecast.deleteIt"], exact: true }).click();
      await expect(row).toHaveCount(0);
      expect((await request.get(`${API}/forecasts/${id}`)).status()).toBe(404);
    });

    test("takes moves by keys and by dragging, and says what cannot be forecast and how to mend it", async ({ page, request }) => {
      const { zones } = await zonesOf(request);
      const seasonal = nameOf(zones, "e0");
      await open(page, view(), look);
      await page.getByRole("radio", { name: t["place.forecast.mode.move"] }).click();
      // A list of zones opens and is chosen from by its letters.
      await page.locator(".forecast-form .select-button").press("Enter");
      await page.getByRole("option", { name: seasonal }).press("Enter");
      const right = page.getByLabel(filled(t["place.forecast.rightM"], { zone: seasonal }));
      await expect(right).toHaveValue("0");
      await right.fill("-2");
      await right.press("Enter");
      await expect(page).toHaveURL(/by_m/);
      const answer = await ask<PlaceForecast>(request, "forecast", { scope: SCOPE, change: { moves: [{ zone: "e0", by_m: [-2, 0] }] } });
      await expect.poll(async () => (await cellsOf(page, "by-zone")).map((row) => row.slice(0, 7))).toEqual(bySize(answer.zones, "reached"));
      await expect(page.locator(".forecast-ghost")).toHaveCount(1);
      await check(page, "a move");

      await right.fill("80");
      await right.press("Enter");
      await expect(page.locator(".forecast-form [role=alert]")).toHaveText(filled(t["place.forecast.fault.outside"], { zone: seasonal }));
      await check(page, "outside");
      await page.getByRole("button", { name: filled(t["place.forecast.remove"], { step: filled(t["place.forecast.move"], { zone: seasonal, by: filled(t["place.forecast.right"], { m: 80 }) }) }) }).click();
      await expect(page.locator(".forecast-steps")).toHaveCount(0);

      const { at, metre } = await placeOf(page, request, "e0");
      await page.mouse.move(...at);
      await page.mouse.down();
      await page.mouse.move(at[0] - metre, at[1]);
      await page.mouse.move(at[0] - 2 * metre, at[1]);
      await page.mouse.up();
      await expect(right).toHaveValue("-2");
      await expect.poll(async () => (await cellsOf(page, "by-zone")).map((row) => row.slice(0, 7))).toEqual(bySize(answer.zones, "reached"));

      // A plan of the definition is the same question as the swap it came of.
      await page.getByRole("radio", { name: t["place.forecast.mode.plan"] }).click();
      await expect(page.locator(".forecast-form .select-button")).toBeVisible();
      await page.locator(".forecast-form .select-button").click();
      await page.getByRole("option", { name: filled(t["place.forecast.planFrom"], { day: format.day(AFTER) }) }).click();
      const next = await ask<PlaceForecast>(request, "forecast", { scope: SCOPE, change: { plan: AFTER } });
      await expect.poll(async () => (await cellsOf(page, "by-zone")).map((row) => row.slice(0, 7))).toEqual(bySize(next.zones, "reached"));
      await check(page, "another plan");
      // What it hands over to the board of proposals.
      const idea = new URL((await page.getByRole("link", { name: t["place.pains.propose"] }).getAttribute("href")) ?? "", "http://x").searchParams.get("idea") ?? "";
      const { title, text, gain } = JSON.parse(idea) as { title: string; text: string; gain: { money_per_month: { value: number } } };
      expect([title, text.startsWith(title)]).toEqual([filled(t["place.forecast.toPlan"], { day: format.day(AFTER) }), true]);
      const sold = next.categories.reduce((sum, { sales }) => sum + (sales ? sales.forecast - sales.measured : 0), 0);
      expect(gain.money_per_month.value).toBeCloseTo(30 * sold);
    });

    test("holds on a narrow window", async ({ page }) => {
      await page.setViewportSize({ width: 390, height: 800 });
      const theme = THEME_OF[language];
      for (const more of [{}, { change: SWAP }]) {
        await open(page, view(more), { language, theme });
        await expect(page.locator(".forecast-kept")).toBeVisible();
        if ("change" in more) await expect(page.locator(".forecast-legend")).toBeVisible();
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
        await check(page, `narrow ${theme}`);
      }
    });
  });
}
