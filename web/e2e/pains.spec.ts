// The loop's fourth and fifth step: look for pains, read one, see the people, say who is at it, propose, move the card.
import { expect, test } from "@playwright/test";

import type { PainVoices, ProposalList } from "../src/api/types";

import { JOURNEY, LANGUAGES, MAP, TEXTS, WORKSPACE, filled, knownPains, mapReady, open, painReady, propose, sentenceIn, tabTo } from "./story";

const SIMULATED = "simulated";
const LIST = `/w/${WORKSPACE}/pains?journey=${JOURNEY}`;

for (const language of LANGUAGES) {
  const t = TEXTS[language];

  test.describe(language, () => {
    test("pains are looked for, and stand in the order and the words of the API", async ({ page, request }) => {
      const pains = await knownPains(request);
      await open(page, `${LIST}&status=all`, { language, theme: "light" });
      await page.getByRole("button", { name: t["pains.findAgain"] }).click();
      const looks = t["pains.outcome"].split("{{looks}}")[1]?.split("{{found}}")[0] ?? "";
      await expect(page.locator(".results-line")).toContainText(looks);
      await expect(page.locator(".pains-table tbody th")).toHaveText(pains.map((each) => sentenceIn(each.pain.sentence, language)));

      // A filter stands in the address and outlives a reload.
      const kind = pains[0]?.pain.kind ?? "drop_off";
      await page.getByRole("button", { name: new RegExp(t["pain.kind"]) }).click();
      await page.getByRole("option", { name: t[`pain.kind.${kind}`] }).click();
      await expect(page).toHaveURL(new RegExp(`kind=${kind}`));
      await page.reload();
      await expect(page.locator(".pains-table tbody tr")).toHaveCount(pains.filter((each) => each.pain.kind === kind).length);
    });

    test("a pain's page says how it is known, and opens the customers", async ({ page, request }) => {
      const [first] = await knownPains(request);
      if (!first) throw new Error("no pain was found in the sample");
      await open(page, LIST, { language, theme: "light" });
      await page.locator(".pains-table tbody a").first().click();
      await painReady(page);
      const { pain } = first;
      await expect(page.locator("main h1")).toHaveText(sentenceIn(pain.sentence, language));
      await expect(page.locator(".pain-rates")).toContainText(`${pain.observed.hits} / ${pain.observed.exposed}`);
      await expect(page.locator(".cause")).toHaveCount(pain.causes.length);

      await page.locator(".pain-rates .num").first().click();
      const drawer = page.getByRole("dialog");
      await expect(drawer).toContainText(t[`define.pain.${pain.kind}`]);
      await expect(drawer).toContainText(t[`pain.comparison.${pain.comparison}.about`]);
      await expect(drawer).toContainText(pain.question);
      await page.keyboard.press("Escape");

      const people = await request.get(`/v1/workspaces/${WORKSPACE}/customers`, { params: { question: pain.question, pick: pain.pick } });
      const { customers } = (await people.json()) as { customers: number };
      await page.getByRole("button", { name: t["pain.openCustomers"] }).click();
      await expect(drawer.locator(".people li")).toHaveCount(Math.min(50, customers));
    });

    test("what is decided about a pain is kept with its history", async ({ page, request }) => {
      const pains = await knownPains(request);
      // One for each language, so that neither story finds the other's decision.
      const pain = pains.at(language === "en" ? -1 : -2)?.pain.key ?? "";
      await open(page, `/w/${WORKSPACE}/pains/${pain}`, { language, theme: "light" });
      await painReady(page);
      const form = page.locator(".pain-side form");
      const entries = await page.locator(".history > li").count();
      await form.locator(".select-button").click();
      await page.getByRole("option", { name: t["pain.status.working"] }).click();
      await form.getByLabel(t["pain.owner"]).fill("");
      await form.getByLabel(t["form.note"]).fill(`${language} ${Date.now()}`);
      await form.getByRole("button", { name: t["form.save"] }).click();
      await expect(form.locator(".form-fault")).toHaveText(t["pain.ownerNeeded"]);
      await form.getByLabel(t["pain.owner"]).fill(language === "en" ? "Lin" : "林晓");
      await form.getByRole("button", { name: t["form.save"] }).click();
      await expect(page.locator(".history > li")).toHaveCount(entries + 1);
      await expect(page.locator(".pain-facts .badge")).toHaveText(t["pain.status.working"]);
      await expect(page.locator(".pain-side .form-said")).toHaveText(t["form.saved"]);
    });

    test("a proposal rests on the likeliest cause and is moved by keyboard", async ({ page, request }) => {
      const pains = await knownPains(request);
      const caused = pains.find(({ pain }) => pain.causes.length > 0)?.pain;
      if (!caused) throw new Error("no pain of the sample has a cause");
      await open(page, `/w/${WORKSPACE}/pains/${caused.key}`, { language, theme: "light" });
      await painReady(page);
      await page.getByRole("link", { name: t["pain.propose"], exact: true }).click();
      const drawer = page.getByRole("dialog");
      await expect(drawer.locator(".proposal-basis")).toContainText(t[`signal.${caused.causes[0]?.kind ?? "error"}`]);
      await expect(drawer.getByLabel(t["proposal.value"], { exact: true }).first()).not.toHaveValue("");
      await drawer.getByRole("button", { name: t["form.save"] }).click();
      await expect(drawer.locator(".form-fault").first()).toHaveText(t["proposal.titleNeeded"]);
      const title = `${t["pain.propose"]} ${Date.now()}`;
      await drawer.getByLabel(t["proposal.title"]).fill(title);
      await drawer.getByRole("button", { name: t["form.save"] }).click();
      await expect(drawer).toHaveCount(0);

      const column = (status: "proposed" | "accepted" | "in_progress") =>
        page.getByRole("region", { name: new RegExp(`^${t[`proposal.status.${status}`]}`) });
      await expect(column("proposed")).toContainText(title);
      await page.keyboard.press("Home");
      await tabTo(page, new RegExp(`^${t["proposal.move"]} ${title}$`));
      await page.keyboard.press("Enter");
      await expect(page.getByRole("menu")).toBeVisible();
      await page.keyboard.press("Enter");
      await expect(column("accepted")).toContainText(title);
      // The focus went with the card.
      const mover = page.getByRole("button", { name: `${t["proposal.move"]} ${title}` });
      await expect(mover).toBeFocused();
      // It is taken back, and moved again.
      await page.keyboard.press("Control+z");
      await expect(column("proposed")).toContainText(title);
      await expect(mover).toBeFocused();
      await page.keyboard.press("Enter");
      await page.getByRole("menuitem", { name: t["proposal.status.accepted"] }).press("Enter");
      await expect(column("accepted")).toContainText(title);
      await expect(mover).toBeFocused();
      await page.keyboard.press("Enter");
      await page.getByRole("menuitem", { name: t["proposal.status.in_progress"] }).click();
      // Nobody answers for it yet: the form asks.
      await expect(page.getByRole("dialog").locator(".form-fault")).toHaveText(t["proposal.ownerNeeded"]);
      await page.getByRole("dialog").getByLabel(t["proposal.owner"]).fill("Lin");
      await page.getByRole("dialog").getByRole("button", { name: t["form.save"] }).click();
      await expect(column("in_progress")).toContainText(title);
    });

    test("a proposal is dragged to a column that takes it, and the board is narrowed", async ({ page, request }) => {
      const made = await propose(request, `Dragged ${language} ${Date.now()}`);
      const { title } = made.proposal;
      await open(page, `/w/${WORKSPACE}/proposals`, { language, theme: "light" });
      const column = (status: "proposed" | "accepted" | "done" | "dropped") => page.getByRole("region", { name: new RegExp(`^${t[`proposal.status.${status}`]}`) });
      const card = page.locator(".proposal").filter({ hasText: title });
      await expect(column("proposed")).toContainText(title);
      // Nothing is done that was not in progress.
      await card.locator(".proposal-facts").dragTo(column("done"));
      await expect(column("proposed")).toContainText(title);
      await card.locator(".proposal-facts").dragTo(column("accepted"));
      await expect(column("accepted")).toContainText(title);
      // The focus goes with the card, and would be taken from what is focused before.
      const mover = page.getByRole("button", { name: `${t["proposal.move"]} ${title}` });
      await expect(mover).toBeFocused();
      // By keyboard only columns that take it are offered.
      await page.getByRole("button", { name: t["proposal.drag"].replace("{{title}}", title), exact: true }).focus();
      await page.keyboard.press("Enter");
      const here = () => page.evaluate(() => document.activeElement?.getAttribute("aria-labelledby") ?? "");
      // The first is gone to with the next frame.
      await expect.poll(here).toMatch(/^column-/);
      const offered: string[] = [];
      for (let now = await here(); !offered.includes(now); now = await here()) {
        offered.push(now);
        await page.keyboard.press("Tab");
      }
      expect(offered).toContain("column-proposed");
      expect(offered).not.toContain("column-done");
      while ((await here()) !== "column-dropped") await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await expect(column("dropped")).toContainText(title);
      // It goes back to where it was dropped from, and is dropped again.
      await expect(page.getByText(filled(t["undo.said"], { text: filled(t["proposals.moved"], { title, status: t["proposal.status.dropped"] }) }))).toBeVisible();
      await page.keyboard.press("Control+z");
      await expect(column("accepted")).toContainText(title);
      await expect(mover).toBeFocused();
      await page.keyboard.press("Enter");
      await page.getByRole("menuitem", { name: t["proposal.status.dropped"] }).press("Enter");
      await expect(column("dropped")).toContainText(title);
      const kept = (await (await request.get(`/v1/workspaces/${WORKSPACE}/proposals`)).json()) as ProposalList;
      expect(kept.proposals.find(({ id }) => id === made.id)?.proposal.status).toBe("dropped");

      await page.getByRole("button", { name: new RegExp(t["proposal.owner"]) }).click();
      await page.getByRole("option", { name: new RegExp(`^${t["proposals.none.owner"]}`) }).click();
      await expect(page).toHaveURL(/owner=none/);
      await expect(page.locator(".proposal")).toHaveCount(kept.proposals.filter(({ proposal }) => !proposal.owner).length);
      await page.getByRole("button", { name: new RegExp(t["proposal.pain"]) }).click();
      await page.getByRole("option").nth(1).click();
      await expect(page).toHaveURL(/against=/);
      const against = new URL(page.url()).searchParams.get("against");
      const shown = kept.proposals.filter(({ proposal }) => !proposal.owner && (against === "none" ? !proposal.pain : `=${proposal.pain}` === against));
      await expect(page.locator(".proposal")).toHaveCount(shown.length);
    });

    test("what customers met and said is read, and a suggestion becomes a proposal", async ({ page, request }) => {
      const pains = await knownPains(request, SIMULATED, "omni-purchase");
      const failing = pains.find(({ pain }) => pain.stage === "pay" && (pain.suggestions ?? []).length > 0)?.pain;
      if (!failing) throw new Error("no pain of the payment has a suggestion");
      const answer = await request.get(`/v1/workspaces/${SIMULATED}/pains/${failing.key}/voices`);
      const voices = (await answer.json()) as PainVoices;
      expect(voices.errors.length).toBeGreaterThan(0);
      await open(page, `/w/${SIMULATED}/pains/${failing.key}`, { language, theme: "light" });
      await painReady(page);
      const heard = page.locator("section[aria-labelledby=pain-voices]");
      await expect(heard.locator(".voice-words")).toHaveText([...voices.errors, ...voices.texts].map((voice) => voice.words));
      await heard.getByRole("link").first().click();
      await expect(page).toHaveURL(new RegExp(`/customers/${voices.errors[0]?.example.customer ?? ""}`));
      await page.goBack();

      const suggested = failing.suggestions?.[0];
      await expect(page.locator(".suggestions")).not.toContainText("pain.");
      await page.locator(".suggestions a").first().click();
      const drawer = page.getByRole("dialog");
      await expect(drawer.getByLabel(t["proposal.title"])).toHaveValue(sentenceIn(suggested?.title, language));
      await drawer.getByRole("button", { name: t["form.save"] }).click();
      await expect(drawer).toHaveCount(0);
      await expect(page.getByRole("region", { name: new RegExp(`^${t["proposal.status.proposed"]}`) })).toContainText(sentenceIn(suggested?.title, language));
    });

    test("the map counts the known pains of a stage and leads to them", async ({ page, request }) => {
      const pains = (await knownPains(request)).filter(({ status }) => status !== "closed");
      await open(page, MAP, { language, theme: "light" });
      await mapReady(page);
      await expect(page.locator(".finding")).toContainText(sentenceIn(pains[0]?.pain.sentence, language));
      const stage = pains[0]?.pain.stage;
      const here = pains.filter(({ pain }) => pain.stage === stage);
      const link = page.locator(`.pain-count[href*="stage=${stage}"]`);
      await expect(link).toHaveText(t["lane.painsCount"].replace("{{n}}", String(here.length)));
      await link.click();
      await expect(page.locator(".pains-table tbody tr")).toHaveCount(here.length);
    });
  });
}

test("looking for pains shows progress after a second and can be cancelled", async ({ page, request }) => {
  await knownPains(request);
  const t = TEXTS["zh-CN"];
  await open(page, LIST, { language: "zh-CN", theme: "light" });
  // The answer never comes; only cancelling ends it.
  await page.route("**/journeys/*/pains", () => undefined);
  await page.getByRole("button", { name: t["pains.findAgain"] }).click();
  await expect(page.locator(".progress")).toBeVisible();
  await page.locator(".progress").getByRole("button", { name: t["common.cancel"] }).click();
  await expect(page.locator(".progress")).toHaveCount(0);
  await expect(page.getByRole("button", { name: t["pains.findAgain"] })).toBeEnabled();
});

test("a decision made from an old state is not saved over a newer one", async ({ page, request }) => {
  const t = TEXTS["en"];
  const proposal = await propose(request, `Conflict ${Date.now()}`);
  await open(page, `/w/${WORKSPACE}/proposals?open=${proposal.id}`, { language: "en", theme: "light" });
  const drawer = page.getByRole("dialog");
  await drawer.getByLabel(t["proposal.owner"]).fill("Mei");
  const other = await request.put(`/v1/workspaces/${WORKSPACE}/proposals/${proposal.id}`, {
    data: { proposal: { ...proposal.proposal, owner: "Lin" }, expected_version: proposal.version },
  });
  expect(other.ok(), await other.text()).toBe(true);
  await drawer.getByRole("button", { name: t["form.save"] }).click();
  await expect(drawer.getByRole("alert")).toContainText(t["error.version_conflict"]);
  await drawer.getByRole("button", { name: t["common.retry"] }).click();
  await expect(drawer.getByLabel(t["proposal.owner"])).toHaveValue("Lin");
});

for (const path of [LIST, "pain", `/w/${WORKSPACE}/proposals`]) {
  test(`on a telephone nothing of ${path} scrolls sideways`, async ({ page, request }) => {
    const [first] = await knownPains(request);
    await page.setViewportSize({ width: 390, height: 844 });
    await open(page, path === "pain" ? `/w/${WORKSPACE}/pains/${first?.pain.key}` : path, { language: "en", theme: "light" });
    await page.locator(".pains-table, .pain-card, .board, .empty").first().waitFor();
    const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(content).toBeLessThanOrEqual(window ?? 0);
  });
}
