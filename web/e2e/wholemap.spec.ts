// The whole map: what the team wrote, personas, groups compared, key touchpoints, the planned way, versions, new journeys.
import { readFile } from "node:fs/promises";

import type { APIRequestContext, Page } from "@playwright/test";
import { expect, test } from "@playwright/test";

import type { JourneyMap, JourneyVersion, PersonasAnswer, VersionList } from "../src/api/types";
import { JOURNEY, LANGUAGES, MAP, OTHER_WORKSPACE, TEXTS, WORKSPACE, askMap, labelled, mapReady, open, sentenceIn } from "./story";

const whole = (value: number) => new Intl.NumberFormat("en").format(value);
const view = (fields: object) => `${MAP}?view=${encodeURIComponent(JSON.stringify({ v: 1, ...fields }))}`;
const viewOf = (page: Page) => JSON.parse(new URL(page.url()).searchParams.get("view") ?? "{}") as Record<string, unknown>;
const channel = (value: string) => ({ by: "value", dimension: "channel", value });
const JOURNEYS = `/v1/workspaces/${WORKSPACE}/journeys`;

/** Shown numbers of the strip of totals, in the order of the page. */
async function started(page: Page, language: keyof typeof TEXTS): Promise<string> {
  const t = TEXTS[language];
  const number = page.getByRole("button", { name: new RegExp(`^${t["totals.started"]} · ${t["unit.instances"]}: `) });
  return (await number.textContent())?.replace(/^.*: /, "") ?? "";
}

async function definitionOf(request: APIRequestContext, journey: string, workspace = WORKSPACE): Promise<JourneyVersion> {
  const answer = await request.get(`/v1/workspaces/${workspace}/journeys/${journey}`);
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as JourneyVersion;
}

async function save(request: APIRequestContext, journey: JourneyVersion["journey"], note: string, workspace = WORKSPACE): Promise<void> {
  const answer = await request.put(`/v1/workspaces/${workspace}/journeys/${journey.id}`, { data: journey, params: { note } });
  expect(answer.ok(), await answer.text()).toBe(true);
}

for (const language of LANGUAGES) {
  const t = TEXTS[language];

  test.describe(language, () => {
    test("what the team wrote stands below, says what it rests on, and folds by keyboard", async ({ page, request }) => {
      const { journey } = await definitionOf(request, JOURNEY);
      const cards = journey.stages.flatMap((stage) => stage.cards ?? []);
      await open(page, MAP, { language, theme: "light" });
      await mapReady(page);
      await expect(page.locator(".lane-card")).toHaveCount(cards.length);
      for (const card of cards) {
        const shown = page.locator(".lane-card").filter({ hasText: sentenceIn(card.text, language) });
        await expect(shown.locator(".basis")).toHaveText(t[`basis.${card.basis ?? "assumption"}`]);
      }
      const rows = await page.locator("tbody.lanes th[scope=row]").allTextContents();
      const lanes = ["action", "need", "expectation", "emotion", "pain", "opportunity", "note"] as const;
      for (const lane of lanes) {
        expect(rows.filter((row) => row === t[`lane.${lane}`]).length, lane).toBe(cards.some((card) => card.lane === lane) ? 1 : 0);
      }
      const toggle = page.getByRole("button", { name: t["lanes.title"] });
      await expect(toggle).toHaveAttribute("aria-expanded", "true");
      await toggle.focus();
      await page.keyboard.press("Enter");
      await expect(toggle).toHaveAttribute("aria-expanded", "false");
      await expect(page.locator(".lane-card")).toHaveCount(0);
      expect(viewOf(page)).toEqual({ v: 1, lanes: "closed" });
      await page.reload();
      await mapReady(page);
      await expect(toggle).toHaveAttribute("aria-expanded", "false");
    });

    test("a persona's card, its map and the comparison with it tell the API's numbers", async ({ page, request }) => {
      const answer = await request.post(`${JOURNEYS}/${JOURNEY}/personas`, { data: {} });
      const { personas } = (await answer.json()) as PersonasAnswer;
      const persona = personas.find((each) => each.numbers);
      if (!persona?.numbers) throw new Error("the sample has no computed persona");
      const { numbers } = persona;
      const name = sentenceIn(persona.name, language);
      await open(page, MAP, { language, theme: "light" });
      await mapReady(page);
      const card = page.locator(".persona").filter({ hasText: name });
      await expect(card).toContainText(whole(numbers.started.customers));
      await expect(card.locator(".basis")).toHaveText(t["basis.live"]);
      await card.getByRole("button", { name: labelled(t["personas.map"], name, t["action.of"]) }).click();
      await mapReady(page);
      await expect.poll(() => started(page, language)).toBe(whole(numbers.started.instances));
      expect(viewOf(page)).toEqual({ v: 1, of: { by: "persona", persona: persona.id } });
      // Cards about other personas tell of people who are not counted here.
      const { journey } = await definitionOf(request, JOURNEY);
      const about = journey.stages.flatMap((stage) => stage.cards ?? []).filter((each) => each.persona == null || each.persona === persona.id);
      await expect(page.locator(".lane-card")).toHaveCount(about.length);

      await page.locator(".scope").getByRole("button", { name: new RegExp(`^${t["scope.compare"]}:`) }).click();
      await page.getByRole("button", { name: t["group.everyone"], exact: true }).click();
      const legend = page.locator(".compare-legend");
      await expect(legend).toContainText(name);
      await expect(legend).toContainText(t["group.everyone"]);
      await expect(page.locator(".totals .delta").first()).toBeVisible();
      expect(viewOf(page)).toEqual({
        v: 1,
        of: { by: "persona", persona: persona.id },
        compare: { kind: "group", group: { by: "everyone" } },
      });
    });

    test("key touchpoints and deviations tell the API's numbers and open their customers", async ({ page, request }) => {
      const map = await askMap(request);
      await open(page, MAP, { language, theme: "light" });
      await mapReady(page);
      const panel = page.getByRole("region", { name: t["key.title"] });
      await expect(panel).toContainText(t["key.association"]);
      await panel.getByRole("radio", { name: t["moves.table"] }).click();
      await expect(panel.locator("tbody tr")).toHaveCount(map.key_touchpoints.length);
      await expect(panel.locator("tbody th")).toHaveText(map.key_touchpoints.map((each) => sentenceIn(each.name, language)));
      const reached = await panel.locator("tbody td:last-child .num").allTextContents();
      expect(reached.map((text) => text.replace(/^.*: /, ""))).toEqual(map.key_touchpoints.map((each) => whole(each.reached.instances)));

      const planned = page.getByRole("region", { name: t["planned.title"] });
      const [first] = map.planned.deviations;
      if (!first) throw new Error("nobody left the planned way of the sample");
      await planned.locator("tbody .num").first().click();
      const drawer = page.getByRole("dialog");
      await expect(drawer).toContainText(t[`define.deviation.${first.kind}`]);
      await drawer.getByRole("tab", { name: t["explain.customers"] }).click();
      await expect(drawer.locator(".explain-people")).toContainText(t["count.customers_other"].replace("{{n}}", whole(first.people.customers)));
    });

    test("a journey begins with a template, learns its events from a file, and goes back to an old version", async ({ page, request }) => {
      const key = `story-${language.toLowerCase()}-${Date.now()}`;
      await open(page, `/w/${OTHER_WORKSPACE}/journeys`, { language, theme: "light" });
      await page.getByRole("button", { name: t["newJourney.title"] }).click();
      const drawer = page.getByRole("dialog");
      await expect(drawer.getByRole("radio")).toHaveCount(5);
      await drawer.getByRole("radio").nth(3).check({ force: true });
      await drawer.getByRole("textbox", { name: t["newJourney.key"] }).fill("Not a key");
      await drawer.getByRole("button", { name: t["newJourney.make"] }).click();
      await expect(drawer).toContainText(t["newJourney.keyFault"]);
      await drawer.getByRole("textbox", { name: t["newJourney.key"] }).fill(key);
      await drawer.getByRole("textbox", { name: t["newJourney.name"] }).fill("Story");
      await drawer.getByRole("button", { name: t["newJourney.make"] }).click();
      // No event of the grocer is one of a bank: the editor opens, where the two come together; a file is another way.
      await page.waitForURL(`**/journeys/${key}/edit`);
      await expect(page.getByText(t["editor.nothing"])).toBeVisible();
      await page.getByRole("link", { name: t["editor.toMap"] }).click();
      await expect(page.locator("main h1")).toHaveText("Story");
      const empty = page.locator(".empty");
      await expect(empty.getByRole("link", { name: t["map.emptyEdit"] })).toHaveAttribute("href", `/w/${OTHER_WORKSPACE}/journeys/${key}/edit`);
      await empty.getByText(t["map.emptyByFile"]).click();
      await expect(empty).toContainText(t["map.emptyRules"]);
      await expect(empty).toContainText("campaign_received");
      const input = empty.locator("input[type=file]");
      const broken = "id: " + key + "\nname: Story\ngap: 14 moons\nstages: []\n";
      await input.setInputFiles({ name: "broken.yaml", mimeType: "application/yaml", buffer: Buffer.from(broken) });
      const faults = page.getByRole("alert");
      await expect(faults).toContainText("broken.yaml");
      await expect(faults).toContainText(t["upload.line"].replace("{{line}}", "3"));
      const mended = {
        id: key,
        name: "Story",
        gap: "14d",
        stages: [{ id: "look", name: "Look", touchpoints: [{ id: "see", name: "See", match: [{ event: ["campaign_received"] }] }] }, { id: "buy", name: "Buy", touchpoints: [{ id: "buy", name: "Buy", match: [{ event: ["purchase"] }] }] }],
        goal: { name: "Buy", touchpoints: ["buy"] },
      };
      await input.setInputFiles({ name: "mended.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(mended)) });
      await mapReady(page);
      await expect(page.locator("table.map").first().locator("thead th")).toHaveCount(3);

      await page.getByRole("button", { name: t["versions.open"], exact: true }).click();
      await expect(drawer.locator(".version")).toHaveCount(2);
      await expect(drawer.locator(".changes")).toContainText("Look");
      await drawer.getByRole("button", { name: labelled(t["versions.restore"], t["scope.versionN"].replace("{{n}}", "1"), t["action.of"]) }).click();
      const form = drawer.locator("form");
      await form.getByRole("button", { name: t["versions.restoreDo"].replace("{{next}}", "3") }).click();
      await expect(form).toContainText(t["form.needed"]);
      // Somebody else saves meanwhile: nothing is lost, and the page says so.
      await save(request, { ...mended, name: "Story of another" }, "meanwhile", OTHER_WORKSPACE);
      await form.getByRole("textbox").fill("as it was");
      await form.getByRole("button", { name: t["versions.restoreDo"].replace("{{next}}", "3") }).click();
      await expect(form.getByRole("alert")).toContainText(t["error.version_conflict"]);
      await form.getByRole("alert").getByRole("button", { name: t["common.retry"] }).click();
      await form.getByRole("button", { name: t["versions.restoreDo"].replace("{{next}}", "4") }).click();
      await expect(page.locator("main h1")).toHaveText("Story");
      await expect(empty).toContainText(t["map.emptyRules"]);
      const { versions } = (await (await request.get(`/v1/workspaces/${OTHER_WORKSPACE}/journeys/${key}/versions`)).json()) as VersionList;
      expect(versions.map((version) => version.note).slice(0, 2)).toEqual(["as it was", "meanwhile"]);
    });
  });
}

test("the same group on both sides shows no differences", async ({ page }) => {
  for (const group of [{ by: "everyone" }, { by: "persona", persona: "phone-visitor" }, channel("mobile_web")]) {
    await open(page, view({ of: group, compare: { kind: "group", group } }), { language: "en", theme: "light" });
    await mapReady(page);
    await expect(page.locator(".compare-legend")).toBeVisible();
    const texts = (await page.locator(".delta").allTextContents()).map((text) => text.trim());
    expect(texts.length).toBeGreaterThan(20);
    expect(texts.filter((text) => !/^(＝0(\.0)?(%|\u00a0pp)|no comparison)$/.test(text))).toEqual([]);
  }
});

test("maps by channel count the journeys that came there, with all their events", async ({ page, request }) => {
  const mapOf = (value: string) => askMap(request, { subjects: [{ channel: [value] }] });
  const [web, phone]: JourneyMap[] = await Promise.all([mapOf("web"), mapOf("mobile_web")]) as [JourneyMap, JourneyMap];
  await open(page, view({ of: channel("web"), compare: { kind: "group", group: channel("mobile_web") } }), { language: "en", theme: "light" });
  await mapReady(page);
  await expect.poll(() => started(page, "en")).toBe(whole(web?.totals.started.instances ?? 0));
  const legend = page.locator(".compare-legend");
  await expect(legend).toContainText(whole(phone?.totals.started.instances ?? 0));
  await expect(legend).toContainText(TEXTS.en["versus.overlap"]);
  const change = ((web?.totals.conversion.share ?? 0) - (phone?.totals.conversion.share ?? 0)) * 100;
  const shown = await page.locator(".totals .delta").nth(2).textContent();
  expect(shown).toContain(Math.abs(change).toFixed(1));
});

test("people are chosen by a dimension's value, and the link keeps them", async ({ page }) => {
  const t = TEXTS.en;
  await open(page, MAP, { language: "en", theme: "light" });
  await mapReady(page);
  await page.getByRole("button", { name: new RegExp(`^${t["scope.of"]}:`) }).click();
  await page.getByRole("button", { name: t["group.byValue"] }).click();
  await page.locator(".group-chooser").getByRole("button", { name: /Mobile web/ }).click();
  await mapReady(page);
  expect(viewOf(page)).toEqual({ v: 1, of: channel("mobile_web") });
  await page.getByRole("button", { name: t["link.copy"] }).click();
  await expect(page.locator(".link-said")).toHaveText(t["link.copied"]);
  const shown = await started(page, "en");
  await page.goto(await page.evaluate(() => navigator.clipboard.readText()));
  await mapReady(page);
  await expect.poll(() => started(page, "en")).toBe(shown);
});

test("a map hangs below a stage of another", async ({ page, request }) => {
  // Not in the workspace of the other stories: some of them open its first journey.
  const above = "stock-up-trip";
  const key = `below-${Date.now()}`;
  const { journey } = await definitionOf(request, above, OTHER_WORKSPACE);
  const stage = journey.stages.at(-1)?.id ?? "";
  await save(request, { ...journey, id: key, name: "Inside of a stage", parent: { journey: above, stage } }, "a map below", OTHER_WORKSPACE);
  await open(page, `/w/${OTHER_WORKSPACE}/journeys/${above}`, { language: "en", theme: "light" });
  await mapReady(page);
  const link = page.locator(`th a[href$="${key}"]`);
  await expect(link).toContainText("Inside of a stage");
  await link.click();
  await page.waitForURL(`**/journeys/${key}`);
  const crumbs = page.getByRole("navigation", { name: TEXTS.en["common.breadcrumb"] });
  await expect(crumbs).toContainText(sentenceIn(journey.stages.at(-1)?.name, "en"));
  await crumbs.getByRole("link", { name: sentenceIn(journey.name, "en") }).click();
  await mapReady(page);
  expect(new URL(page.url()).pathname).toBe(`/w/${OTHER_WORKSPACE}/journeys/${above}`);
});

test("the map and its definition are exported as they are asked for", async ({ page }) => {
  const t = TEXTS.en;
  await open(page, MAP, { language: "en", theme: "light" });
  await mapReady(page);
  const begins = { pdf: "%PDF-", png: "\u0089PNG", svg: "<svg ", yaml: `id: ${JOURNEY}`, json: "{", pptx: "PK\u0003\u0004", xlsx: "PK\u0003\u0004" };
  for (const [format, first] of Object.entries(begins)) {
    await page.getByRole("button", { name: t["export.title"] }).click();
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: format.toUpperCase() }).click()]);
    expect(file.suggestedFilename()).toMatch(new RegExp(`\\.${format}$`));
    const bytes = await readFile(await file.path());
    expect(bytes.toString("latin1").slice(0, 200)).toContain(first);
  }
});

for (const language of LANGUAGES) {
  test(`an export that fails says why, and one that takes long is given up (${language})`, async ({ page }) => {
    const t = TEXTS[language];
    await open(page, MAP, { language, theme: "light" });
    await mapReady(page);
    const choose = async () => {
      await page.getByRole("button", { name: t["export.title"] }).click();
      await page.getByRole("menuitem", { name: "PNG" }).click();
    };
    const body = JSON.stringify({ error: { code: "picture_too_large", message: "9000 x 9000 pixels are too many", hint: null, details: [], request_id: "r" } });
    await page.route("**/export?*", (route) => route.fulfill({ status: 422, contentType: "application/json", body }));
    await choose();
    const failure = page.getByRole("alert");
    await expect(failure).toContainText(t["error.picture_too_large"]);
    await expect(failure).toContainText(t["error.picture_too_large.remedy"]);
    await page.unroute("**/export?*");

    let saved = 0;
    page.on("download", () => (saved += 1));
    const asked = page.waitForRequest("**/export?*");
    await page.route("**/export?*", () => new Promise(() => undefined));
    await choose();
    await asked;
    const progress = page.locator(".progress").filter({ hasText: t["export.writing"] });
    await progress.getByRole("button", { name: t["common.cancel"] }).click();
    await expect(progress).toHaveCount(0);
    await expect(failure).toHaveCount(0);
    await page.unroute("**/export?*");
    await choose();
    await expect.poll(() => saved).toBe(1);
  });
}
