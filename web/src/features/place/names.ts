// What zones, floors and times of day are called.
import { useTranslation } from "react-i18next";

import type { Floor } from "../../api/types";
import { useLanguage, useLocalized } from "../../ui/language";

/** A zone by its id; what is no zone is outside. */
export function useZoneName(floors: readonly Floor[]): (zone: string | null | undefined) => string {
  const { t } = useTranslation();
  const localized = useLocalized();
  const names = new Map(floors.flatMap(({ zones = [] }) => zones).map((zone) => [zone.id, localized(zone.name)]));
  return (zone) => (zone == null ? t("place.outside") : (names.get(zone) ?? zone));
}

const two = (n: number) => String(n).padStart(2, "0");

/** A minute of the day: 14:30. What the day's last minute leads to is 24:00. */
export function clock(minute: number): string {
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

/** A list of names as the language joins them. */
export function useListed(): (names: readonly string[]) => string {
  const language = useLanguage();
  return (names) => new Intl.ListFormat(language, { type: "conjunction" }).format(names);
}
