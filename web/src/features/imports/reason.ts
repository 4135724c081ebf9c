// Why a row cannot be taken, in the reader's language where there is a word for its code.
import { useTranslation } from "react-i18next";

export function useReasonName(): (code: string) => string {
  const { t, i18n } = useTranslation();
  return (code) => (i18n.exists(`importing.reason.${code}`) ? t(`importing.reason.${code}` as "importing.reason.time_unreadable") : code);
}
