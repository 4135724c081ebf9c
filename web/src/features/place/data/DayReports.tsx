// What the rules did with the positions of days that were read: how many they dropped, moved, joined and left out.
import { useTranslation } from "react-i18next";

import type { PlaceReport, PositionsResult } from "../../../api/types";
import { useFormat } from "../../../ui/format";
import { TableScroll } from "../../../ui/TableScroll";

const COUNTS = ["sightings", "unusable", "too_fast", "snapped", "off_plan", "elsewhere", "gaps", "tracks", "stitched", "passers_by", "staff", "visits", "units", "receipts_matched", "members"] as const;

const countOf = (report: PlaceReport, count: (typeof COUNTS)[number]): number => (count === "staff" ? report.staff_said + report.staff_by_place + report.staff_by_stay : report[count]);

export function DayReports({ days }: { days: PositionsResult["days"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const read = days.flatMap(({ day, report, events, replaced, unchanged }) => (unchanged || report == null ? [] : [{ day, report, events, replaced }]));
  if (read.length === 0) return null;
  return (
    <section aria-labelledby="reports-title">
      <h3 id="reports-title">{t("place.data.reports")}</h3>
      <TableScroll labelledBy="reports-title">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("place.day")}</th>
              {COUNTS.map((count) => (
                <th key={count} scope="col" className="numeric">
                  {t(`place.data.count.${count}`)}
                </th>
              ))}
              <th scope="col" className="numeric">
                {t("place.data.count.events")}
              </th>
              <th scope="col" className="numeric">
                {t("place.data.count.replaced")}
              </th>
            </tr>
          </thead>
          <tbody>
            {read.map(({ day, report, events, replaced }) => (
              <tr key={day}>
                <th scope="row">{format.day(day)}</th>
                {COUNTS.map((count) => (
                  <td key={count} className="numeric">
                    {format.whole(countOf(report, count))}
                  </td>
                ))}
                <td className="numeric">{format.whole(events)}</td>
                <td className="numeric">{format.whole(replaced)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}
