// Words of what arrives: how it was sent, and why it was refused.
import { useTranslation } from "react-i18next";

/** `sensors` → 神策; what has no word yet stands as it is. */
export function useProtocolName(): (protocol: string) => string {
  const { t, i18n } = useTranslation();
  return (protocol) => (i18n.exists(`protocol.${protocol}`) ? t(`protocol.${protocol}` as "protocol.segment") : protocol);
}

/** `time_missing` → 没有时间; what has no word yet stands as it is. */
export function useRefusalName(): (code: string) => string {
  const { t, i18n } = useTranslation();
  return (code) => (i18n.exists(`refusal.${code}`) ? t(`refusal.${code}` as "refusal.time_missing") : code);
}
