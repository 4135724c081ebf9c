// The limits in force, each with the setting that changes it.
import { useTranslation } from "react-i18next";

import type { SystemLimits } from "../../api/types";
import { useFormat } from "../../ui/format";
import { TableScroll } from "../../ui/TableScroll";
import { useBytes } from "./measure";

/** Each limit, what it is measured in, and its setting; null: it is fixed. */
const LIMITS = [
  ["queries_running_max", "count", "server.queries_running_max"],
  ["queries_waiting_max", "count", "server.queries_waiting_max"],
  ["query_timeout_seconds", "seconds", "server.query_timeout_seconds"],
  ["sql_rows_max", "count", "server.sql_rows_max"],
  ["body_bytes_max", "bytes", "server.body_bytes_max"],
  ["door_bytes_max", "bytes", null],
  ["door_bytes_in_flight_max", "bytes", null],
  ["key_messages_per_second", "count", "server.key_messages_per_second"],
  ["append_timeout_seconds", "seconds", null],
  ["engine_memory_bytes", "bytes", "engine.memory_mib"],
  ["engine_cache_bytes", "bytes", "engine.cache_mib"],
  ["engine_partitions", "count", "engine.partitions"],
] as const satisfies readonly (readonly [keyof SystemLimits, "count" | "seconds" | "bytes", string | null])[];

export function Limits({ limits }: { limits: SystemLimits }) {
  const { t } = useTranslation();
  const format = useFormat();
  const bytes = useBytes();
  const write = { count: format.whole, seconds: format.duration, bytes };
  return (
    <section className="card" aria-labelledby="system-limits">
      <header className="section-head">
        <h2 id="system-limits">{t("system.limits")}</h2>
      </header>
      <TableScroll labelledBy="system-limits">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("system.limit")}</th>
              <th scope="col" className="numeric">
                {t("system.value")}
              </th>
              <th scope="col">{t("system.setting")}</th>
            </tr>
          </thead>
          <tbody>
            {LIMITS.map(([name, measure, setting]) => (
              <tr key={name}>
                <td>{t(`system.limit.${name}`)}</td>
                <td className="numeric">{write[measure](limits[name])}</td>
                <td>{setting === null ? <span className="sub">{t("system.fixed")}</span> : <code>{setting}</code>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}
