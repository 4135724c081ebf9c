// Language and theme, on every page and before signing in.
import { useTranslation } from "react-i18next";

import { Segmented } from "../ui/Controls";
import { LANGUAGES, useLanguage } from "../ui/language";
import { THEMES, setTheme, useTheme } from "../ui/theme";
import { setLanguage } from "./i18n";

export function Settings() {
  const { t } = useTranslation();
  const language = useLanguage();
  const theme = useTheme();
  return (
    <div className="settings">
      <Segmented
        label={t("shell.language")}
        value={language}
        choices={LANGUAGES.map((id) => ({
          id,
          label: <span lang={id}>{id === "en" ? "English" : "中文"}</span>,
        }))}
        onChange={(id) => void setLanguage(id)}
      />
      <Segmented
        label={t("shell.theme")}
        value={theme}
        choices={THEMES.map((id) => ({ id, label: t(`theme.${id}`) }))}
        onChange={setTheme}
      />
    </div>
  );
}
