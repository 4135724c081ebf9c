// The state of the system, for administrators: what to look after first, then the machine, the backups, every workspace and
// the limits in force.
import { useQuery } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import { useTranslation } from "react-i18next";

import { systemQuery } from "../../api/system";
import type { SystemState } from "../../api/types";
import { Fact } from "../../ui/Fact";
import { NOTHING, useFormat } from "../../ui/format";
import { useAdministers } from "../../ui/rights";
import { Failure } from "../../ui/States";
import { usePageTitle } from "../../ui/title";
import { Backups } from "./Backups";
import { Limits } from "./Limits";
import { useBytes, ZONE } from "./measure";
import { Warnings } from "./Warnings";
import { Workspaces } from "./Workspaces";
import "./system.css";

export function SystemPage() {
  const { t } = useTranslation();
  const manages = useAdministers();
  const asked = useQuery({ ...systemQuery(), enabled: manages });
  usePageTitle(t("system.title"));
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t("system.title")}</h1>
          <p className="page-note">{t("system.note")}</p>
        </div>
      </header>
      {!manages && <p className="needs">{t("system.needs")}</p>}
      {asked.error && <Failure error={asked.error} retry={() => void asked.refetch()} />}
      {manages && asked.isPending && <div className="skeleton" aria-hidden />}
      {asked.data && <System system={asked.data} />}
    </div>
  );
}

function System({ system }: { system: SystemState }) {
  const { t } = useTranslation();
  return (
    <>
      {system.warnings.length > 0 ? (
        <Warnings system={system} />
      ) : (
        <p className="system-well" role="status">
          <CircleCheck size={16} aria-hidden />
          {t("system.well")}
        </p>
      )}
      <div className="system-cards">
        <Server system={system} />
        <Disk system={system} />
      </div>
      <Backups system={system} />
      <Workspaces workspaces={system.workspaces} />
      <Limits limits={system.limits} />
    </>
  );
}

function Server({ system }: { system: SystemState }) {
  const { t } = useTranslation();
  const format = useFormat();
  const bytes = useBytes();
  const { memory, queries, limits } = system;
  return (
    <section className="card card-body" aria-labelledby="system-server">
      <h2 id="system-server">{t("system.server")}</h2>
      <dl className="inspect-facts">
        <Fact name={t("system.version")} value={system.version} />
        <Fact
          name={t("system.running")}
          value={t("system.runningFor", { duration: format.duration((system.at_us - system.started_us) / 1e6), since: format.dateTime(system.started_us, ZONE) })}
        />
        <Fact
          name={t("system.memory")}
          value={
            memory
              ? t("system.memoryOf", { used: bytes(memory.used_bytes), available: bytes(memory.available_bytes), total: bytes(memory.total_bytes) })
              : NOTHING
          }
        />
        <Fact
          name={t("system.queries")}
          value={t("system.queriesOf", {
            running: format.whole(queries.running),
            most: format.whole(limits.queries_running_max),
            waiting: format.whole(queries.waiting),
          })}
        />
        <Fact name={t("system.oldest")} value={queries.oldest_ms == null ? NOTHING : format.duration(queries.oldest_ms / 1000)} />
      </dl>
    </section>
  );
}

function Disk({ system: { data } }: { system: SystemState }) {
  const { t } = useTranslation();
  const format = useFormat();
  const bytes = useBytes();
  const { disk_bytes: total, disk_free_bytes: free } = data;
  const used = total != null && free != null && total > 0 ? (total - free) / total : null;
  return (
    <section className="card card-body" aria-labelledby="system-disk">
      <h2 id="system-disk">{t("system.disk")}</h2>
      <dl className="inspect-facts">
        <Fact name={t("system.path")} value={<code>{data.path}</code>} />
        <Fact name={t("system.dataBytes")} value={bytes(data.bytes)} />
        <Fact name={t("system.free")} value={total == null || free == null ? NOTHING : t("system.freeOf", { free: bytes(free), total: bytes(total) })} />
      </dl>
      {used !== null && (
        <div className="system-meter">
          <meter className="visually-hidden" aria-label={t("system.diskUsed")} min={0} max={1} value={used}>
            {format.percent(used)}
          </meter>
          <div className="system-track" aria-hidden>
            <div className="system-bar" style={{ width: `${used * 100}%` }} />
          </div>
          <span className="sub">{t("system.usedShare", { share: format.percent(used) })}</span>
        </div>
      )}
    </section>
  );
}
