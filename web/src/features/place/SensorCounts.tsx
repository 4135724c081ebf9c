// What counters of the site counted in the last days, by line and direction.
import { today } from "@internationalized/date";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { ApiError } from "../../api/client";
import { countsQuery } from "../../api/sensors";
import type { Sensor } from "../../api/types";
import { NOTHING, useFormat } from "../../ui/format";
import { Failure } from "../../ui/States";
import { TableScroll } from "../../ui/TableScroll";

/** How many days back it looks. */
const DAYS = 7;

interface Props {
  workspace: string;
  site: string;
  zone: string;
  sensors: readonly Sensor[];
}

export function SensorCounts({ workspace, site, zone, sensors }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const from = today(zone).subtract({ days: DAYS - 1 }).toString();
  const counts = useQuery(countsQuery(workspace, site, from));
  if (counts.error) return counts.error instanceof ApiError && counts.error.code === "workspace_empty" ? null : <Failure error={counts.error} retry={() => void counts.refetch()} />;
  const rows = (counts.data?.counts ?? []).toSorted((a, b) => b.from_us - a.from_us);
  if (counts.data === undefined || rows.length === 0) return null;
  const few = t("sensors.count.few", { k: counts.data.shown_from });
  return (
    <section className="card" aria-labelledby="counts-title">
      <header className="section-head">
        <h2 id="counts-title">{t("sensors.counts")}</h2>
        <span className="section-note">{t("sensors.countsNote")}</span>
      </header>
      <TableScroll labelledBy="counts-title">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("sensors.count.day")}</th>
              <th scope="col">{t("sensors.count.sensor")}</th>
              <th scope="col">{t("sensors.count.line")}</th>
              <th scope="col">{t("sensors.count.direction")}</th>
              <th scope="col" className="numeric">
                {t("sensors.count.people")}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.sensor} ${row.line} ${row.from_us} ${row.direction ?? ""}`}>
                <td className="moment">{format.date(row.from_us, zone)}</td>
                <td>{sensors.find(({ id }) => id === row.sensor)?.name ?? (row.sensor || NOTHING)}</td>
                <td>{row.line}</td>
                <td>{t(`sensors.direction.${row.direction ?? "within"}`)}</td>
                <td className="numeric">{row.people == null ? few : format.whole(row.people)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}
