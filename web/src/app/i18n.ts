// Languages of the interface. Of the one in use, the parts of the screens looked at are loaded.
import i18next from "i18next";
import { initReactI18next } from "react-i18next";

import { whenFailing } from "../ui/failures/words";
import { LANGUAGES } from "../ui/language";
import type { Language } from "../ui/language";
import { FAILURES, FRAME, SHARED } from "./texts";
import type { Part, Texts } from "./texts";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "ui";
    keySeparator: false;
    nsSeparator: false;
    resources: { ui: Texts };
  }
}

const KEY = "throughline.language";
const NAMESPACE = "ui";

const files = import.meta.glob<{ default: Record<string, string> }>("/src/**/texts.{zh-CN,en}.ts");

/** Parts that some screen has asked for. */
const parts = new Set<Part>();
/** The language chosen, which may still be on its way. */
let chosen: Language;

/** The language chosen last; else Chinese, unless the browser asks for English and not for Chinese. */
function preferred(): Language {
  const stored = localStorage.getItem(KEY);
  const before = LANGUAGES.find((language) => language === stored);
  if (before) return before;
  const wanted = navigator.languages.find((language) => /^(zh|en)/.test(language));
  return wanted?.startsWith("en") ? "en" : "zh-CN";
}

async function load(language: string, part: Part): Promise<void> {
  const texts = await files[`/src/${part}/texts.${language}.ts`]?.();
  if (texts) i18next.addResourceBundle(language, NAMESPACE, texts.default, true, true);
}

/** Brings parts in the language shown and, while another is on its way, in that one too. */
async function bring(...asked: Part[]): Promise<void> {
  for (const part of asked) parts.add(part);
  const languages = new Set([i18next.language ?? chosen, chosen]);
  await Promise.all([...languages].flatMap((language) => asked.map((part) => load(language, part))));
}

/** Loads a page, and at the same time the texts it says. */
export function page<Module>(feature: Part, module: () => Promise<Module>): () => Promise<Module> {
  return async () => {
    const [loaded] = await Promise.all([module(), bring(SHARED, feature)]);
    return loaded;
  };
}

export async function startI18n(): Promise<void> {
  chosen = preferred();
  document.documentElement.lang = chosen;
  await i18next.use(initReactI18next).init({
    lng: chosen,
    fallbackLng: false,
    ns: [NAMESPACE],
    defaultNS: NAMESPACE,
    keySeparator: false,
    nsSeparator: false,
    resources: { [chosen]: { [NAMESPACE]: {} } },
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
    // The stories fail on it: a screen said a text of a part it did not load.
    saveMissing: true,
    missingKeyHandler: (languages, _, key) => reportError(new Error(`no text in ${languages.join(", ")}: ${key}`)),
  });
  whenFailing(() => bring(FAILURES));
  await bring(...FRAME);
}

export async function setLanguage(language: Language): Promise<void> {
  chosen = language;
  await Promise.all([...parts].map((part) => load(language, part)));
  // Somebody who chose again meanwhile gets what was chosen last.
  if (chosen !== language) return;
  await i18next.changeLanguage(language);
  localStorage.setItem(KEY, language);
  document.documentElement.lang = language;
}
