// The command menu and the list of keys, by the keyboard alone: pages, things and actions by words, initials and pinyin;
// customers by their identifiers; nothing happens while an input method composes.
import type { Page } from "@playwright/test";
import { expect, test } from "@playwright/test";

import { OWNER, fill, inside, secured, submit } from "./secured";
import type { Secured } from "./secured";
import { JOURNEY, LANGUAGES, MAP, TEXTS, THEME_OF, WORKSPACE, knownPains, mapReady, open, sentenceIn } from "./story";
import { check, withAxe } from "./wcag";

const HOME = `/w/${WORKSPACE}`;

test.beforeEach(withAxe);

const options = (page: Page) => page.getByRole("dialog").getByRole("option");

/** Opens the menu and types; the first result is what Enter takes. */
async function command(page: Page, typed: string, first: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog").getByRole("combobox")).toBeFocused();
  await page.keyboard.type(typed);
  await expect(options(page).first()).toContainText(first);
  await page.keyboard.press("Enter");
}

test("zh-CN: pages, journeys and pains are found by pinyin, initials and any reading, and what was used comes first", async ({ page, request }) => {
  const t = TEXTS["zh-CN"];
  const [worst] = await knownPains(request);
  await open(page, MAP, { language: "zh-CN", theme: "light" });
  await mapReady(page);
  await command(page, "ldfx", t["analysis.funnel"]);
  await expect(page).toHaveURL(/\/analyses\/funnel/);
  await command(page, "tongdian", t["nav.pains"]);
  await expect(page).toHaveURL(/\/pains$/);
  await command(page, "lc dt", t["nav.journeys"]);
  await expect(page).toHaveURL(/\/journeys$/);
  await command(page, "zaixiangoumai", "在线购买");
  await expect(page).toHaveURL(new RegExp(`/journeys/${JOURNEY}$`));
  // By the beginning of its sentence: marks of quotation are not typed.
  const sentence = sentenceIn(worst?.pain.sentence, "zh-CN");
  await command(page, sentence.slice(1, 5), sentence.slice(0, 8));
  await expect(page).toHaveURL(/\/pains\/\w+$/);
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("group", { name: t["command.recent"] }).getByRole("option").first()).toContainText(sentence.slice(0, 8));
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  // What takes text does not keep these keys to itself.
  await page.goto(`${HOME}/customers`);
  await page.locator("main input").first().focus();
  await command(page, "zonglan", t["nav.overview"]);
  await expect(page).toHaveURL(new RegExp(`${HOME}$`));
});

test("an input method composes without anything being opened or closed", async ({ page }) => {
  const t = TEXTS["zh-CN"];
  await open(page, HOME, { language: "zh-CN", theme: "light" });
  await page.keyboard.press("Control+k");
  const field = page.getByRole("dialog").getByPlaceholder(t["command.placeholder"]);
  await expect(field).toBeFocused();
  const cdp = await page.context().newCDPSession(page);
  // Syllables stand in the field as they are typed, parted by the input method.
  await cdp.send("Input.imeSetComposition", { text: "lou'dou", selectionStart: 7, selectionEnd: 7 });
  await expect(options(page).first()).toContainText(t["analysis.funnel"]);
  for (const key of ["Enter", "Escape"]) {
    await field.dispatchEvent("keydown", { key, isComposing: true, keyCode: 229, bubbles: true, cancelable: true });
    await expect(field).toBeVisible();
    await expect(page).toHaveURL(new RegExp(`${HOME}$`));
  }
  await cdp.send("Input.insertText", { text: "漏斗" });
  await expect(field).toHaveValue("漏斗");
  await expect(options(page).first()).toContainText(t["analysis.funnel"]);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/analyses\/funnel/);
});

for (const language of LANGUAGES) {
  const t = TEXTS[language];

  test(`${language}: a customer is found by the identifier, and actions are done`, async ({ page }) => {
    await open(page, HOME, { language, theme: "light" });
    await command(page, "user_0042", "user_0042");
    await expect(page).toHaveURL(/\/customers\/-?\d+/);
    expect(await page.evaluate(() => localStorage.getItem("throughline.recent") ?? "")).not.toContain("customer");
    await command(page, "new-journey", t["newJourney.title"]);
    await expect(page.getByRole("dialog", { name: t["newJourney.title"] }).getByRole("radio").first()).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(page).toHaveURL(/\/journeys$/);
    await command(page, "theme-dark", t["theme.dark"]);
    await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
    await page.keyboard.press("Control+k");
    await expect(page.getByRole("dialog").getByRole("combobox")).toBeFocused();
    await page.keyboard.type("qqqq");
    await expect(page.getByRole("dialog")).toContainText(t["command.none"]);
    await expect(page.getByRole("dialog").getByRole("status")).toHaveText(t["command.count"].replace("{{n}}", "0"));
    await page.keyboard.press("Escape");
    await command(page, "language", t["command.language"]);
    await expect(page.locator("html")).toHaveAttribute("lang", language === "en" ? "zh-CN" : "en");
  });

  test(`${language}: the list of keys opens by one, which can be turned off`, async ({ page }) => {
    await open(page, HOME, { language, theme: "dark" });
    await page.keyboard.press("?");
    const list = page.getByRole("dialog", { name: t["shortcuts.title"] });
    await expect(list).toContainText("Ctrl");
    await list.getByRole("checkbox").focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("Escape");
    await expect(list).toHaveCount(0);
    await page.keyboard.press("?");
    await expect(list).toHaveCount(0);
    await command(page, language === "en" ? "shortcuts" : "kuaijiejian", t["shortcuts.title"]);
    await list.getByRole("checkbox").focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("Escape");
    // A question that is typed is text.
    await page.keyboard.press("Control+k");
    await expect(page.getByRole("dialog").getByRole("combobox")).toBeFocused();
    await page.keyboard.type("?");
    await expect(list).toHaveCount(0);
  });

  const theme = THEME_OF[language];
  test(`${language} ${theme}: the menu, the keys and every control of the kit are accessible`, async ({ page }) => {
    await open(page, HOME, { language, theme });
    await page.keyboard.press("Control+k");
    await expect(options(page).first()).toBeVisible();
    await check(page, "the menu before anything is typed");
    await page.keyboard.type("a");
    await expect(options(page).first()).toBeVisible();
    await check(page, "the menu with results");
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog")).toBeVisible();
    await check(page, "the list of keys");
    await page.keyboard.press("Escape");

    await open(page, "/kit", { language, theme });
    await expect(page.locator("svg.picture").first()).toBeVisible();
    await check(page, "the kit");
    for (const button of await page.locator(".kit .select-button").all()) {
      await button.click();
      await page.locator(".popover").waitFor();
      await check(page, `the kit with ${await button.textContent()} open`);
      await page.keyboard.press("Escape");
      await expect(page.locator(".popover")).toHaveCount(0);
    }
    await page.getByRole("group", { name: t["proposal.due"] }).getByRole("button").first().click();
    await page.getByRole("grid").waitFor();
    await check(page, "the kit with a calendar");
    await page.keyboard.press("Escape");
    for (const name of [t["kit.drawer"], t["kit.ask"], t["kit.save"], t["kit.leave"]]) {
      await page.getByRole("button", { name, exact: true }).click();
      await page.locator("[role=dialog], [role=alertdialog]").waitFor();
      await check(page, `the kit with ${name}`);
      await page.keyboard.press("Escape");
    }
  });
}

test.describe("signed in", () => {
  let server: Secured;
  test.beforeAll(async () => {
    server = await secured();
  });
  test.afterAll(() => server.stop());

  test("one signs out from the menu, and nothing is left behind", async ({ page }) => {
    const t = TEXTS.en;
    await open(page, server.setup, { language: "en", theme: "light" });
    await fill(page, OWNER);
    await submit(page);
    await inside(page);
    await command(page, "members", t["nav.members"]);
    await expect(page).toHaveURL(/\/members$/);
    await command(page, "sign-out", t["account.signOut"]);
    await expect(page).toHaveURL(/\/sign-in$/);
    expect(await page.evaluate(() => localStorage.getItem("throughline.recent"))).toBeNull();
    // In front of the app there is nothing to command.
    await page.keyboard.press("Control+k");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  });
});
