// Sensors of a site: added, given an address that works once it is pasted, watched, and removed, by mouse and by keyboard.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "@playwright/test";

import type { SensorList } from "../src/api/types";
import { makeFormat } from "../src/ui/format";
import { FLOORS, SITE, floors } from "./floors";
import type { Running } from "./server";
import { SAMPLES } from "./server";
import { LANGUAGES, TEXTS, open, tabTo } from "./story";
import { check, withAxe } from "./wcag";

test.beforeEach(withAxe);

let shop: Running;
test.beforeAll(async () => {
  test.setTimeout(300_000);
  shop = await floors();
});
test.afterAll(() => shop.stop());

const PAYLOADS = join(SAMPLES, "../testdata/place/payloads");

for (const language of LANGUAGES) {
  const t = TEXTS[language];
  const format = makeFormat(language);
  const look = { language, theme: language === "en" ? "dark" : "light" } as const;

  test(`${language}: a door's counter is connected, watched, given another key and removed`, async ({ page, request }) => {
    const api = `${shop.url}/v1/workspaces/${FLOORS}/sites/${SITE}`;
    await open(page, `${shop.url}/w/${FLOORS}/sites/${SITE}`, look);
    await page.getByRole("link", { name: t["sensors.title"], exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: t["sensors.title"] })).toBeVisible();
    await expect(page.getByText(t["sensors.none"])).toBeVisible();
    await check(page, `sensors ${language} 1`);

    // A form that is not filled says what it lacks.
    await page.getByRole("button", { name: t["sensors.add"] }).click();
    const form = page.getByRole("dialog");
    await form.getByRole("button", { name: t["form.save"] }).click();
    await expect(form.getByLabel(t["sensors.name"])).toBeFocused();
    await expect(form.getByText(t["form.needed"]).first()).toBeVisible();
    await form.getByLabel(t["sensors.name"]).fill("North door");
    await expect(form.getByLabel(t["sensors.id"], { exact: true })).toHaveValue("north-door");
    await check(page, `sensors ${language} 2`);
    await form.getByRole("button", { name: t["form.save"] }).click();
    await expect(form).toHaveCount(0);

    // The address works as it stands, with the vendor's body as it comes.
    const address = (await page.getByRole("region", { name: t["sensors.addressOf"].replace("{{name}}", "North door") }).innerText()).trim();
    expect(address).toContain("/sensor/tln_");
    await check(page, `sensors ${language} 3`);
    const body = readFileSync(join(PAYLOADS, "hikvision_psia_timerange.xml"));
    const pushed = await request.post(address, { data: body, headers: { "content-type": "application/xml" } });
    expect(pushed.status(), await pushed.text()).toBe(200);
    expect((await request.post(address, { data: "no XML" })).status()).toBe(400);
    const row = page.getByRole("row").filter({ hasText: "north-door" });
    await expect(row).toContainText(t["sensors.state.sending"], { timeout: 20_000 });
    const { sensors } = (await (await request.get(`${api}/sensors`)).json()) as SensorList;
    const sensor = sensors.find(({ id }) => id === "north-door");
    expect([sensor?.refused, (sensor?.accepted ?? 0) > 0]).toEqual([1, true]);
    await expect(row.getByRole("cell").nth(4)).toHaveText(format.whole(sensor?.accepted ?? 0));
    await expect(row).toContainText(sensor?.refusal?.reason ?? "?");

    await page.getByRole("button", { name: t["sensors.kept"] }).click();
    await expect(page.getByText(t["sensors.once"])).toHaveCount(0);
    expect(await page.content()).not.toContain(address);

    // By keyboard: another key, with the old one going on for a day.
    const rotate = page.getByRole("button", { name: t["sensors.rotateOf"].replace("{{name}}", "North door") });
    await tabTo(page, new RegExp(`^${t["sensors.rotateOf"].replace("{{name}}", "North door")}$`));
    await expect(rotate).toBeFocused();
    await page.keyboard.press("Enter");
    const ask = page.getByRole("alertdialog");
    await ask.getByRole("button", { name: t["sensors.rotateDo"] }).press("Enter");
    await expect(ask).toHaveCount(0);
    const second = (await page.getByRole("region", { name: t["sensors.addressOf"].replace("{{name}}", "North door") }).innerText()).trim();
    expect(second).not.toBe(address);
    for (const each of [address, second]) expect((await request.post(each, { data: body })).status()).toBe(200);
    await expect(row).toContainText(t["sensors.oldKey"].split("{{")[0] ?? "?", { timeout: 20_000 });

    // A broker nobody answers at says so.
    await page.getByRole("button", { name: t["sensors.add"] }).click();
    await form.getByLabel(t["sensors.name"]).fill("Tags");
    await form.getByRole("radio", { name: t["sensors.way.mqtt"] }).click();
    await form.getByLabel(t["sensors.url"]).fill("http://127.0.0.1");
    await form.getByLabel(t["sensors.topic"]).fill("tags");
    await form.getByRole("button", { name: t["form.save"] }).click();
    await expect(form.getByText(t["sensors.urlFault"])).toBeVisible();
    await form.getByLabel(t["sensors.url"]).fill("mqtt://127.0.0.1:1");
    await form.getByRole("button", { name: t["form.save"] }).click();
    await expect(form).toHaveCount(0);
    await expect(page.getByRole("row").filter({ hasText: "mqtt://127.0.0.1:1" })).toContainText(t["sensors.state.unconnected"], { timeout: 30_000 });
    await check(page, `sensors ${language} 4`);

    for (const name of ["North door", "Tags"]) {
      await page.getByRole("button", { name: t["sensors.removeOf"].replace("{{name}}", name) }).click();
      await ask.getByRole("button", { name: t["sensors.removeDo"] }).click();
      await expect(ask).toHaveCount(0);
    }
    await expect(page.getByText(t["sensors.none"])).toBeVisible();
    expect((await request.post(second, { data: body })).status()).toBe(401);
  });
}
