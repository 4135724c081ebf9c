// Steps that several stories share.
import type { APIRequestContext, Page } from "@playwright/test";
import { expect } from "@playwright/test";

import type { JourneyMap } from "../src/api/types";
import en from "../src/app/locale/en";
import zhCN from "../src/app/locale/zh-CN";

export const TEXTS = { "zh-CN": zhCN, en } as const;
export type Language = keyof typeof TEXTS;
export const LANGUAGES = ["zh-CN", "en"] as const;
export const THEMES = ["light", "dark"] as const;

export interface Look {
  language: Language;
  theme: (typeof THEMES)[number];
}

/** The journey the stories are told on: a real online shop's clicks. */
export const WORKSPACE = "ecom";
export const JOURNEY = "online-purchase";
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
  await page.goto(path);
  await expect(page.locator("html")).toHaveAttribute("lang", language);
  await expect(page.locator("main h1").first()).toBeVisible();
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
