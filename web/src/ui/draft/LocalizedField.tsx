// A text that may stand in several languages: a field each, the reader's own first.
import { useTranslation } from "react-i18next";

import type { LocalizedText } from "../../api/types";
import { TextField } from "../Fields";
import { useLanguage } from "../language";
import { baseOf, ownTag, renamed } from "./same";

interface Props {
  label: string;
  text: LocalizedText | null | undefined;
  lines?: number;
  required?: boolean;
  onChange: (text: LocalizedText) => void;
}

export function LocalizedField({ label, text, lines = 1, required = false, onChange }: Props) {
  const { t } = useTranslation();
  const language = useLanguage();
  const tags = text == null || typeof text === "string" ? [] : Object.keys(text);
  if (text == null || typeof text === "string" || tags.length === 0) {
    const value = typeof text === "string" ? text : "";
    return <TextField label={label} lines={lines} required={required} value={value} wrong={required && value.trim() === ""} onChange={onChange} />;
  }
  // The region is told where it tells two apart.
  const spoken = (tag: string) => (tags.filter((other) => baseOf(other) === baseOf(tag)).length > 1 ? tag : baseOf(tag));
  const named = new Intl.DisplayNames(language, { type: "language" });
  const own = ownTag(tags, language);
  const ordered = own === undefined ? [language, ...tags] : [own, ...tags.filter((tag) => tag !== own)];
  return (
    <>
      {ordered.map((tag, at) => {
        const value = text[tag] ?? "";
        return (
          <TextField
            key={tag}
            label={at === 0 ? label : t("editor.inLanguage", { label, language: named.of(spoken(tag)) ?? tag })}
            lines={lines}
            required={required && at === 0}
            value={value}
            wrong={required && tag in text && value.trim() === ""}
            onChange={(words) => onChange(renamed(text, tag, words))}
          />
        );
      })}
    </>
  );
}
