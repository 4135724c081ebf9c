// How long a funnel may take, in words.
import { useTranslation } from "react-i18next";

import { windowParts } from "./funnelWindow";
import { useSpan } from "./span";

/** 「7 天」, 「一次会话（间隔 30 分钟）」, 「同一周」. */
export function useWindowName(): (window: string) => string {
  const { t } = useTranslation();
  const span = useSpan();
  return (window) => {
    const read = windowParts(window);
    if (!read) return span(window);
    return read[0] === "session" ? t("funnel.window.session", { idle: span(read[1]) }) : t(`funnel.window.${read[1]}`);
  };
}

/** The same as what goes with a share: 「7 天内」, 「同一周内」; empty where there is no limit. */
export function useWithinWindow(): (window: string) => string {
  const { t } = useTranslation();
  const name = useWindowName();
  return (window) => {
    if (window === "") return "";
    return windowParts(window) ? t("funnel.withinSame", { window: name(window) }) : t("funnel.within", { time: name(window) });
  };
}
