// The interface's languages and how a text of the data is read in one of them.
import { useTranslation } from "react-i18next";

import type { LocalizedText } from "../api/types";

export const LANGUAGES = ["zh-CN", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Chinese has one form for every number (`_other`); English has one for 1 beside it. */
type Plural<Key> = Key extends `${infer Stem}_other` ? `${Stem}_one` : never;
/** The English of a part: each key of the Chinese, or it does not compile. */
export type English<Chinese> = Record<keyof Chinese | Plural<keyof Chinese>, string>;

export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return i18n.language === "en" ? "en" : "zh-CN";
}

/** The text in `language`, else in another form of the same language, else English, else any. */
export function localized(text: LocalizedText | null | undefined, language: string): string {
  if (text == null) return "";
  if (typeof text === "string") return text;
  const base = language.split("-")[0];
  const sameLanguage = Object.keys(text).find((tag) => tag.split("-")[0] === base);
  return text[language] ?? (sameLanguage && text[sameLanguage]) ?? text["en"] ?? Object.values(text)[0] ?? "";
}

/** Phrases of the API begin small, so that they fit into sentences; alone they begin as sentences do. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** [`localized`] in the interface's language. */
export function useLocalized(): (text: LocalizedText | null | undefined) => string {
  const language = useLanguage();
  return (text) => localized(text, language);
}
