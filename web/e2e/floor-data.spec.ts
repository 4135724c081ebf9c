// A floor that is set up on the web: from files of its plan to positions, the visits behind a figure, two days beside each other,
// and a day that is removed. All of it by keys where one can tell.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { APIRequestContext, Page } from "@playwright/test";
import { expect, test } from "@playwright/test";

import type { PlaceFlows, PlaceQueues, PlaceVisitList, PlaceVisits, PlaceZones, PositionDays, SiteVersion } from "../src/api/types";
import { makeFormat } from "../src/ui/format";
import type { Running } from "./server";
import { SAMPLES, startEmpty } from "./server";
import type { Language } from "./story";
import { LANGUAGES, TEXTS, filled, open } from "./story";
import { check, withAxe } from "./wcag";

test.beforeEach(withAxe);

const WORKSPACE = "hall";
const DAYS = ["2026-03-01", "2026-03-02"] as const;
const PLANS = join(SAMPLES, "../testdata/place/floorplans");

function box(id: string, kind: string, left: number, right: number) {
  return { type: "Feature", properties: { id, kind, name: id }, geometry: { type: "Polygon", coordinates: [[[left, 0], [right, 0], [right, 10], [left, 10], [left, 0]]] } };
}

/** A hall of 20 m by 10 m in metres: a queue before a till, and a shelf. `wine`: how far to the right the shelf begins. */
function hall(wine: number): Buffer {
  const features = [box("outline", "outline", 0, 20), box("tail", "queue_tail", 0, 5), box("till", "till", 5, 10), box("wine", "display", wine, wine + 5)];
  return Buffer.from(JSON.stringify({ type: "FeatureCollection", features }));
}

/** Walks of 64 s at a quarter metre a second from the left to the right, a minute after each other; on the second day there are fewer. One
 * row has no time. */
function positions(): Buffer {
  const rows = ["track_id,t,x,y,floor"];
  for (const [index, day] of DAYS.entries()) {
    for (let walker = 0; walker < 12 - 4 * index; walker += 1) {
      for (let second = 0; second <= 64; second += 1) {
        const time = new Date(Date.parse(`${day}T02:00:00Z`) + (walker * 60 + second) * 1000).toISOString();
        rows.push(`${index}-${walker},${time},${1 + second / 4},${1 + walker / 2},hall`);
      }
    }
  }
  return Buffer.from(`${rows.join("\n")}\nx,never,1,1,hall\n`);
}

/** Types a day into the field of days; its parts are in the order of the language. */
async function typeDay(page: Page, language: Language, day: string): Promise<void> {
  const [year = "", month = "", date = ""] = day.split("-");
  await page.locator(".day-segments [role=spinbutton]").first().click();
  await page.keyboard.type(language === "en" ? `${month}${date}${year}` : `${year}${month}${date}`);
}

for (const language of LANGUAGES) {
  const t = TEXTS[language];
  const format = makeFormat(language);
  const look = { language, theme: language === "en" ? "dark" : "light" } as const;

  test.describe(`${language}: a floor set up on the web`, () => {
    test.describe.configure({ mode: "serial" });
    let shop: Running;
    let [api, site] = ["", ""];
    test.beforeAll(async () => {
      test.setTimeout(120_000);
      shop = await startEmpty(WORKSPACE);
      site = `${shop.url}/w/${WORKSPACE}/sites/hall`;
      api = `${shop.url}/v1/workspaces/${WORKSPACE}/sites/hall`;
    });
    test.afterAll(() => shop.stop());

    const ask = async <Answer>(request: APIRequestContext, what: string, body: object = {}): Promise<Answer> => {
      const answer = await request.post(`${api}/${what}`, { data: body });
      expect(answer.ok(), await answer.text()).toBe(true);
      return (await answer.json()) as Answer;
    };
    const view = (fields: object) => `${site}?view=${encodeURIComponent(JSON.stringify({ v: 1, ...fields }))}`;

    test("reads a plan, tells faults at their zones, and saves the first version", async ({ page, request }) => {
      await open(page, `${shop.url}/w/${WORKSPACE}/sites`, look);
      await page.getByRole("link", { name: t["place.setup.newSite"] }).first().press("Enter");
      await expect(page.locator("h1")).toHaveText(t["place.setup.newSite"]);
      await check(page, "a new site");
      const input = page.locator("input[type=file]");
      await input.setInputFiles({ name: "wrong.geojson", mimeType: "application/geo+json", buffer: hall(18) });
      const part = page.locator(".place-part");
      await expect(part.locator("tbody tr").first()).toContainText(filled(t["place.fault.outside_floor"], { a: "30.00", b: "50.00" }));
      await expect(part.locator(".floor-zone.faulty")).toHaveCount(1);
      await check(page, "a plan with a fault");
      await part.getByRole("button", { name: filled(t["action.of"], { action: t["place.data.remove"], of: "wrong.geojson" }) }).press("Enter");
      await expect(part).toHaveCount(0);
      await input.setInputFiles({ name: "hall.geojson", mimeType: "application/geo+json", buffer: hall(12) });
      await expect(part.locator("tbody tr")).toHaveCount(3);
      await expect(part).toContainText(filled(t["place.setup.areas"], { outline: "200", walkable: "200" }));
      const name = page.getByLabel(t["place.name"], { exact: true });
      await name.fill("");
      await page.getByRole("button", { name: filled(t["place.setup.save"], { version: 1 }) }).press("Enter");
      await expect(page.getByText(t["place.setup.nameMissing"])).toBeVisible();
      await expect(page.getByText(t["place.setup.dayMissing"])).toBeVisible();
      await name.fill("Hall");
      await expect(page.getByLabel(t["place.setup.key"])).toHaveValue("hall");
      await typeDay(page, language, "2026-01-01");
      await check(page, "a site to be saved");
      await page.getByRole("button", { name: filled(t["place.setup.save"], { version: 1 }) }).press("Enter");
      await expect(page.locator("h1")).toHaveText("Hall");
      const saved = (await (await request.get(api)).json()) as SiteVersion;
      expect([saved.version, saved.site.plans.map(({ from }) => from), saved.site.plans[0]?.floors[0]?.zones?.map(({ id, kind }) => [id, kind])]).toEqual([1, ["2026-01-01"], [["tail", "queue_tail"], ["till", "till"], ["wine", "display"]]]);
      // What was handed in is not kept; nobody waits until it is thrown away.
      await expect.poll(async () => ((await (await request.get(`${shop.url}/v1/workspaces/${WORKSPACE}/uploads`)).json()) as { uploads: unknown[] }).uploads).toEqual([]);
    });

    test("fits a picture by known places, the fourth of which shows the error, as another plan of the site", async ({ page, request }) => {
      await open(page, `${site}/edit`, look);
      await page.getByRole("link", { name: t["place.editor.planFile"] }).press("Enter");
      await page.locator("input[type=file]").setInputFiles({ name: "shop.png", mimeType: "image/png", buffer: readFileSync(join(PLANS, "shop_20px_per_m.png")) });
      const status = page.locator(".place-points [role=status]");
      await expect(status).toHaveText(filled(t["place.setup.pointsLeast"], { n: 3 }));
      // The first place is pressed on the picture, the others are typed.
      const picture = page.locator(".place-picture-points");
      const frame = await picture.boundingBox();
      await picture.click({ position: { x: 0.5, y: (frame?.height ?? 1) - 0.5 } });
      const rows = page.locator(".place-points tbody tr");
      await expect(rows).toHaveCount(1);
      for (let n = 0; n < 3; n += 1) await page.getByRole("button", { name: t["place.setup.addPoint"] }).press("Enter");
      const points = [["0", "400", "0", "0"], ["600", "400", "30", "0"], ["0", "0", "0", "20"], ["600", "0", "30.4", "20"]];
      for (const [row, values] of points.entries()) {
        for (const [column, value] of values.entries()) await rows.nth(row).locator("input").nth(column).fill(value);
        if (row === 2) await expect(status).toHaveText(t["place.setup.residualNone"]);
      }
      await expect(status).toHaveText(filled(t["place.setup.residual"], { n: "0.1" }));
      await expect(rows.nth(3)).toContainText(filled(t["place.setup.metres"], { n: "0.1" }));
      await expect(page.locator(".place-part canvas.beneath")).toBeVisible();
      await check(page, "known places of a picture");
      await typeDay(page, language, "2027-01-01");
      await expect(page.locator(".place-save .place-doubts")).toContainText("wine");
      await page.getByRole("button", { name: filled(t["place.setup.save"], { version: 2 }) }).press("Enter");
      await expect.poll(async () => ((await (await request.get(api)).json()) as SiteVersion).site.plans.map(({ from }) => from)).toEqual(["2026-01-01", "2027-01-01"]);
    });

    test("takes positions, and tells rows that were refused and what each rule did", async ({ page, request }) => {
      await open(page, site, look);
      await expect(page.locator(".link-tabs").getByRole("link", { name: t["place.show.data"], exact: true })).toHaveAttribute("aria-current", "page");
      await page.locator("input[type=file]").setInputFiles({ name: "walks.csv", mimeType: "text/csv", buffer: positions() });
      await expect(page.locator(".wizard h2").last()).toHaveText(filled(t["place.data.is.done"], { name: "walks.csv" }), { timeout: 60_000 });
      await expect(page.locator(".wizard .badge-bad")).toContainText(t["place.reason.time_unreadable"]);
      await expect(page.getByRole("button", { name: t["place.data.rejects"] })).toBeVisible();
      const reports = page.getByRole("region", { name: t["place.data.reports"] });
      await expect(reports.locator("tbody tr")).toHaveCount(2);
      const { days } = (await (await request.get(`${api}/days`)).json()) as PositionDays;
      expect(days.map(({ day, sightings }) => [day, sightings])).toEqual([[DAYS[0], 12 * 65], [DAYS[1], 8 * 65]]);
      const held = page.getByRole("region", { name: t["place.data.days"], exact: true });
      await expect(held.locator("tbody tr").first()).toContainText(format.whole(8 * 65));
      const visits = await ask<PlaceVisits>(request, "visits");
      await expect(held.locator("tbody tr").first().locator("td").nth(1)).toHaveText(format.whole(visits.days[1]?.visits ?? 0));
      await check(page, "positions that came in");
    });

    test("paints its heat though answers come late and the window changes", async ({ page }) => {
      await page.route("**/heat", async (route) => {
        const answer = await route.fetch();
        await page.setViewportSize({ width: 900, height: 700 });
        await route.fulfill({ response: answer });
      });
      await open(page, view({ show: "heat", cell: 2 }), look);
      const canvas = page.locator("canvas.beneath");
      await expect(canvas).toBeVisible();
      const painted = () => canvas.evaluate((element) => {
        const { width, height } = element as HTMLCanvasElement;
        const pixels = (element as HTMLCanvasElement).getContext("2d")?.getImageData(0, 0, width, height).data ?? [];
        return [...pixels].filter((value, at) => at % 4 === 3 && value > 0).length / (width * height);
      });
      await expect.poll(painted).toBeGreaterThan(0.2);
      await page.setViewportSize({ width: 700, height: 700 });
      await expect.poll(painted).toBeGreaterThan(0.2);
    });

    test("leads from a figure of a zone, a flow and a queue to as many visits, and opens one", async ({ page, request }) => {
      const zones = await ask<PlaceZones>(request, "zones");
      const wine = zones.zones.find(({ zone }) => zone === "wine");
      await open(page, view({ show: "zones" }), look);
      await page.getByRole("button", { name: `wine · ${t["place.figure.last"]}:` }).press("Enter");
      await page.getByRole("dialog").getByRole("button", { name: t["place.visits.behind"] }).press("Enter");
      const rows = page.locator(".place-visits tbody tr");
      await expect(rows).toHaveCount(wine?.last ?? -1);
      await expect(page.locator(".place-behind")).toContainText(filled(t["place.visits.of.last"], { zone: "wine" }));
      await check(page, "visits behind a figure");
      await page.goBack();
      await expect(page.locator(".link-tabs").getByRole("link", { name: t["place.show.zones"], exact: true })).toHaveAttribute("aria-current", "page");

      const flows = await ask<PlaceFlows>(request, "flows");
      await page.locator(".link-tabs").getByRole("link", { name: t["place.show.flows"], exact: true }).click();
      await page.getByRole("region", { name: t["place.flows.moves"] }).locator("tbody tr").first().getByRole("button").first().press("Enter");
      await page.getByRole("dialog").getByRole("button", { name: t["place.visits.behind"] }).press("Enter");
      await expect(rows).toHaveCount(flows.moves.links[0]?.visits ?? -1);

      const { queues } = await ask<PlaceQueues>(request, "queues");
      await page.locator(".link-tabs").getByRole("link", { name: t["place.show.queues"], exact: true }).click();
      await page.getByRole("button", { name: `tail · ${t["place.queue.served"]}:` }).press("Enter");
      await page.getByRole("dialog").getByRole("button", { name: t["place.visits.behind"] }).press("Enter");
      await expect(rows).toHaveCount(queues[0]?.served ?? -1);

      // Without that, and by what one picks.
      await page.getByRole("button", { name: t["place.visits.anyFigure"] }).press("Enter");
      const all = await ask<PlaceVisitList>(request, "visits/list", { limit: 200 });
      await expect(rows).toHaveCount(all.visits.length);
      const [first] = all.visits;
      await rows.first().getByRole("button").press("Enter");
      const drawer = page.getByRole("dialog");
      await expect(drawer.locator(".visit-way path")).toHaveAttribute("d", /^M.*L/);
      await expect(drawer.locator(".place-moment")).toHaveCount((first?.stays.length ?? 0) + (first?.waits.length ?? 0));
      await drawer.locator(".place-moment").first().press("Enter");
      await expect(drawer.locator(".floor-zone.picked")).toHaveCount(1);
      await check(page, "one visit");
    });

    test("puts two days beside each other with their difference", async ({ page, request }) => {
      await open(page, view({ show: "compare", figure: "reach" }), look);
      await page.getByRole("button", { name: filled(t["place.compare.lastDays"], { day: format.day(DAYS[1]), before: format.day(DAYS[0]) }) }).press("Enter");
      const of = async (day: string) => ask<PlaceZones>(request, "zones", { scope: { from: day, to: day } });
      const [one, other] = [await of(DAYS[1]), await of(DAYS[0])];
      const reach = ({ zones }: PlaceZones) => format.percent(zones.find(({ zone }) => zone === "wine")?.reach);
      const row = page.locator("#table-compare").locator("xpath=ancestor::section").locator("tbody tr", { hasText: "wine" });
      await expect(row.locator("td").nth(0)).toHaveText(reach(one));
      await expect(row.locator("td").nth(1)).toHaveText(reach(other));
      await expect(page.locator("svg.floor-plan")).toHaveCount(2);
      await check(page, "two days");
      await page.getByRole("radio", { name: t["place.show.heat"] }).click();
      await expect(page.locator("canvas.beneath")).toHaveCount(2);
      await check(page, "heat of two days");
      await expect(page).toHaveURL(/against/);
    });

    test("shows all of it on a narrow window", async ({ page }) => {
      await page.setViewportSize({ width: 390, height: 800 });
      for (const show of ["visits", "compare", "data"]) {
        await open(page, view({ show }), look);
        await expect(page.locator(".link-tabs")).toBeVisible();
        await expect(page.locator(".skeleton")).toHaveCount(0);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      }
    });

    test("removes a day once it is asked, and says what that means", async ({ page, request }) => {
      await open(page, view({ show: "data" }), look);
      await page.getByRole("button", { name: filled(t["place.data.removeDay"], { day: format.day(DAYS[0]) }) }).press("Enter");
      const dialog = page.getByRole("alertdialog");
      await expect(dialog).toContainText(filled(t["place.data.removeHow"], { n: format.whole(12 * 65) }));
      await check(page, "asked before a day is removed");
      await dialog.getByRole("button", { name: t["place.data.remove"], exact: true }).press("Enter");
      await expect(dialog).toHaveCount(0);
      const { days } = (await (await request.get(`${api}/days`)).json()) as PositionDays;
      expect(days.map(({ day }) => day)).toEqual([DAYS[1]]);
      await expect(page.getByRole("region", { name: t["place.data.days"], exact: true }).locator("tbody tr")).toHaveCount(1);
    });
  });
}
