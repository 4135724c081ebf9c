// Files: one is handed in, its columns are given their meaning, it is tried, and imported. Below, what was imported.
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { importsQuery } from "../../api/imports";
import { workspacesQuery } from "../../api/queries";
import { Allowed } from "../../ui/Allowed";
import { Command, Failure } from "../../ui/States";
import { usePageTitle } from "../../ui/title";
import { History } from "./History";
import { Wizard } from "./Wizard";
import "./imports.css";

export function ImportsPage() {
  const { t } = useTranslation();
  const { workspace: id } = useParams({ from: "/w/$workspace/imports" });
  const workspace = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === id);
  const imports = useQuery(importsQuery(id));
  usePageTitle(t("nav.imports"));
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t("nav.imports")}</h1>
          <p className="page-note">{t("importing.note")}</p>
        </div>
      </header>
      {imports.error && <Failure error={imports.error} retry={() => void imports.refetch()} />}
      {workspace && imports.data && (
        <>
          <Allowed to="manage_sources" said>
            <Wizard key={id} workspace={workspace} newest={imports.data.newest?.site == null ? (imports.data.newest ?? null) : null} />
          </Allowed>
          <History workspace={id} zone={workspace.zone} imports={imports.data.imports} />
          <ByCommand workspace={id} />
        </>
      )}
    </div>
  );
}

function ByCommand({ workspace }: { workspace: string }) {
  const { t } = useTranslation();
  return (
    <details className="card by-command">
      <summary>{t("importing.byCommand")}</summary>
      <p>{t("importing.byCommandWhen")}</p>
      <Command>{"throughline import FILES… --suggest > mapping.yaml"}</Command>
      <Command>{`throughline import FILES… -w ${workspace} --mapping mapping.yaml --dry-run`}</Command>
      <Command>{`throughline import FILES… -w ${workspace} --mapping mapping.yaml`}</Command>
    </details>
  );
}
