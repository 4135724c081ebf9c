// Gives the component library the interface's language: calendars and announcements follow it.
import type { ReactNode } from "react";
import { I18nProvider } from "react-aria-components";

import { useLanguage } from "../ui/language";

export function Locale({ children }: { children: ReactNode }) {
  return <I18nProvider locale={useLanguage()}>{children}</I18nProvider>;
}
