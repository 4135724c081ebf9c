// How long a funnel may take, as the API writes it: a length of time, one session, or the rest of a day, week or month.
import { useTranslation } from "react-i18next";

import { isSpan } from "./fields";
import { useSpan } from "./span";

const UNITS = ["day", "week", "month", "quarter", "year"] as const;

/** Offered beside lengths of time. */
export const SESSION_WINDOWS = ["session:10m", "session:30m", "session:1h"] as const;
export const CALENDAR_WINDOWS = UNITS.map((unit) => `calendar:${unit}` as const);

function parts(window: string): ["session", string] | ["calendar", (typeof UNITS)[number]] | null {
  const [kind, rest = ""] = window.split(":", 2);
  if (kind === "session" && isSpan(rest)) return [kind, rest];
  const unit = UNITS.find((each) => each === rest);
  return kind === "calendar" && unit ? [kind, unit] : null;
}

export function isFunnelWindow(value: unknown): value is string {
  return isSpan(value) || (typeof value === "string" && parts(value) !== null);
}

/** 「7 天」, 「一次会话（间隔 30 分钟）」, 「同一周」. */
export function useWindowName(): (window: string) => string {
  const { t } = useTranslation();
  const span = useSpan();
  return (window) => {
    const read = parts(window);
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
    return parts(window) ? t("funnel.withinSame", { window: name(window) }) : t("funnel.within", { time: name(window) });
  };
}
