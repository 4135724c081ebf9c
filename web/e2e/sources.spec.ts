// A live source from nothing: made, given keys, set up, its keys replaced and taken back, changed and deleted.
import { expect, test } from "@playwright/test";

import type { Sources } from "../src/api/types";
import { setupsOf } from "../src/features/sources/setups";
import { SHOP, addKey, addSource, event, send } from "./live";
import type { Running } from "./server";
import { startEmpty } from "./server";
import { LANGUAGES, TEXTS, THEME_OF, open } from "./story";
import { check, withAxe } from "./wcag";

let server: Running;
test.beforeAll(async () => {
  server = await startEmpty(SHOP);
});
test.afterAll(() => server.stop());

const at = (path: string) => `${server.url}/w/${SHOP}/${path}`;
const refusedStatus = (status: number) => status === 401 || status === 403;

for (const language of LANGUAGES) {
  test(`a source is made, and a key of it sends until it is taken back (${language})`, async ({ page, request }) => {
    const t = TEXTS[language];
    // What came of a source is remembered by its id, also once it is deleted.
    const nth = LANGUAGES.indexOf(language);
    const id = `web-shop-${nth}`;
    await open(page, at("sources"), { language, theme: "light" });
    await page.locator(".page-actions").getByRole("button", { name: t["source.new"] }).click();
    const form = page.getByRole("dialog");
    await form.getByRole("button", { name: t["form.save"] }).click();
    await expect(form.getByLabel(t["source.name"])).toBeFocused();
    await form.getByLabel(t["source.name"]).fill(`Web shop ${nth}`);
    await expect(form.getByLabel(t["source.id"], { exact: true })).toHaveValue(id);
    await form.getByLabel(t["source.origins"]).fill("shop.example.com");
    await form.getByRole("button", { name: t["form.save"] }).click();
    await expect(form.getByText(t["source.originFault"].replace("{{origin}}", "shop.example.com"))).toBeVisible();
    await form.getByLabel(t["source.origins"]).fill("https://shop.example.com\nhttp://127.0.0.1:3000/");
    await form.getByRole("button", { name: t["form.save"] }).click();

    await expect(page).toHaveURL(new RegExp(`/sources/${id}$`));
    await expect(page.getByText(t["keys.none"])).toBeVisible();
    await expect(page.locator(".facts")).toContainText("http://127.0.0.1:3000");
    await expect(page.locator(".facts")).toContainText(t["source.waiting"]);

    // A secret is read this once, and fills the code that needs one.
    await page.getByRole("button", { name: t["keys.new.secret"] }).first().click();
    const secret = (await page.locator(".fresh-key code").textContent()) ?? "";
    expect(secret.length).toBeGreaterThan(20);
    await page.goto(at(`sources/${id}?setup=throughline-http`));
    await expect(page.locator(".fresh-key")).toHaveCount(0);
    await expect(page.locator(".set-up")).toContainText("YOUR_SECRET_KEY");
    expect(await page.locator("main").textContent()).not.toContain(secret);
    expect(await send(request, server.url, secret, event("order_paid", "m1"))).toBeLessThan(300);
    await expect(page.locator(".facts")).toContainText(t["source.sending"]);

    // Rotated: both work for a while; then the old one is taken back.
    const rows = page.locator("tbody tr");
    await rows.first().getByRole("button", { name: new RegExp(t["keys.rotate"]) }).click();
    const ask = page.getByRole("alertdialog");
    await ask.getByLabel(t["keys.grace"]).fill("9999");
    await expect(ask.getByRole("button", { name: t["keys.rotateDo"] })).toBeDisabled();
    await ask.getByLabel(t["keys.grace"]).fill("2");
    await ask.getByRole("button", { name: t["keys.rotateDo"] }).click();
    await expect(rows).toHaveCount(2);
    const next = (await page.locator(".fresh-key code").textContent()) ?? "";
    await expect(page.locator(".set-up")).toContainText(next);
    expect(await send(request, server.url, secret, event("order_paid", "m1"))).toBeLessThan(300);
    await rows.filter({ hasText: secret.slice(0, 8) }).filter({ hasNot: page.getByRole("button", { name: new RegExp(t["keys.rotate"]) }) }).getByRole("button", { name: new RegExp(t["keys.revoke"]) }).click();
    await ask.getByRole("button", { name: t["keys.revokeDo"] }).click();
    await expect(rows).toHaveCount(1);
    expect(refusedStatus(await send(request, server.url, secret, event("order_paid", "m1")))).toBe(true);
    expect(await send(request, server.url, next, event("order_paid", "m1"))).toBeLessThan(300);

    // Changed, then deleted: its keys are gone with it.
    await page.getByRole("button", { name: t["source.edit"] }).click();
    await page.getByRole("dialog").getByLabel(t["source.name"]).fill("官网");
    await page.getByRole("dialog").getByRole("button", { name: t["form.save"] }).click();
    await expect(page.getByRole("heading", { level: 1, name: "官网" })).toBeVisible();
    await page.getByRole("button", { name: t["source.delete"], exact: true }).click();
    await ask.getByRole("button", { name: t["source.deleteDo"] }).click();
    await expect(page).toHaveURL(/\/sources$/);
    const { sources } = (await (await request.get(`${server.url}/v1/workspaces/${SHOP}/sources`)).json()) as Sources;
    expect(sources.map((each) => each.id)).not.toContain(id);
    expect(refusedStatus(await send(request, server.url, next, event("order_paid", "m1")))).toBe(true);
  });
}

test("every sender has code with this server's address and the source's key", async ({ page, request }) => {
  const t = TEXTS.en;
  await addSource(request, server.url, "set-up", "Set-up");
  const { key } = await addKey(request, server.url, "set-up", "public");
  for (const { id, vendor, key: kind } of setupsOf({ address: server.url, key })) {
    await open(page, at(`sources/set-up?setup=${id}`), { language: "en", theme: "light" });
    const code = page.locator(".set-up .code pre");
    await expect(page.locator(".set-up .select-button").first()).toContainText(t[`sdk.vendor.${vendor}`]);
    const said = (await code.allTextContents()).join("\n");
    expect(said, id).toContain(new URL(server.url).host);
    expect(said, id).toContain(kind === "public" ? key : "YOUR_SECRET_KEY");
  }
  await page.getByLabel(t["sdk.address"]).fill("https://collect.example.com/in/");
  await expect(page.locator(".set-up .code pre").last()).toContainText("https://collect.example.com/in/");
  await page.getByLabel(t["sdk.address"]).fill("nonsense");
  await expect(page.getByText(t["sdk.addressFault"])).toBeVisible();
});

for (const language of LANGUAGES) {
  test(`the keys of all sources stand on one page, and are replaced and taken back there ${language}`, async ({ page, request }) => {
    const t = TEXTS[language];
    await withAxe({ page });
    const [one, other] = [`keys-one-${language}`.toLowerCase(), `keys-other-${language}`.toLowerCase()];
    const secret = await addSource(request, server.url, one, `Source ${one}`, ["https://shop.example.com"]);
    await addSource(request, server.url, other, `Source ${other}`);
    await open(page, at("keys"), { language, theme: THEME_OF[language] });
    const rows = (id: string) => page.locator("tbody tr").filter({ hasText: `Source ${id}` });
    const row = rows(one).filter({ hasText: secret.slice(0, 10) });
    await expect(row).toContainText(t["keys.state.unused"]);
    await expect(row).toContainText("https://shop.example.com");
    await expect(row).toContainText(t["keys.kind.secret"]);
    await check(page, "keys");
    expect(await send(request, server.url, secret, event("order_paid", "k1"))).toBeLessThan(300);

    await row.getByRole("button", { name: new RegExp(`^${t["keys.rotate"]}`) }).press("Enter");
    await page.getByRole("alertdialog").getByRole("button", { name: t["keys.rotateDo"] }).press("Enter");
    await expect(rows(one)).toHaveCount(2);
    await expect(row).toContainText(t["keys.state.ending"]);
    const next = (await page.locator(".fresh-key code").textContent()) ?? "";
    await row.getByRole("button", { name: new RegExp(`^${t["keys.revoke"]}`) }).press("Enter");
    await page.getByRole("alertdialog").getByRole("button", { name: t["keys.revokeDo"] }).press("Enter");
    await expect(rows(one)).toHaveCount(1);
    expect(refusedStatus(await send(request, server.url, secret, event("order_paid", "k2")))).toBe(true);
    expect(await send(request, server.url, next, event("order_paid", "k2"))).toBeLessThan(300);
    await page.getByRole("link", { name: `Source ${other}` }).first().click();
    await expect(page).toHaveURL(new RegExp(`/sources/${other}$`));
  });

  const theme = THEME_OF[language];
  test(`sources are accessible ${language} ${theme}`, async ({ page, request }) => {
    const t = TEXTS[language];
    const look = { language, theme } as const;
    await withAxe({ page });
    const id = `axe-${language}-${theme}`.toLowerCase();
    await addSource(request, server.url, id, "Web");
    await open(page, at("sources"), look);
    await page.locator("tbody tr").first().waitFor();
    await check(page, "list");
    await page.locator(".page-actions").getByRole("button", { name: t["source.new"] }).click();
    await page.getByRole("dialog").getByRole("button", { name: t["form.save"] }).click();
    await check(page, "form with a fault");
    await open(page, at(`sources/${id}`), look);
    await page.getByRole("button", { name: t["keys.new.secret"] }).first().click();
    await page.locator(".fresh-key").waitFor();
    await check(page, "source with a new secret");
    await page.getByRole("button", { name: new RegExp(`^${t["keys.rotate"]}`) }).first().click();
    await page.getByRole("alertdialog").waitFor();
    await check(page, "rotation");
    await page.route("**/v1/workspaces/*/sources", (route) => route.fulfill({ json: { sources: [] } }));
    await open(page, at("sources"), look);
    await page.locator(".empty").first().waitFor();
    await check(page, "no sources");
  });
}

for (const language of LANGUAGES) {
  test(`a limited key sends what it may, and what the doors refuse is counted: ${language}`, async ({ page, request }) => {
    const t = TEXTS[language];
    const source = `limited-${language.toLowerCase()}`;
    await addSource(request, server.url, source, source);
    await withAxe({ page });
    await open(page, at(`sources/${source}`), { language, theme: THEME_OF[language] });
    await page.getByRole("button", { name: t["keys.limited"] }).click();
    const ask = page.getByRole("alertdialog");
    await expect(ask.getByRole("button", { name: t["keys.scope.event"] })).toBeVisible();
    await check(page, "a limited key is asked for");
    await ask.getByRole("button", { name: t["keys.limitedDo"], exact: true }).click();
    const keys = page.getByRole("region", { name: t["keys.title"] });
    // Beside the secret of its own that a source of these stories has.
    const row = keys.locator("tbody tr").filter({ hasText: t["keys.scope.only"].replace("{{what}}", t["keys.scope.event"]) });
    await expect(row).toHaveCount(1);
    const key = (await row.locator("th code").textContent()) ?? "";

    expect(await send(request, server.url, key, event("order_paid", "m1"))).toBeLessThan(300);
    expect(await send(request, server.url, key, event("$identify", "m1"))).toBe(403);
    const refused = page.getByRole("region", { name: t["refused.title"] });
    await expect(refused.locator("tbody tr")).toHaveCount(1);
    await expect(refused.locator("tbody tr")).toContainText(t["refused.why.kind_refused"]);
    await check(page, "what the doors refused");
  });
}
