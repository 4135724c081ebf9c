// The personas of all journeys on one page: whom each stands for and how many that is, and the way to where they are written.
import { expect, test } from "@playwright/test";

import type { JourneyVersion, PersonasAnswer } from "../src/api/types";
import { JOURNEY, LANGUAGES, TEXTS, THEME_OF, WORKSPACE, filled, labelled, open, sentenceIn, tabTo } from "./story";
import { check, withAxe } from "./wcag";

test.beforeEach(withAxe);

for (const language of LANGUAGES) {
  test(`personas are listed, edited where they are written, and added to a journey ${language}`, async ({ page, request }) => {
    const t = TEXTS[language];
    const at = `/v1/workspaces/${WORKSPACE}/journeys/${JOURNEY}`;
    const { journey } = (await (await request.get(at)).json()) as JourneyVersion;
    const answer = (await (await request.post(`${at}/personas`, { data: { scope: { entry: {}, zone: journey.zone ?? "UTC" } } })).json()) as PersonasAnswer;
    await open(page, `/w/${WORKSPACE}/personas`, { language, theme: THEME_OF[language] });
    const cards = page.locator("main .persona");
    await expect(cards).toHaveCount(journey.personas?.length ?? 0);
    for (const { name, numbers } of answer.personas) {
      const card = cards.filter({ hasText: sentenceIn(name, language) });
      const customers = new Intl.NumberFormat(language).format(numbers?.started.customers ?? -1);
      await expect(card.locator(".num").first()).toContainText(filled(t["count.customers_other"], { n: customers }));
    }
    await check(page, "personas");

    const last = sentenceIn(answer.personas.at(-1)?.name, language);
    await tabTo(page, new RegExp(`^${labelled(t["personas.edit"], last, t["action.of"])}$`));
    await page.keyboard.press("Enter");
    await expect(page.getByRole("group", { name: last, exact: true })).toBeFocused();

    await page.goto(`/w/${WORKSPACE}/personas`);
    await page.getByRole("button", { name: t["editor.addPersona"] }).press("Enter");
    const dialog = page.getByRole("dialog");
    await expect(dialog).toContainText(sentenceIn(journey.name, language));
    await check(page, "choice of a journey");
    await dialog.getByRole("button", { name: t["personas.toEditor"] }).press("Enter");
    const made = new RegExp(`^${t["thing.persona"]}$`, "i");
    await expect(page.getByRole("group", { name: made })).toBeFocused();
    await expect(page.getByRole("status").first()).toContainText(filled(t["editor.changed"], { version: 1 }));
  });
}
