// The last backup, and how to take and put back one: by the command line, where the disks are.
import { useTranslation } from "react-i18next";

import type { SystemState } from "../../api/types";
import { Fact } from "../../ui/Fact";
import { useFormat } from "../../ui/format";
import { Command } from "../../ui/States";
import { quoted, useBytes, ZONE } from "./measure";

/** Where a backup goes in the commands shown while none is known. */
const ANYWHERE = "/mnt/backup";

export function Backups({ system: { backup, data, at_us } }: { system: SystemState }) {
  const { t } = useTranslation();
  const format = useFormat();
  const bytes = useBytes();
  const target = quoted(backup?.target ?? ANYWHERE);
  return (
    <section className="card card-body" aria-labelledby="system-backup">
      <h2 id="system-backup">{t("system.backup")}</h2>
      {backup ? (
        <dl className="inspect-facts">
          <Fact
            name={t("system.backupWhen")}
            value={t("system.backupAgo", { when: format.dateTime(backup.begun_us, ZONE), ago: format.duration((at_us - backup.begun_us) / 1e6) })}
          />
          <Fact name={t("system.backupOf")} value={backup.workspace == null ? t("system.backupWhole") : t("system.backupPart", { id: backup.workspace })} />
          <Fact name={t("system.backupWhere")} value={<code>{backup.target}</code>} />
          <Fact name={t("system.backupSize")} value={t("system.backupSizes", { files: format.whole(backup.files), size: bytes(backup.bytes), fresh: bytes(backup.new_bytes) })} />
        </dl>
      ) : (
        <p>{t("system.backupNone")}</p>
      )}
      <p>{t("system.backupHow")}</p>
      <Command>{`throughline backup ${target} --keep 14 --data ${quoted(data.path)}`}</Command>
      <p>{t("system.verifyHow")}</p>
      <Command>{`throughline backup verify ${target}`}</Command>
      <p>{t("system.restoreHow")}</p>
      <Command>{`throughline restore ${target} --data ./restored`}</Command>
      <p className="sub">{t("system.erasure")}</p>
    </section>
  );
}
