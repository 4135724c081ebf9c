// Why a row cannot be taken, in the reader's language: by its code, which is stable. The server's own sentence is English.
import { useTranslation } from "react-i18next";

export function useReasonName(): (code: string) => string {
  const { t, i18n } = useTranslation();
  return (code) => (i18n.exists(`importing.reason.${code}`) ? t(`importing.reason.${code}` as "importing.reason.time_unreadable") : code);
}

/** What the server says of a row beyond its code, where the reader reads that or the code has no words. */
export function useReasonDetail(): (code: string, reason: string) => string | null {
  const { i18n } = useTranslation();
  return (code, reason) => (i18n.language === "en" || !i18n.exists(`importing.reason.${code}`) ? reason : null);
}
