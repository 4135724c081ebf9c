// What somebody should look after: what it is, of which workspace, and what to do.
import { TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { SystemState, SystemWarning } from "../../api/types";
import { useLocalized } from "../../ui/language";

export function Warnings({ system }: { system: SystemState }) {
  const { t } = useTranslation();
  return (
    <section className="card card-body" aria-labelledby="system-warnings">
      <h2 id="system-warnings">{t("system.warnings")}</h2>
      <ul className="system-warnings">
        {system.warnings.map((warning) => (
          <Warning key={`${warning.kind} ${warning.workspace ?? ""}`} warning={warning} system={system} />
        ))}
      </ul>
    </section>
  );
}

function Warning({ warning, system }: { warning: SystemWarning; system: SystemState }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const workspace = system.workspaces.find((each) => each.id === warning.workspace);
  // Where there is none yet it is nobody's fault.
  const mild = warning.kind === "backup_missing" || warning.kind === "backup_old";
  return (
    <li>
      <span className={mild ? "badge" : "badge badge-bad"}>
        <TriangleAlert size={12} aria-hidden />
        {t(`system.warning.${warning.kind}`)}
      </span>
      <div>
        {workspace && <p className="system-where">{t("system.inWorkspace", { name: localized(workspace.name), id: workspace.id })}</p>}
        <p>{t(`system.warning.${warning.kind}.remedy`)}</p>
        {workspace?.fault != null && warning.kind === "data_damaged" && <code className="system-fault">{workspace.fault}</code>}
      </div>
    </li>
  );
}
