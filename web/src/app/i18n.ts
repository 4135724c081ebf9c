// Languages of the interface. Only the one in use is loaded.
import i18next from "i18next";
import { initReactI18next } from "react-i18next";

import { LANGUAGES } from "../ui/language";
import type { Language } from "../ui/language";
import type zhCN from "./locale/zh-CN";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "ui";
    keySeparator: false;
    nsSeparator: false;
    resources: { ui: typeof zhCN };
  }
}

const KEY = "throughline.language";
const NAMESPACE = "ui";

const load: Record<Language, () => Promise<{ default: Record<string, string> }>> = {
  "zh-CN": () => import("./locale/zh-CN"),
  en: () => import("./locale/en"),
};

/** The language chosen last; else Chinese, unless the browser asks for English and not for Chinese. */
function preferred(): Language {
  const stored = localStorage.getItem(KEY);
  const chosen = LANGUAGES.find((language) => language === stored);
  if (chosen) return chosen;
  const wanted = navigator.languages.find((language) => /^(zh|en)/.test(language));
  return wanted?.startsWith("en") ? "en" : "zh-CN";
}

export async function startI18n(): Promise<void> {
  const language = preferred();
  const texts = await load[language]();
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    ns: [NAMESPACE],
    defaultNS: NAMESPACE,
    keySeparator: false,
    nsSeparator: false,
    resources: { [language]: { [NAMESPACE]: texts.default } },
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  document.documentElement.lang = language;
}

export async function setLanguage(language: Language): Promise<void> {
  const texts = await load[language]();
  i18next.addResourceBundle(language, NAMESPACE, texts.default, true, true);
  await i18next.changeLanguage(language);
  localStorage.setItem(KEY, language);
  document.documentElement.lang = language;
}
