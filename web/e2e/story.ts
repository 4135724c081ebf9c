// Steps that several stories share.
import type { APIRequestContext, Locator, Page } from "@playwright/test";
import { expect } from "@playwright/test";

import type { JourneyMap, LocalizedText, PainList, TrackedPain, TrackedProposal } from "../src/api/types";
import type { Texts } from "../src/app/texts";
import type { Language } from "../src/ui/language";
import { textsOf } from "./texts";

export const TEXTS = { "zh-CN": await textsOf("zh-CN"), en: await textsOf("en") };
export type { Language };
export const LANGUAGES = ["zh-CN", "en"] as const;
export const THEMES = ["light", "dark"] as const;
/** What axe looks at a language's pages in: both themes and both languages, and not each of one with each of the other. */
export const THEME_OF = { "zh-CN": "light", en: "dark" } as const;

export interface Look {
  language: Language;
  theme: (typeof THEMES)[number];
}

/** The journey the stories are told on: a real online shop's clicks. */
export const WORKSPACE = "ecom";
export const JOURNEY = "online-purchase";
/** A workspace whose events no template knows: a grocer's receipts. */
export const OTHER_WORKSPACE = "completejourney";
export const MAP = `/w/${WORKSPACE}/journeys/${JOURNEY}`;

/** Opens a page as somebody who chose a language and a theme before. */
export async function open(page: Page, path: string, { language, theme }: Look): Promise<void> {
  await page.addInitScript(
    ([chosenLanguage, chosenTheme]) => {
      // Only a first visit: what the person then chooses stays.
      if (sessionStorage.getItem("chosen")) return;
      sessionStorage.setItem("chosen", "yes");
      localStorage.setItem("throughline.language", chosenLanguage);
      localStorage.setItem("throughline.theme", chosenTheme);
    },
    [language, theme] as const,
  );
  watchTexts(page);
  await page.goto(path);
  await expect(page.locator("html")).toHaveAttribute("lang", language);
  await expect(page.locator("main h1").first()).toBeVisible();
}

const watched = new WeakSet<Page>();

/** A text of a part that the screen did not load fails the story. */
function watchTexts(page: Page): void {
  if (watched.has(page)) return;
  watched.add(page);
  page.on("pageerror", ({ message }) => {
    if (message.startsWith("no text in")) expect.soft(message).toBe("");
  });
}

/** A button at the head of a page, in whichever language it is. */
export function headButton(page: Page, text: keyof Texts): Locator {
  return page.locator(".page-actions").getByRole("button", { name: either(text) });
}

/** A text in whichever language the page is. */
export function either(text: keyof Texts): RegExp {
  return new RegExp(`^(${TEXTS["zh-CN"][text]}|${TEXTS.en[text]})$`);
}

/** Waits until the map stands and nothing is being asked. */
export async function mapReady(page: Page): Promise<void> {
  await expect(page.locator("table.map").first()).toBeVisible();
  await expect(page.locator(".map-body.stale")).toHaveCount(0);
}

/** The map as the API gives it. */
export async function askMap(request: APIRequestContext, scope: object = {}): Promise<JourneyMap> {
  const answer = await request.post(`/v1/workspaces/${WORKSPACE}/journeys/${JOURNEY}/map`, { data: { scope } });
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as JourneyMap;
}

/** The known pains of the story's journey, in the API's order; looked for where none is known yet. */
export async function knownPains(request: APIRequestContext, workspace = WORKSPACE, journey = JOURNEY): Promise<TrackedPain[]> {
  const list = async () => {
    const answer = await request.get(`/v1/workspaces/${workspace}/pains`, { params: { journey } });
    expect(answer.ok(), await answer.text()).toBe(true);
    return ((await answer.json()) as PainList).pains;
  };
  const known = await list();
  if (known.length > 0) return known;
  const found = await request.post(`/v1/workspaces/${workspace}/journeys/${journey}/pains`, { data: { scope: { entry: {}, zone: "UTC" }, record: true } });
  expect(found.ok(), await found.text()).toBe(true);
  return list();
}

/** Keeps a proposal against the first pain. */
export async function propose(request: APIRequestContext, title: string): Promise<TrackedProposal> {
  const [first] = await knownPains(request);
  const proposal = { title, journey: JOURNEY, stage: first?.pain.stage, pain: first?.pain.key, rests_on: { on: "words", text: "a hunch" } };
  const answer = await request.post(`/v1/workspaces/${WORKSPACE}/proposals`, { data: { proposal } });
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as TrackedProposal;
}

/** Notes a change, on a day in the middle of the sample, that is told by the share of journeys at the goal. */
export async function noteChange(request: APIRequestContext, title: string): Promise<void> {
  const sessions = await request.post(`/v1/workspaces/${WORKSPACE}/sessions`, { data: { scope: {} } });
  const { days } = (await sessions.json()) as { days: { day: string }[] };
  const metric = { name: title, question: { ask: "journey_map", journey: { id: JOURNEY } }, figure: { of: "headline" } };
  const change = { title, day: days[Math.floor(days.length / 2)]?.day, metric };
  const answer = await request.post(`/v1/workspaces/${WORKSPACE}/changes`, { data: { change } });
  expect(answer.ok(), await answer.text()).toBe(true);
}

export function sentenceIn(text: LocalizedText | undefined, language: Language): string {
  return typeof text === "object" ? (text[language] ?? "") : (text ?? "");
}

/** Waits until a pain's page stands with the names of its journey. */
export async function painReady(page: Page): Promise<void> {
  await expect(page.locator(".pain-rates")).toBeVisible();
  await page.waitForLoadState("networkidle");
}

/** What a button that does `action` to one of several things is called. */
export function labelled(action: string, of: string, form: string): string {
  return form.replace("{{action}}", action).replace("{{of}}", of);
}

/** Walks with Tab until the focus is on something whose accessible text matches; keyboards have no other way. */
export async function tabTo(page: Page, name: RegExp, limit = 400): Promise<void> {
  for (let presses = 0; presses < limit; presses += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      return element?.getAttribute("aria-label") ?? element?.textContent ?? "";
    });
    if (name.test(focused)) return;
  }
  throw new Error(`no ${limit} presses of Tab lead to ${name}`);
}

/** A text with its places filled in. */
export function filled(text: string, values: Record<string, string | number>): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (place, key: string) => String(values[key] ?? place));
}
