// Channels are keys of the data; the common ones have a name in each language.
import { useTranslation } from "react-i18next";

export function useChannelName(): (channel: string) => string {
  const { t, i18n } = useTranslation();
  return (channel) => (i18n.exists(`channel.${channel}`) ? t(`channel.${channel}` as "channel.web") : channel);
}
