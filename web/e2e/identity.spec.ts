// A family shares a tablet and a phone number: the queue is looked through, decided and undone by the keyboard; rules are
// tried and saved; a customer is explained and split.
import type { APIRequestContext, Page } from "@playwright/test";
import { expect, test } from "@playwright/test";

import type { CustomerListing, IdentityDecisionList, IdentityReview } from "../src/api/types";
import { startFamily } from "./family";
import { SHOP } from "./live";
import type { Running } from "./server";
import { LANGUAGES, TEXTS, THEME_OF, labelled, open } from "./story";
import { check, withAxe } from "./wcag";

let server: Running;
test.beforeAll(async ({ playwright }) => {
  server = await startFamily(playwright);
});
test.afterAll(() => server.stop());

const at = (path: string) => `${server.url}/w/${SHOP}/${path}`;
const api = (path: string) => `${server.url}/v1/workspaces/${SHOP}/${path}`;

async function customerOf(request: APIRequestContext, value: string): Promise<string> {
  const answer = await request.get(api("customers/search"), { params: { value } });
  return ((await answer.json()) as CustomerListing).items[0]?.customer ?? "";
}

async function decisions(request: APIRequestContext): Promise<IdentityDecisionList> {
  return (await (await request.get(api("identity/decisions"))).json()) as IdentityDecisionList;
}

async function waiting(request: APIRequestContext): Promise<number> {
  return ((await (await request.get(api("identity/review"))).json()) as IdentityReview).total;
}

/** Nothing decided, and the rules every workspace begins with. */
async function afresh(request: APIRequestContext): Promise<void> {
  for (const { id } of (await decisions(request)).decisions) await request.delete(api(`identity/decisions/${id}`));
  const policy = ((await (await request.get(api("identity/policy?version=0"))).json()) as { policy: object }).policy;
  await request.put(api("identity/policy"), { data: policy });
  expect(await waiting(request)).toBe(2);
}

test.beforeEach(({ request }) => afresh(request));

const current = (page: Page) => page.locator(".identity-opener[aria-current=true]");

for (const language of LANGUAGES) {
  test(`a case is looked at, tried, decided and taken back, all by the keyboard (${language})`, async ({ page, request }) => {
    const t = TEXTS[language];
    await open(page, at("customers"), { language, theme: "light" });
    await page.getByRole("link", { name: t["nav.identity"], exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: t["identity.review"] })).toBeVisible();
    const cases = page.locator(".identity-cases > li");
    await expect(cases).toHaveCount(2);
    await expect(page.locator(".identity-side")).toHaveCount(2);

    // Through the queue and back; the end of it is the end.
    const [first, second] = [await cases.first().locator(".identity-subject").textContent(), await cases.last().locator(".identity-subject").textContent()];
    for (const [key, name] of [["j", second], ["j", second], ["k", first], ["k", first]] as const) {
      await page.keyboard.press(key);
      await expect(current(page)).toContainText(name ?? "");
    }
    if (!first?.includes("tablet")) await page.keyboard.press("j");
    await expect(current(page)).toContainText("tablet");
    const pane = page.locator(".identity-case");
    await expect(pane.locator(".identity-side").first()).toContainText("anna");
    await expect(pane.locator(".identity-side").last()).toContainText("bob");
    await expect(pane.locator(".table tbody tr").filter({ hasText: t["identity.evidence.withheld"] })).toHaveCount(1);
    await expect(pane.locator(".identity-line-withheld")).toHaveCount(1);

    // Tried: two customers would be one. Nothing is written.
    await page.keyboard.press("1");
    await expect(pane.locator(".identity-before-after")).toContainText("2");
    await expect(pane.locator(".identity-effect")).toContainText("7");
    expect(await customerOf(request, "anna")).not.toBe(await customerOf(request, "bob"));
    await page.keyboard.press("2");
    await expect(pane.getByText(t["identity.effect.none"])).toBeVisible();
    await page.keyboard.press("1");
    await pane.getByLabel(t["form.note"]).fill("jd: one person");
    await expect(current(page)).toContainText("tablet");
    await pane.getByRole("button", { name: t["identity.doDecide"] }).click();
    const toast = page.locator(".identity-toast");
    await expect(toast).toContainText(t["identity.decision.join"]);
    expect(await customerOf(request, "anna")).toBe(await customerOf(request, "bob"));
    expect((await decisions(request)).decisions[0]).toMatchObject({ decision: "join", note: "jd: one person" });
    await expect(page.getByText(t["identity.none"])).toBeVisible();

    // Taken back from the bar.
    await page.locator("h1").click();
    await page.keyboard.press("u");
    await expect(cases).toHaveCount(2);
    expect(await customerOf(request, "anna")).not.toBe(await customerOf(request, "bob"));
    expect((await decisions(request)).total).toBe(0);

    // Without shortcuts, keys do nothing.
    await page.getByRole("checkbox", { name: t["identity.keys"] }).uncheck();
    const before = await current(page).textContent();
    await page.locator("h1").click();
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    await expect(current(page)).toHaveText(before ?? "");
    await expect(page.locator(".identity-keys kbd")).toHaveCount(0);
    await page.getByRole("checkbox", { name: t["identity.keys"] }).check();
  });

  test(`a device is blocked, and undone in the list of decisions (${language})`, async ({ page, request }) => {
    const t = TEXTS[language];
    await open(page, at("identity"), { language, theme: "dark" });
    await page.locator(".identity-opener").filter({ hasText: "tablet" }).click();
    await page.getByRole("radio", { name: new RegExp(t["identity.choice.sharedDevice"]) }).check();
    await expect(page.locator(".identity-before-after")).toContainText("2");
    await page.getByRole("button", { name: t["identity.doDecide"] }).click();
    await expect(page.locator(".identity-cases > li")).toHaveCount(1);
    expect(await customerOf(request, "tablet")).not.toBe(await customerOf(request, "anna"));
    await page.getByRole("link", { name: t["identity.decisions"], exact: true }).click();
    const row = page.getByRole("row").filter({ hasText: "tablet" });
    await expect(row).toContainText(t["identity.decision.block"]);
    await row.getByRole("button").click();
    const dialog = page.getByRole("alertdialog");
    await expect(dialog.locator(".identity-before-after")).toBeVisible();
    await dialog.getByRole("button", { name: t["identity.undo"] }).click();
    await expect(page.getByText(t["identity.decisions.none"])).toBeVisible();
    expect(await waiting(request)).toBe(2);
  });

  test(`rules are tried, saved and gone back on (${language})`, async ({ page, request }) => {
    const t = TEXTS[language];
    await open(page, at("identity/policy"), { language, theme: "light" });
    await page.getByLabel(labelled(t["identity.policy.sharedOwn"], "phone", t["action.of"])).selectOption("none");
    const priority = page.getByLabel(labelled(t["identity.policy.priority"], "phone", t["action.of"]));
    await priority.fill("300");
    await expect(page.getByText(t["identity.policy.wrong"])).toBeVisible();
    await expect(page.getByRole("button", { name: t["segments.saveNext"] })).toBeDisabled();
    await priority.fill("");
    await page.getByRole("button", { name: t["traffic.preview"] }).click();
    await expect(page.getByText(t["identity.policy.effectOf"].replace("{{merged}}", "0").replace("{{split}}", "1"))).toBeVisible();
    expect(await customerOf(request, "13800138000")).toBe(await customerOf(request, "anna"));
    await page.getByRole("button", { name: t["segments.saveNext"] }).click();
    await expect(page.getByText(t["traffic.unchanged"])).toBeVisible();
    expect(await customerOf(request, "13800138000")).not.toBe(await customerOf(request, "anna"));
    // Back to the standard rules.
    await page.getByRole("button", { name: t["versions.open"], exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: labelled(t["segments.restore"], t["identity.policy.standard"], t["action.of"]) }).click();
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect.poll(async () => (await customerOf(request, "13800138000")) === (await customerOf(request, "anna"))).toBe(true);
    // What never came is blocked.
    await page.getByRole("textbox", { name: t["identity.policy.namespace"], exact: true }).fill("phone");
    await page.getByRole("textbox", { name: t["customers.value"], exact: true }).fill("400 800 1234");
    await page.getByRole("button", { name: t["identity.blocks.add"], exact: true }).click();
    await expect(page.getByRole("row").filter({ hasText: "4008001234" })).toBeVisible();
  });

  test(`a customer is explained and split (${language})`, async ({ page, request }) => {
    const t = TEXTS[language];
    const anna = await customerOf(request, "anna");
    await open(page, at(`customers/${anna}`), { language, theme: "light" });
    await page.getByText(t["identity.whyOne"]).click();
    const row = page.locator(".identity-why").getByRole("row").filter({ hasText: "13800138000" });
    await row.getByRole("button").click();
    const dialog = page.getByRole("alertdialog");
    await expect(dialog.locator(".identity-before-after")).toBeVisible();
    await dialog.getByLabel(t["form.note"]).fill("her mother's");
    await dialog.getByRole("button", { name: t["identity.split"] }).click();
    await expect(page).toHaveURL(/\/identity\/decisions$/);
    await expect(page.getByRole("row").filter({ hasText: "13800138000" })).toContainText(t["identity.decision.keep_apart"]);
    expect(await customerOf(request, "13800138000")).not.toBe(await customerOf(request, "anna"));
  });
}

test.describe("accessible", () => {
  test.beforeEach(withAxe);
  for (const language of LANGUAGES) {
    const theme = THEME_OF[language];
    test(`queue, decisions, rules and a customer (${language}, ${theme})`, async ({ page, request }) => {
      const t = TEXTS[language];
      await open(page, at("identity"), { language, theme });
      await expect(page.locator(".identity-graph")).toBeVisible();
      await page.locator(".identity-choice input").first().check();
      await expect(page.locator(".identity-effect")).toBeVisible();
      await check(page, "a case");
      await page.getByRole("button", { name: t["identity.doDecide"] }).click();
      await expect(page.locator(".identity-toast")).toBeVisible();
      await check(page, "decided");
      await page.goto(at("identity/decisions"));
      await page.getByRole("row").nth(1).getByRole("button").click();
      await page.getByRole("alertdialog").locator(".identity-effect").waitFor();
      await check(page, "undoing");
      await page.goto(at("identity/policy"));
      await page.locator(".identity-namespaces tbody tr").first().waitFor();
      await page.getByLabel(labelled(t["identity.policy.sharedOwn"], "phone", t["action.of"])).selectOption("none");
      await page.getByRole("button", { name: t["traffic.preview"] }).click();
      await page.locator("#policy-effect").waitFor();
      await check(page, "rules");
      await page.goto(at(`customers/${await customerOf(request, "anna")}`));
      await page.getByText(t["identity.whyOne"]).click();
      await page.locator(".identity-why .table").waitFor();
      await check(page, "why one");
    });
  }
});
