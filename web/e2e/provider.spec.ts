// Signing in by a real OpenID provider, told once in each language: the button, the way back, and every way of not getting in.
import { expect, test } from "@playwright/test";

import { PROVIDER_NAME, passProvider, startProvider } from "./provider";
import type { RunningProvider } from "./provider";
import { OWNER, fill, inside, secured, submit } from "./secured";
import type { Secured } from "./secured";
import { LANGUAGES, MAP, TEXTS, WORKSPACE, mapReady, open } from "./story";
import { check, withAxe } from "./wcag";

const ACCOUNTS = {
  mo: { email: "mo@shop.example", verified: true, name: "Mo Yan" },
  stranger: { email: "nobody@shop.example", verified: true, name: "Nobody" },
  unverified: { email: "mo@shop.example", verified: false, name: "Mo Yan" },
  foreign: { email: "mo@elsewhere.example", verified: true, name: "Mo Yan" },
};

test.beforeEach(withAxe);

for (const language of LANGUAGES) {
  const t = TEXTS[language];
  const look = { language, theme: language === "en" ? "dark" : "light" } as const;
  const button = t["provider.do"].replace("{{name}}", PROVIDER_NAME);

  test.describe(`${language}: sign-in by a provider`, () => {
    test.describe.configure({ mode: "serial", timeout: 180_000 });
    let provider: RunningProvider;
    let server: Secured;
    test.beforeAll(async () => {
      provider = await startProvider(ACCOUNTS, [`passwords = "administrators"`]);
      server = await secured(["--config", provider.config]);
      provider.serves(server.url);
    });
    test.afterAll(async () => {
      await server.stop();
      await provider.stop();
    });

    test("whoever is invited comes in by the provider, to where they wanted to go", async ({ page, browser }) => {
      await open(page, server.setup, look);
      await fill(page, OWNER);
      await submit(page);
      await inside(page);
      await page.goto(`${server.url}/w/${WORKSPACE}/members`);
      await page.locator("form.invite input[type=email]").fill(ACCOUNTS.mo.email);
      await page.locator("form.invite button[type=submit]").click();
      const link = (await page.locator(".invite-link code").innerText()).trim();

      const context = await browser.newContext();
      const mo = await context.newPage();
      await withAxe({ page: mo });
      await open(mo, link, look);
      await expect(mo.locator("main")).toContainText(PROVIDER_NAME);
      await expect(mo.locator("main input[name=password]")).toHaveCount(0);
      await check(mo, "invitation with a provider");

      await mo.goto(`${server.url}${MAP}`);
      await expect(mo.getByRole("button", { name: button })).toBeFocused();
      await check(mo, "sign-in with a provider");
      await mo.keyboard.press("Enter");
      await expect(mo).toHaveURL(new RegExp(`^${provider.issuer}/`));
      await passProvider(mo, "mo");
      await mapReady(mo);
      expect(new URL(mo.url()).pathname).toBe(MAP);
      await expect(mo.getByRole("button", { name: t["account.open"].replace("{{name}}", ACCOUNTS.mo.name) })).toBeVisible();
      // The code is nowhere in the history: going back leads to the provider's page, never through the return once more.
      const session = (await (await mo.request.get(`${server.url}/v1/session`)).json()) as { roles: object[]; provider: object };
      expect(session.roles).toEqual([{ workspace: WORKSPACE, role: "viewer" }]);
      expect(JSON.stringify(session)).not.toContain("secret");

      // Leaving here leaves the provider's own session alone: the next time it asks for no password.
      await mo.locator(".sidebar-foot > .button").click();
      await mo.getByRole("button", { name: t["account.signOut"] }).click();
      await expect(mo.locator("main")).toContainText(t["provider.signOut"].replace("{{name}}", PROVIDER_NAME));
      await mo.getByRole("button", { name: button }).click();
      await mo.getByRole("button", { name: "Continue" }).click();
      await inside(mo);
      await context.close();
    });

    for (const [account, code] of [["stranger", "oidc_not_invited"], ["unverified", "oidc_email_unverified"], ["foreign", "oidc_domain_refused"]] as const) {
      test(`an account that is ${account} is told why not, and what to do`, async ({ page }) => {
        await open(page, `${server.url}/sign-in`, look);
        await page.getByRole("button", { name: button }).click();
        await passProvider(page, account);
        const alert = page.getByRole("alert");
        await expect(alert).toContainText(t[`error.${code}`]);
        await expect(alert).toContainText(t[`error.${code}.remedy`]);
        expect(page.url()).toBe(`${server.url}/sign-in/provider`);
        await check(page, `refused: ${code}`);
        // What was brought is used up.
        await page.reload();
        await expect(page.getByRole("alert")).toContainText(t["error.oidc_state_refused"]);
        await page.getByRole("link", { name: t["provider.back"] }).click();
        await expect(page.getByRole("button", { name: button })).toBeVisible();
      });
    }

    test("who declines at the provider comes back without a session", async ({ page }) => {
      await open(page, `${server.url}/sign-in`, look);
      await page.getByRole("button", { name: button }).click();
      await page.getByRole("link", { name: /cancel/i }).click();
      await expect(page.getByRole("alert")).toContainText(t["error.oidc_denied"]);
      expect((await page.request.get(`${server.url}/v1/workspaces`)).status()).toBe(401);
    });

    test("while the provider is down, the administrator comes in with a password", async ({ page }) => {
      await provider.stop();
      await open(page, `${server.url}/sign-in`, look);
      await page.getByText(t["provider.passwords"]).click();
      await check(page, "sign-in with a password beside a provider");
      await fill(page, { email: OWNER.email, password: OWNER.password });
      await submit(page);
      await inside(page);
      await page.goto(`${server.url}/w/${WORKSPACE}/audit`);
      await expect(page.locator("main")).not.toContainText("@shop.example");
    });
  });
}
