// The floor of a shop: what the page says is what the API answers, by mouse and by keyboard; and its plan is edited.
import type { APIRequestContext, Page } from "@playwright/test";
import { expect, test } from "@playwright/test";

import type { PlaceFlows, PlaceHeat, PlacePains, PlaceQueues, PlaceStaffing, PlaceTracks, PlaceVisits, PlaceZones, Site, SiteVersion, SqlAnswer, Zone } from "../src/api/types";
import { makeFormat } from "../src/ui/format";
import { DAY, FLOORS, SITE, floors } from "./floors";
import type { Running } from "./server";
import type { Language } from "./story";
import { LANGUAGES, TEXTS, filled, open, sentenceIn, tabTo } from "./story";
import { check, withAxe } from "./wcag";

test.beforeEach(withAxe);

let shop: Running;
test.beforeAll(async () => {
  test.setTimeout(300_000);
  shop = await floors();
});
test.afterAll(() => shop.stop());

const floor = (view: object = {}) => `${shop.url}/w/${FLOORS}/sites/${SITE}?view=${encodeURIComponent(JSON.stringify({ v: 1, ...view }))}`;
const api = () => `${shop.url}/v1/workspaces/${FLOORS}/sites/${SITE}`;

async function ask<Answer>(request: APIRequestContext, what: string, body: object = {}): Promise<Answer> {
  const answer = await request.post(`${api()}/${what}`, { data: body });
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as Answer;
}

/** Where metres of the shop's floor, which is 30 m wide and stands on 0, lie on the screen; without the line around it. */
async function placesOf(page: Page): Promise<(x: number, y: number) => [number, number]> {
  const outline = page.locator(".floor-outline");
  await expect(outline).toBeVisible();
  const { left, bottom, width } = await outline.evaluate((element) => {
    const path = element as SVGPathElement;
    const [own, picture] = [path.getBBox(), path.ownerSVGElement?.getBoundingClientRect() ?? new DOMRect()];
    return { left: picture.x + own.x, bottom: picture.y + own.y + own.height, width: own.width };
  });
  return (x, y) => [left + (x * width) / 30, bottom - (y * width) / 30];
}

/** The texts of a table's cells, row by row. */
async function cellsOf(page: Page, title: string): Promise<string[][]> {
  const table = page.getByRole("region", { name: title }).locator("table").first();
  await expect(table).toBeVisible();
  return table.evaluate((element) => [...(element as HTMLTableElement).tBodies].flatMap((body) => [...body.rows].map((row) => [...row.cells].map((cell) => (cell.querySelector("button.num > :last-child, button.num") ? [...cell.querySelectorAll("button.num")].map((num) => [...num.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.textContent).join("")).join("") : (cell.textContent ?? ""))))));
}

const editor = () => `${shop.url}/w/${FLOORS}/sites/${SITE}/edit`;

/** The site as it is stored. */
async function stored(request: APIRequestContext): Promise<SiteVersion> {
  return (await (await request.get(api())).json()) as SiteVersion;
}

function zonesOf(site: Site): Zone[] {
  return site.plans.at(-1)?.floors[0]?.zones ?? [];
}

/** Saves what is edited, with a note. */
async function save(page: Page, language: Language): Promise<void> {
  const t = TEXTS[language];
  await page.getByRole("button", { name: t["editor.save"] }).click();
  await page.getByRole("dialog").getByLabel(t["form.note"]).fill("story");
  await page.getByRole("dialog").locator("button[type=submit]").click();
}

for (const language of LANGUAGES) {
  const t = TEXTS[language];
  const format = makeFormat(language);
  const look = { language, theme: language === "en" ? "dark" : "light" } as const;

  test.describe(`${language}: a floor`, () => {
    test("is found in the list and by the command menu, and its figures explain themselves", async ({ page, request }) => {
      const visits = await ask<PlaceVisits>(request, "visits");
      await open(page, `${shop.url}/w/${FLOORS}/sites`, look);
      await check(page, "list of sites");
      await page.keyboard.press("Control+k");
      await expect(page.getByRole("dialog").getByRole("combobox")).toBeFocused();
      await page.keyboard.type(t["nav.sites"]);
      await expect(page.getByRole("option").first()).toContainText(t["nav.sites"]);
      await page.keyboard.press("Escape");
      await page.keyboard.press("Control+k");
      await expect(page.getByRole("dialog").getByRole("combobox")).toBeFocused();
      await page.keyboard.type(SITE);
      await expect(page.getByRole("option").first()).toContainText(t["command.kind.site"]);
      await page.keyboard.press("Enter");
      await expect(page).toHaveURL(new RegExp(`/sites/${SITE}$`));
      await page.locator(".crumbs a").click();
      await page.locator("main tbody a").click();
      await expect(page.locator(".finding")).toContainText(format.whole(visits.visits));
      await expect(page.locator(".finding")).toContainText(format.whole(visits.units));
      const total = (name: string) => page.getByRole("button", { name: `${name}:` });
      await expect(total(t["place.total.visits"])).toContainText(format.whole(visits.visits));
      await expect(total(t["place.total.most"])).toContainText(format.whole(visits.days[0]?.most_at_once ?? 0));
      await total(t["place.total.units"]).click();
      const drawer = page.getByRole("dialog");
      await expect(drawer).toContainText(t["place.define.units"]);
      await expect(drawer).toContainText(sentenceIn(visits.meta.population, language).slice(1));
      await expect(drawer).toContainText(filled(t["place.did.groups"], { pairs: visits.meta.report.pairs, units: visits.meta.report.units }));
      await expect(drawer).toContainText(filled(t["place.did.visits"], { tracks: format.whole(visits.meta.report.tracks), passers: format.whole(visits.meta.report.passers_by), visits: visits.visits }));
      await check(page, "explanation of a figure");
    });

    test("shows its heat as a picture whose cells are read out, and as a table with the API's numbers", async ({ page, request }) => {
      const heat = await ask<PlaceHeat>(request, "heat", { cell_m: 1 });
      const own = heat.floors[0];
      if (!own) throw new Error("there is a floor");
      await open(page, floor({ cell: 1 }), look);
      const plan = page.locator("svg.floor-plan");
      await expect(plan).toHaveAttribute("aria-label", new RegExp(format.whole(own.cells.length)));
      await expect(page.locator(".heat-legend")).toContainText(format.whole(own.withheld.cells));
      await check(page, "heat map");
      const hottest = own.cell_seconds.indexOf(Math.max(...own.cell_seconds));
      const cell = own.cells[hottest] ?? 0;
      const at = await placesOf(page);
      const [column, row] = [cell % own.columns, Math.floor(cell / own.columns)];
      await page.mouse.move(...at((own.origin[0] ?? 0) + column + 0.5, (own.origin[1] ?? 0) + row + 0.5));
      await expect(page.locator(".flow-read")).toContainText(format.duration(own.cell_seconds[hottest]));
      await expect(page.locator(".flow-read")).toContainText(format.whole(own.cell_visits[hottest] ?? 0));
      await page.getByRole("radio", { name: t["show.table"] }).click();
      const rows = await cellsOf(page, t["place.heat.cells"]);
      expect(rows[0]?.slice(2)).toEqual([format.duration(own.cell_seconds[hottest]), format.whole(own.cell_visits[hottest] ?? 0)]);
      await check(page, "heat as a table");
    });

    test("ranks its zones with the API's numbers, and marks one in the table and on the plan at once", async ({ page, request }) => {
      const { zones } = await ask<PlaceZones>(request, "zones");
      await open(page, floor({ show: "zones" }), look);
      const rows = await cellsOf(page, t["place.zones.title"]);
      const ranked = zones.toSorted((a, b) => b.visits - a.visits);
      expect(rows.map((row) => row[2])).toEqual(ranked.map(({ visits }) => format.whole(visits)));
      const top = ranked.find(({ zone }) => zone === "p0");
      const name = sentenceIn(top?.name, language);
      expect(rows.find(([own]) => own === name)?.slice(2)).toEqual([format.whole(top?.visits ?? 0), format.percent(top?.reach), format.whole(top?.entries ?? 0), format.whole(top?.stopped ?? 0), format.whole(top?.engaged ?? 0), format.duration(top?.dwell_seconds), format.duration(top?.median_seconds), format.whole(top?.first ?? 0), format.whole(top?.last ?? 0)]);
      await tabTo(page, new RegExp(`^${name}$`));
      await page.keyboard.press("Enter");
      await expect(page.locator(".floor-zone.picked")).toHaveCount(1);
      await expect(page.locator(".flow-read")).toContainText(name);
      await check(page, "zone chosen");
      await page.locator(".floor-zone.shade-7").first().click();
      await expect(page.locator("tr.chosen")).toHaveCount(1);
      await expect(page.locator("tr.chosen th")).not.toHaveText(name);
      // Ordered and shaded by another figure, which stays in the address.
      await page.locator(".place-bar .select-button").click();
      await page.getByRole("option", { name: t["place.figure.median_seconds"] }).click();
      await expect(page).toHaveURL(/median_seconds/);
      const longest = format.duration(Math.max(...zones.map(({ median_seconds }) => median_seconds ?? 0)));
      await expect.poll(async () => (await cellsOf(page, t["place.zones.title"]))[0]?.[8]).toBe(longest);
    });

    test("has its ways as arcs that keys walk, and a table with the API's numbers", async ({ page, request }) => {
      const { moves, ends } = await ask<PlaceFlows>(request, "flows");
      await open(page, floor({ show: "flows" }), look);
      await expect(page.locator(".arc")).toHaveCount(20);
      const rows = await cellsOf(page, t["place.flows.moves"]);
      expect(rows.map((row) => row[2])).toEqual(moves.links.slice(0, rows.length).map(({ times }) => format.whole(times)));
      await check(page, "flows");
      const arcs = page.locator(".arc");
      await arcs.first().focus();
      const first = await page.locator(".flow-read").innerText();
      await page.keyboard.press("ArrowDown");
      await expect(page.locator(".flow-read")).not.toHaveText(first);
      await expect(arcs.nth(1)).toBeFocused();
      await expect(arcs.nth(1)).toHaveAttribute("aria-label", await page.locator(".flow-read").innerText());
      await page.getByRole("radio", { name: t["place.flows.ends"] }).click();
      const both = await cellsOf(page, t["place.flows.ends"]);
      expect(both.map((row) => row[2])).toEqual(ends.links.slice(0, both.length).map(({ times }) => format.whole(times)));
      if (ends.withheld.links > 0) await expect(page.locator(".place-note").first()).toContainText(format.whole(ends.withheld.times));
    });

    test("tells its queues, and the tills a promise takes", async ({ page, request }) => {
      const { queues } = await ask<PlaceQueues>(request, "queues");
      const [queue] = queues;
      await open(page, floor({ show: "queues" }), look);
      const card = page.locator(".place-card").first();
      for (const text of [format.whole(queue?.joined ?? 0), format.whole(queue?.served ?? 0), format.duration(queue?.mean_wait_seconds), format.duration(queue?.p90_wait_seconds), format.duration(queue?.mean_service_seconds)]) await expect(card).toContainText(text);
      await expect(card).toContainText(filled(t["place.queue.little"], { length: format.decimal(queue?.mean_length), product: format.decimal(queue?.arrivals_times_wait) }));
      await check(page, "queues");
      await page.getByLabel(t["place.sheet.promise"]).fill("5");
      await page.getByLabel(t["place.sheet.share"]).fill("99");
      await page.keyboard.press("Enter");
      await expect(page).toHaveURL(/promise/);
      const sheet = await ask<PlaceStaffing>(request, "staffing", { promise_seconds: 5, promise_share: 0.99 });
      const tills = sheet.queues[0]?.half_hours.map((each) => (each.tills == null ? t["place.sheet.notStaffable"] : format.whole(each.tills)));
      await expect.poll(async () => (await cellsOf(page, filled(t["place.sheet.of"], { queue: "queue" }))).map((row) => row[3])).toEqual(tills);
      await page.getByLabel(t["place.sheet.share"]).fill("100");
      await expect(page.getByText(t["place.sheet.shareFault"])).toBeVisible();
    });

    test("plays a day, by keys alone", async ({ page, request }) => {
      await open(page, floor({ show: "replay" }), look);
      const slider = page.getByRole("slider");
      await expect(slider).toBeVisible();
      // How many are within at noon, from the positions as the API gives them.
      const noon = 12 * 3_600_000;
      let [within, walks, points] = [0, 0, 0];
      let after: string | null = null;
      do {
        const part: PlaceTracks = await ask(request, "tracks", { day: DAY, after });
        after = part.next ?? null;
        walks += part.tracks.length;
        points += part.points;
        for (const { t_ms } of part.tracks) {
          let [time, last] = [0, Number.NEGATIVE_INFINITY];
          for (const step of t_ms) {
            time += step;
            if (time <= noon) last = time;
          }
          if (noon - last <= part.gap_ms) within += 1;
        }
      } while (after !== null);
      await expect(page.locator(".place-note")).toContainText(format.whole(walks));
      await expect(page.locator(".place-note")).toContainText(format.whole(points));
      await slider.fill(String(noon));
      await expect(page.locator(".replay-clock")).toContainText("12:00:00");
      await expect(page.locator(".replay-clock")).toContainText(filled(within === 1 && language === "en" ? TEXTS.en["place.replay.now_one" as keyof typeof TEXTS.en] : t["place.replay.now_other"], { time: "12:00:00", n: within }));
      await slider.focus();
      await page.keyboard.press("ArrowRight");
      await expect(page.locator(".replay-clock")).toContainText("12:00:01");
      await check(page, "replay");
      await page.getByRole("button", { name: t["place.replay.play"] }).focus();
      await page.keyboard.press("Enter");
      await expect(page.locator(".replay-clock")).not.toContainText("12:00:01");
      await page.getByRole("button", { name: t["place.replay.pause"] }).press("Enter");
      await expect(page.getByRole("button", { name: t["place.replay.play"] })).toBeVisible();
    });

    test("hands its tables and its picture on as files", async ({ page }) => {
      await open(page, floor({ show: "heat" }), look);
      await expect(page.locator("canvas.beneath")).toBeVisible();
      const file = async (name: string) => {
        await page.getByRole("button", { name: t["export.title"] }).click();
        const download = page.waitForEvent("download");
        await page.getByRole("menuitem", { name }).click();
        const stream = await (await download).createReadStream();
        const parts: Buffer[] = [];
        for await (const part of stream) parts.push(part as Buffer);
        return Buffer.concat(parts);
      };
      const svg = (await file(t["export.svg"])).toString("utf8");
      // The heat is in it, beneath the plan.
      expect(svg).toMatch(/<image[^>]+href="data:image\/png;base64,/);
      expect(svg).toContain("G0L");
      const csv = (await file(t["place.heat.cells"])).toString("utf8").trim().split("\r\n");
      expect(csv.length).toBeGreaterThan(500);
      // As PDF the page is printed, without the menu it is asked for in.
      await page.evaluate(() => {
        window.print = () => document.body.setAttribute("data-printed", String(document.querySelectorAll("[role=menu]").length));
      });
      await page.getByRole("button", { name: t["export.title"] }).click();
      await page.getByRole("menuitem", { name: t["export.print"] }).click();
      await expect(page.locator("body")).toHaveAttribute("data-printed", "0");
    });
  });

  test.describe(`${language}: the plan's editor`, () => {
    test.describe.configure({ mode: "serial" });
    test("makes a zone by keyboard alone, undoes and redoes it, and saves a version", async ({ page, request }) => {
      const before = await stored(request);
      await open(page, editor(), look);
      await check(page, "editor");
      await page.getByRole("button", { name: t["place.editor.addZone"] }).press("Enter");
      await expect(page.locator(".place-zone-form")).toBeVisible();
      const key = page.getByLabel(t["place.editor.key"], { exact: true });
      await key.fill(`kiosk-${language.toLowerCase()}`);
      await key.press("Enter");
      await page.getByLabel(t["place.name"], { exact: true }).fill("Kiosk");
      const corner = page.getByLabel(`${t["place.editor.cornerN"].replace("{{n}}", "1")} x`);
      await corner.fill("13.3");
      await corner.press("Enter");
      await page.getByRole("button", { name: t["place.editor.move.right"].replace("{{zone}}", "Kiosk") }).press("Enter");
      await check(page, "zone being edited");
      await page.locator("h1").click();
      await page.keyboard.press("Control+z");
      await page.keyboard.press("Control+z");
      await expect(corner).toHaveValue("14");
      await page.keyboard.press("Control+y");
      await page.keyboard.press("Control+y");
      await expect(corner).toHaveValue("13.4");
      await save(page, language);
      await expect(page.getByText(t["editor.unchanged"].replace("{{version}}", String(before.version + 1))).first()).toBeVisible();
      const after = await stored(request);
      expect([after.version, after.note]).toEqual([before.version + 1, "story"]);
      const zone = zonesOf(after.site).find(({ id }) => id === `kiosk-${language.toLowerCase()}`);
      expect(zone).toMatchObject({ name: "Kiosk", kind: "display", shape: [[13.4, 9], [16.1, 9], [16.1, 11], [14.1, 11]] });
      // Nothing else was touched.
      expect(zonesOf(after.site).filter(({ id }) => id !== zone?.id)).toEqual(zonesOf(before.site));
      // What it now lies on is told.
      await expect(page.locator(".place-overlaps")).toContainText("Kiosk");
    });

    test("draws, moves and shapes zones with the mouse, and tells a fault at its zone", async ({ page, request }) => {
      await open(page, editor(), look);
      const at = await placesOf(page);
      await page.getByRole("button", { name: t["place.editor.draw"] }).click();
      for (const [x, y] of [[23, 8], [26, 8], [26, 11], [23, 11], [23, 8]] as const) await page.mouse.click(...at(x, y));
      await expect(page.locator(".place-corners tbody tr")).toHaveCount(4);
      const value = (n: number, axis: "x" | "y") => page.getByLabel(`${t["place.editor.cornerN"].replace("{{n}}", String(n))} ${axis}`);
      await expect(value(1, "x")).toHaveValue("23");
      await expect(value(3, "y")).toHaveValue("11");
      const drag = async (from: readonly [number, number], to: readonly [number, number]) => {
        // What is said above the plan moves it.
        const there = await placesOf(page);
        await page.mouse.move(...there(...from));
        await page.mouse.down();
        await page.mouse.move(...there((from[0] + to[0]) / 2, (from[1] + to[1]) / 2));
        await page.mouse.move(...there(...to));
        await page.mouse.up();
      };
      await drag([26, 11], [27, 12]);
      await expect(value(3, "x")).toHaveValue("27");
      await expect(value(3, "y")).toHaveValue("12");
      // All of it out of the house.
      await drag([25, 9], [25, 18]);
      await expect(value(1, "y")).toHaveValue("17");
      await save(page, language);
      const alert = page.getByRole("alert");
      await expect(alert).toBeVisible();
      await check(page, "refused save");
      await alert.getByRole("button").first().click();
      await expect(page.locator(".place-zone-form .form-fault").first()).toBeVisible();
      await expect(page.locator(".floor-zone.faulty")).toHaveCount(1);
      // A drag is one step: undone, it is where it was.
      await page.locator("h1").click();
      await page.keyboard.press("Control+z");
      await expect(value(1, "y")).toHaveValue("8");
      expect(zonesOf((await stored(request)).site).some(({ id }) => id === "zone-1")).toBe(false);
    });

    test("puts its changes together with what somebody else saved meanwhile, and goes back to a version", async ({ page, request }) => {
      const before = await stored(request);
      await open(page, editor(), look);
      await page.getByRole("button", { name: t["place.editor.newPlan"] }).click();
      await check(page, "new plan");
      const segments = page.locator(".day-segments [role=spinbutton]");
      await segments.first().click();
      await page.keyboard.type(language === "en" ? "05012027" : "20270501");
      await page.getByRole("button", { name: t["place.editor.makePlan"] }).click();
      await expect(page.locator(".scope .select-button").first()).toContainText("2027");
      const theirs = structuredClone(before.site);
      theirs.name = "Theirs";
      const put = await request.put(api(), { params: { expected_version: before.version, note: "theirs" }, data: theirs });
      expect(put.ok(), await put.text()).toBe(true);
      await save(page, language);
      await expect(page.getByRole("alert")).toContainText(String(before.version + 1));
      await check(page, "conflict");
      await page.getByRole("button", { name: t["editor.merge"] }).click();
      await save(page, language);
      await expect.poll(async () => (await stored(request)).version).toBe(before.version + 2);
      const both = await stored(request);
      expect([both.site.name, both.site.plans.map(({ from }) => from).at(-1)]).toEqual(["Theirs", "2027-05-01"]);
      await page.getByRole("button", { name: t["versions.open"] }).click();
      await check(page, "versions");
      await page.getByRole("dialog").getByRole("listitem").nth(2).getByRole("button").click();
      await expect.poll(async () => (await stored(request)).version).toBe(before.version + 3);
      expect((await stored(request)).site).toEqual(before.site);
      await expect(page.locator("h1")).toContainText(sentenceIn(before.site.name, language));
    });

    test("keeps rules as they are said, and shows what holds where nothing is", async ({ page, request }) => {
      const before = await stored(request);
      await open(page, editor(), look);
      const stops = page.getByRole("group", { name: t["place.rules.stops"], exact: true });
      const radius = stops.getByLabel(t["place.rules.stops.radius_m"]);
      await radius.fill("1.25");
      await radius.press("Enter");
      await page.getByRole("group", { name: t["place.rules.groups"] }).getByRole("checkbox").click();
      // What others call the site, and which events are receipts: by keys, as one writes them in a line.
      const names = page.getByRole("group", { name: t["place.rules.knownAs"] }).getByRole("textbox");
      await names.fill("西湖店、 S0012, 西湖店");
      await names.press("Enter");
      await expect(names).toHaveValue("西湖店, S0012");
      const receipts = page.getByRole("group", { name: t["place.rules.receipts"], exact: true });
      await receipts.getByRole("checkbox").click();
      const events = receipts.getByLabel(t["place.rules.events"]);
      await expect(events).toHaveValue("purchase");
      await events.fill("purchase，order_paid");
      await events.press("Enter");
      await check(page, "rules");
      await save(page, language);
      await expect.poll(async () => (await stored(request)).version).toBe(before.version + 1);
      const { rules, known_as } = (await stored(request)).site;
      expect([known_as, rules?.receipts?.events]).toEqual([["西湖店", "S0012"], ["purchase", "order_paid"]]);
      expect([rules?.stops?.radius_m, rules?.groups, rules?.stitching?.door_m]).toEqual([1.25, null, 1.5]);
      // Answers follow at once: everybody is a unit of one. Events do once positions are read anew.
      await page.getByRole("button", { name: t["place.anew.do"] }).click();
      const status = page.locator(".place-anew [role=status]");
      await expect(status).toContainText(/\d,\d{3}/, { timeout: 60_000 });
      const sql = `SELECT count(*) FROM events WHERE source = 'place:${SITE}'`;
      const counted = await request.post(`${shop.url}/v1/workspaces/${FLOORS}/sql`, { data: { sql } });
      await expect(status).toContainText(format.whole(((await counted.json()) as SqlAnswer).rows[0]?.[0] as number));
      const visits = await ask<PlaceVisits>(request, "visits");
      expect(visits.units).toBe(visits.visits);
      await check(page, "read anew");
      // As it was, for the stories in the other language.
      expect((await request.put(api(), { data: before.site })).ok()).toBe(true);
    });
  });
}

for (const language of LANGUAGES) {
  test(`${language}: a workspace without sites says how a plan and positions come in`, async ({ page }) => {
    const empty = await floors({ empty: true });
    await open(page, `${empty.url}/w/${FLOORS}/sites`, { language, theme: "light" });
    await expect(page.locator(".empty h2")).toHaveText(TEXTS[language]["place.none"]);
    await expect(page.locator(".command")).toHaveCount(3);
    await check(page, "no sites");
    await empty.stop();
  });
}

for (const language of LANGUAGES) {
  const text = TEXTS[language];
  test(`the list of pains finds those of floors: ${language}`, async ({ page, request }) => {
    const { pains } = await ask<PlacePains>(request, "pains");
    await open(page, `${shop.url}/w/${FLOORS}/pains`, { language, theme: language === "en" ? "dark" : "light" });
    const site = page.locator(".floor-pains-site").first();
    await site.getByRole("button").click();
    const rows = site.locator("tbody tr");
    if (pains.length === 0) await expect(site.getByRole("status")).not.toBeEmpty();
    else await expect(rows).toHaveCount(pains.length);
    await check(page, "pains of floors in the list");
    await site.getByRole("link").first().click();
    await expect(page).toHaveURL(/sites/);
    await expect(page.locator(".link-tabs").getByRole("link", { name: text["place.show.pains"], exact: true })).toHaveAttribute("aria-current", "page");
  });
}
