// Stretches of the calendar in words: what they are called, and the one that begins on a day.
import { useTranslation } from "react-i18next";

import { useFormat } from "../../ui/format";
import { useLanguage } from "../../ui/language";
import type { Calendar } from "./timeViews";

const QUARTER_MONTHS = 3;
const DAY_US = 86_400_000_000;

export interface CalendarWords {
  /** 「周」. */
  unit(calendar: Calendar): string;
  /** The same within a text: “day”. */
  inText(calendar: Calendar): string;
  /** The period whose first day this is: 「2024年3月」, 「2024/03/04」. */
  period(day: string, calendar: Calendar): string;
  /** The same within a sentence: 「2024/03/04 起的一周」. */
  spoken(day: string, calendar: Calendar): string;
  /** 「第 3 周」, 「第 1–7 天」. */
  nth(calendar: Calendar, n: string): string;
  /** From the first moment to the last day before `to_us`. */
  between(from_us: number, to_us: number, zone: string): string;
}

export function useCalendarWords(): CalendarWords {
  const { t } = useTranslation();
  const format = useFormat();
  const language = useLanguage();
  const period = (day: string, calendar: Calendar) => {
    const date = new Date(day);
    if (calendar === "month") return format.month(day);
    if (calendar === "quarter") return t("calendar.quarterOf", { year: date.getUTCFullYear(), n: Math.floor(date.getUTCMonth() / QUARTER_MONTHS) + 1 });
    if (calendar === "year") return t("calendar.yearOf", { year: date.getUTCFullYear() });
    return format.day(day);
  };
  return {
    unit: (calendar) => t(`calendar.${calendar}`),
    inText: (calendar) => t(`calendar.${calendar}`).toLocaleLowerCase(language),
    period,
    spoken: (day, calendar) => (calendar === "week" ? t("calendar.weekOf", { day: period(day, calendar) }) : period(day, calendar)),
    nth: (calendar, n) => t(`calendar.nth.${calendar}`, { n }),
    between: (from_us, to_us, zone) => {
      const [from, to] = [format.date(from_us, zone), format.date(Math.max(from_us, to_us - DAY_US / 2), zone)];
      return from === to ? from : t("calendar.between", { from, to });
    },
  };
}
