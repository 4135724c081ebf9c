// Every workspace on disk: how large it is, what waits, who writes to it, and whether it can be read.
import { useTranslation } from "react-i18next";

import type { SystemWorkspace } from "../../api/types";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { Empty } from "../../ui/States";
import { TableScroll } from "../../ui/TableScroll";
import { useBytes, ZONE } from "./measure";

export function Workspaces({ workspaces }: { workspaces: SystemWorkspace[] }) {
  const { t } = useTranslation();
  if (workspaces.length === 0) return <Empty title={t("system.noWorkspaces")} />;
  return (
    <section className="card" aria-labelledby="system-workspaces">
      <header className="section-head">
        <h2 id="system-workspaces">{t("system.workspaces")}</h2>
      </header>
      <TableScroll labelledBy="system-workspaces">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("system.workspace")}</th>
              <th scope="col">{t("system.state")}</th>
              {(["events", "size", "files", "replaced", "log", "letters"] as const).map((column) => (
                <th scope="col" className="numeric" key={column} title={t(`system.column.${column}.what`)}>
                  {t(`system.column.${column}`)}
                </th>
              ))}
              <th scope="col">{t("system.writer")}</th>
              <th scope="col">{t("system.flushed")}</th>
              <th scope="col">{t("system.compacted")}</th>
            </tr>
          </thead>
          <tbody>
            {workspaces.map((workspace) => (
              <Row key={workspace.id} workspace={workspace} />
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}

function Row({ workspace }: { workspace: SystemWorkspace }) {
  const { t } = useTranslation();
  const format = useFormat();
  const bytes = useBytes();
  const localized = useLocalized();
  const empty = workspace.files === 0 && workspace.log_bytes === 0;
  return (
    <tr>
      <th scope="row">
        {localized(workspace.name)} <span className="sub">{workspace.id}</span>
      </th>
      <td>
        {workspace.fault != null ? (
          <span className="badge badge-bad">{t("system.damaged")}</span>
        ) : (
          <span className={empty ? "badge" : "badge badge-accent"}>{t(empty ? "system.empty" : "system.readable")}</span>
        )}
      </td>
      <td className="numeric">{format.count(workspace.events)}</td>
      <td className="numeric">{bytes(workspace.bytes)}</td>
      <td className="numeric">{format.whole(workspace.files)}</td>
      <td className="numeric">{bytes(workspace.replaced_bytes)}</td>
      <td className="numeric">{bytes(workspace.log_bytes)}</td>
      <td className="numeric">{format.whole(workspace.letters_waiting)}</td>
      <td>{t(`system.writer.${workspace.writer}`)}</td>
      <td className="moment">{format.dateTime(workspace.flushed_us, ZONE)}</td>
      <td className="moment">{format.dateTime(workspace.compacted_us, ZONE)}</td>
    </tr>
  );
}
