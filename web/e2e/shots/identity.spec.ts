// Pictures of identity review: a case that is tried, decisions, rules, and why a customer is one.
import { join } from "node:path";

import { test } from "@playwright/test";

import type { CustomerListing } from "../../src/api/types";
import { startFamily } from "../family";
import { SHOP } from "../live";
import type { Running } from "../server";
import { LANGUAGES, THEMES, open } from "../story";

const FOLDER = process.env["SHOTS_DIR"] ?? "shots";

let server: Running;
test.beforeAll(async ({ playwright }) => {
  server = await startFamily(playwright);
});
test.afterAll(() => server.stop());

for (const language of LANGUAGES) {
  for (const theme of THEMES) {
    test(`identity ${language} ${theme}`, async ({ page, request }) => {
      const at = (path: string) => `${server.url}/w/${SHOP}/${path}`;
      const api = `${server.url}/v1/workspaces/${SHOP}`;
      const shot = (name: string) => page.screenshot({ path: join(FOLDER, `identity-${name}-${language}-${theme}.png`), fullPage: true });
      const found = (await (await request.get(`${api}/customers/search`, { params: { value: "anna" } })).json()) as CustomerListing;
      await open(page, at("identity"), { language, theme });
      await page.locator(".identity-opener").filter({ hasText: "tablet" }).click();
      await page.locator(".identity-choice input").first().check();
      await page.locator(".identity-before-after").waitFor();
      await shot("case");
      await page.locator(".identity-choice input").nth(2).check();
      await page.locator(".identity-before-after").waitFor();
      await page.locator(".identity-decide .button-primary").click();
      await page.locator(".identity-toast").waitFor();
      await shot("decided");
      await page.goto(at("identity/decisions"));
      await page.getByRole("row").nth(1).getByRole("button").click();
      await page.getByRole("alertdialog").locator(".identity-effect").waitFor();
      await shot("undo");
      await page.getByRole("alertdialog").locator(".button-primary").click();
      await page.getByRole("alertdialog").waitFor({ state: "detached" });
      await shot("none-decided");
      await page.goto(at("identity/policy"));
      await page.locator(".identity-namespaces select").last().selectOption("none");
      await page.locator(".identity-policy-side .button").last().click();
      await page.locator("#policy-effect").waitFor();
      await shot("rules");
      await page.goto(at(`customers/${found.items[0]?.customer ?? ""}`));
      await page.locator(".identity-why summary").click();
      await page.locator(".identity-why .table").waitFor();
      await shot("why");
      await page.setViewportSize({ width: 390, height: 844 });
      await page.goto(at("identity"));
      await page.locator(".identity-graph").waitFor();
      await shot("phone");
      await page.setViewportSize({ width: 1440, height: 900 });
    });
  }
}
