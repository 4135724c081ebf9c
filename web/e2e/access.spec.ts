// Signing in, inviting, and what a role may not do, on a server that asks for it: told once in each language.
import type { Page } from "@playwright/test";
import { expect, test } from "@playwright/test";

import { OWNER, VIEWER, fill, inside, secured, signIn, submit } from "./secured";
import type { Secured } from "./secured";
import { LANGUAGES, MAP, TEXTS, WORKSPACE, mapReady, open } from "./story";
import { check, withAxe } from "./wcag";

const MEMBERS = `/w/${WORKSPACE}/members`;
const AUDIT = `/w/${WORKSPACE}/audit`;

test.beforeEach(withAxe);

/** What the lists of a workspace offer to change or to make. */
async function offered(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const path of ["journeys", "pains", "proposals", "segments"]) {
    await page.goto(`${new URL(page.url()).origin}/w/${WORKSPACE}/${path}`);
    await expect(page.locator("main h1")).toBeVisible();
    await page.waitForLoadState("networkidle");
    found.push(...(await page.locator("main .page-actions").locator("button, .button-primary").allInnerTexts()));
  }
  return found;
}

for (const language of LANGUAGES) {
  const t = TEXTS[language];
  const look = { language, theme: language === "en" ? "dark" : "light" } as const;

  test.describe(`${language}: sign-in and rights`, () => {
    test.describe.configure({ mode: "serial", timeout: 180_000 });
    let server: Secured;
    let invitation = "";
    test.beforeAll(async () => {
      server = await secured();
    });
    test.afterAll(() => server.stop());

    test("the printed link makes the first administrator, and nothing else does", async ({ page }) => {
      await open(page, `${server.url}${MAP}`, look);
      await expect(page).toHaveURL(`${server.url}/setup`);
      await expect(page.locator("main")).toContainText(t["setup.where"]);
      await check(page, "set-up without a link");

      await page.goto(server.setup.replace(/token=.*/, "token=made-up"));
      await fill(page, OWNER);
      await submit(page);
      await expect(page.getByRole("alert")).toBeVisible();
      await page.goto(server.setup);
      await fill(page, { ...OWNER, password: "too short" });
      await submit(page);
      await expect(page.locator(".form-fault")).toHaveText(t["form.fault.short"].replace("{{n}}", "10"));
      await expect(page.locator("input[name=password]")).toBeFocused();
      await check(page, "set-up with a fault");
      await fill(page, { password: OWNER.password });
      await submit(page);
      await inside(page);
      await expect(page.getByRole("button", { name: t["account.open"].replace("{{name}}", OWNER.name) })).toBeVisible();
      await page.goto(server.setup);
      await inside(page);
    });

    test("a wrong password is refused, and the right one leads to where one wanted to go", async ({ page }) => {
      const wanted = `${MAP}?view=${encodeURIComponent(JSON.stringify({ unit: "customers", v: 1 }))}`;
      await open(page, `${server.url}${wanted}`, look);
      await expect(page).toHaveURL(new RegExp(`^${server.url}/sign-in\\?to=`));
      await expect(page.locator("input[name=email]")).toBeFocused();
      await expect(page.locator("input[name=email]")).toHaveAttribute("autocomplete", "username");
      await expect(page.locator("input[name=password]")).toHaveAttribute("autocomplete", "current-password");
      await check(page, "sign-in");
      await fill(page, { email: OWNER.email, password: "not the password" });
      await page.keyboard.press("Enter");
      await expect(page.getByRole("alert")).toHaveText(t["signIn.refused"]);
      await expect(page.locator("input[name=password]")).toBeFocused();
      await expect(page.locator("input[name=password]")).toHaveValue("");
      await check(page, "sign-in refused");
      await page.locator("input[name=password]").fill(OWNER.password);
      await page.keyboard.press("Enter");
      await mapReady(page);
      expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe(wanted);
      // Another site is no way back.
      await page.goto(`${server.url}/sign-in?to=${encodeURIComponent("//evil.example/")}`);
      await inside(page);
      expect(new URL(page.url()).origin).toBe(server.url);
    });

    test("too many tries have to wait, and the page says how long", async ({ page }) => {
      await open(page, `${server.url}/sign-in`, look);
      await page.route("**/v1/session", (route) =>
        route.request().method() === "POST"
          ? route.fulfill({ status: 429, headers: { "retry-after": "65" }, json: { error: { code: "sign_in_limited", message: "too many tries" } } })
          : route.continue(),
      );
      await fill(page, { email: OWNER.email, password: OWNER.password });
      await submit(page);
      await expect(page.getByRole("alert")).toHaveText(t["signIn.limited"]);
      await expect(page.locator(".limited .sub")).toHaveText(new RegExp(t["signIn.wait"].replace("{{time}}", "(1:0\\d|0:\\d\\d)")));
      await expect(page.locator("form button[type=submit]")).toBeDisabled();
      await check(page, "sign-in limited");
    });

    test("an owner invites a viewer, by a link that is shown once", async ({ page }) => {
      await open(page, `${server.url}/sign-in`, look);
      await signIn(page, server.url, OWNER, MEMBERS);
      // The only owner can neither leave nor step down.
      const own = page.locator("tbody tr", { hasText: OWNER.email });
      await expect(own).toContainText(t["members.last"]);
      await expect(own.getByRole("button")).toHaveCount(0);
      await page.locator("form.invite input[type=email]").fill(VIEWER.email);
      await page.locator("form.invite button[type=submit]").click();
      const link = page.locator(".invite-link code");
      await expect(link).toHaveText(/\/invitation\/.+/);
      invitation = (await link.innerText()).trim();
      await page.locator(".invite-link").getByRole("button", { name: t["link.copy"] }).click();
      await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(invitation);
      await expect(page.getByRole("row", { name: new RegExp(VIEWER.email) })).toContainText(t["role.viewer"]);
      await check(page, "members and an invitation");
      await page.reload();
      await expect(page.getByRole("row", { name: new RegExp(VIEWER.email) })).toBeVisible();
      await expect(link).toHaveCount(0);
      const pains = expect.stringMatching(`^(${t["pains.find"]}|${t["pains.findAgain"]})$`);
      // What is known of pains can be taken along, where anything is.
      const changing = (await offered(page)).filter((name) => name !== t["export.title"]);
      expect(changing).toEqual([t["newJourney.title"], t["saved.title"], pains, t["proposals.new"], t["segments.new"]]);
    });

    test("the viewer reads, finds nothing to change, and the server refuses what the page does not offer", async ({ browser }) => {
      const context = await browser.newContext();
      const page = await context.newPage();
      await withAxe({ page });
      await open(page, invitation, look);
      await expect(page.locator("main")).toContainText(t["role.viewer.what"]);
      await expect(page.locator("input[name=email]")).toHaveValue(VIEWER.email);
      await check(page, "invitation");
      await fill(page, { name: VIEWER.name, password: VIEWER.password });
      await submit(page);
      await inside(page);
      await page.goto(`${server.url}${MAP}`);
      await mapReady(page);
      // Stored views are there to be opened.
      expect((await offered(page)).filter((name) => name !== t["saved.list"])).toEqual([]);
      await expect(page.locator(".sidebar .nav-link")).toHaveText([t["nav.overview"], t["nav.sources"], t["nav.imports"], t["nav.dictionary"], t["nav.traffic"], t["nav.segments"], t["nav.personas"], t["nav.identity"], t["nav.journeys"], t["nav.sites"], t["nav.pains"], t["nav.analyses"], t["nav.proposals"], t["nav.changes"], t["nav.keys"]]);
      // By the address, the page says which role it takes.
      for (const path of [MEMBERS, AUDIT, `/w/${WORKSPACE}/keys`, `/w/${WORKSPACE}/customers`, `/w/${WORKSPACE}/analyses/sql`, `/w/${WORKSPACE}/live`, `/w/${WORKSPACE}/rejections`, `/w/${WORKSPACE}/traffic`]) {
        await page.goto(`${server.url}${path}`);
        await expect(page.locator(".needs").first()).toContainText(t["role.viewer"]);
        await check(page, `${path} of a viewer`);
      }
      const session = (await (await page.request.get(`${server.url}/v1/session`)).json()) as { csrf: string };
      const forged = await page.request.put(`${server.url}/v1/workspaces/${WORKSPACE}/segments/x`, { data: {} });
      expect([forged.status(), ((await forged.json()) as { error: { code: string } }).error.code]).toEqual([403, "csrf_refused"]);
      const refused = await page.request.post(`${server.url}/v1/workspaces/${WORKSPACE}/journeys`, { headers: { "x-csrf-token": session.csrf }, data: { template: "bank", id: "x" } });
      expect([refused.status(), ((await refused.json()) as { error: { code: string } }).error.code]).toEqual([403, "role_refused"]);
      // The link has been used.
      await page.goto(invitation);
      await expect(page.getByRole("alert")).toBeVisible();
      await context.close();
    });

    test("a changed role counts at once, and an account can be disabled", async ({ page, browser }) => {
      const other = await browser.newContext();
      const viewer = await other.newPage();
      await open(viewer, `${server.url}/sign-in`, look);
      await signIn(viewer, server.url, VIEWER, `/w/${WORKSPACE}/segments`);
      await open(page, `${server.url}/sign-in`, look);
      await signIn(page, server.url, OWNER, MEMBERS);
      await page.locator("tbody tr", { hasText: VIEWER.email }).locator(".select-button").click();
      await check(page, "roles to choose from");
      await page.getByRole("option", { name: t["role.editor"] }).click();
      await expect(page.locator(".section-note[role=status]")).toHaveText(t["members.changed"].replace("{{name}}", VIEWER.name).replace("{{role}}", t["role.editor"]));
      await viewer.reload();
      await expect(viewer.locator("main .page-actions").getByText(t["segments.new"])).toBeVisible();

      await page.goto(`${server.url}/accounts`);
      const row = page.locator("tbody tr", { hasText: VIEWER.email });
      await row.getByRole("button", { name: t["accounts.disable"] }).click();
      await check(page, "asks before an account is disabled");
      await page.getByRole("alertdialog").getByRole("button", { name: t["accounts.disable"] }).click();
      await expect(row).toContainText(t["accounts.disabled"]);
      await check(page, "accounts");
      // Their session is over: the next thing they ask for leads to signing in, which is refused.
      await viewer.locator(".sidebar .nav-link", { hasText: t["nav.proposals"] }).click();
      await expect(viewer).toHaveURL(/\/sign-in\?to=/);
      await fill(viewer, { email: VIEWER.email, password: VIEWER.password });
      await submit(viewer);
      await expect(viewer.getByRole("alert")).toHaveText(t["signIn.refused"]);
      await other.close();
    });

    test("a new password, signing out, and all of it in the audit log", async ({ page, browser }) => {
      await open(page, `${server.url}/sign-in`, look);
      await signIn(page, server.url, OWNER, "/account");
      const changed = `${OWNER.password}, changed`;
      await fill(page, { current: "not it", next: changed });
      await submit(page);
      await expect(page.getByRole("alert")).toHaveText(t["password.refused"]);
      await fill(page, { current: OWNER.password, next: changed });
      await submit(page);
      await expect(page.locator("main [role=status]")).toHaveText(t["password.done"]);
      await check(page, "account");

      await page.locator(".sidebar-foot > .button").click();
      await page.getByRole("dialog").getByText(OWNER.email).waitFor();
      await check(page, "account menu");
      await page.getByRole("button", { name: t["account.signOut"] }).click();
      await expect(page).toHaveURL(`${server.url}/sign-in`);
      await page.goBack();
      await expect(page).toHaveURL(/\/sign-in/);
      expect((await page.request.get(`${server.url}/v1/workspaces`)).status()).toBe(401);

      await signIn(page, server.url, { ...OWNER, password: changed }, AUDIT);
      await expect(page.locator(".audit-chain")).toContainText(t["audit.intact"]);
      const actions = page.locator("tbody th[scope=row]");
      for (const action of ["invitation", "invitation_acceptance", "member_change"] as const) {
        await expect(actions.filter({ hasText: t[`audit.action.${action}`] }).first()).toBeVisible();
      }
      // Neither e-mail addresses nor those of machines stand in it.
      for (const secret of [VIEWER.email, OWNER.email, "127.0.0.1"]) await expect(page.locator("main")).not.toContainText(secret);
      await check(page, "audit log");
      await page.locator(".scope .select-button").last().click();
      await page.getByRole("option", { name: t["audit.action.invitation"], exact: true }).click();
      await expect(actions).toHaveText([t["audit.action.invitation"]]);
      await expect(page).toHaveURL(/action=invitation/);

      const stranger = await browser.newContext();
      const outside = await stranger.newPage();
      await open(outside, `${server.url}${AUDIT}`, look);
      await expect(outside).toHaveURL(/\/sign-in\?to=/);
      await stranger.close();
    });
  });
}

for (const language of LANGUAGES) {
  const t = TEXTS[language];

  test(`${language}: where no sign-in is asked for, the app says who that makes the owner, and how to change it`, async ({ page }) => {
    await open(page, MAP, { language, theme: "light" });
    await mapReady(page);
    await page.getByRole("button", { name: t["account.thisMachine"] }).click();
    const note = page.getByRole("dialog", { name: t["account.thisMachine"] });
    await expect(note).toContainText(t["account.openNote"]);
    await expect(note.locator("code")).toHaveText("throughline serve");
    await check(page, "note of an open server");
    await page.goto("/sign-in");
    await inside(page);
  });
}
