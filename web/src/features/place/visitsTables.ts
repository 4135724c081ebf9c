// Visits by day and by half-hour as tables.
import { useTranslation } from "react-i18next";

import type { PlaceVisits } from "../../api/types";
import type { AnswerTable } from "../../ui/answer/table";
import { named, numeric } from "../../ui/answer/table";
import { useFormat } from "../../ui/format";
import { clock } from "./names";

export function useVisitsTables(): (visits: PlaceVisits) => AnswerTable[] {
  const { t } = useTranslation();
  const format = useFormat();
  const whole = (value: number) => ({ value, text: format.whole(value) });
  return ({ days, occupancy }) => [
    {
      id: "days",
      title: t("place.byDay"),
      columns: [{ name: t("place.day") }, numeric(t("place.total.visits")), numeric(t("place.total.units")), numeric(t("place.total.most"))],
      rows: days.map(({ day, visits, units, most_at_once }) => [{ value: day, text: format.day(day) }, whole(visits), whole(units), whole(most_at_once)]),
    },
    {
      id: "half-hours",
      title: t("place.byTime"),
      columns: [{ name: t("place.time") }, numeric(t("place.entered")), numeric(t("place.mean")), numeric(t("place.total.most"))],
      rows: occupancy.map(({ minute, entered, mean, most }) => [named(clock(minute)), whole(entered), { value: mean, text: format.decimal(mean) }, whole(most)]),
    },
  ];
}
