// The head of every analysis: which it is, the others beside it, and what can be done with the answer.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { WorkspaceInfo } from "../../api/types";
import { useMay } from "../../ui/rights";
import { SampleBadge } from "../../ui/SampleBadge";
import { KINDS, addressForm, carried } from "./view";
import type { AnalysisView } from "./view";

export function PageHead({ workspace, view, children }: { workspace: WorkspaceInfo; view: AnalysisView; children: ReactNode }) {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <>
      <nav aria-label={t("analysis.kinds")} className="link-tabs">
        <ul>
          {KINDS.filter((kind) => kind !== "sql" || may("ask_sql")).map((kind) => {
            const address = kind === view.kind ? undefined : addressForm(carried(kind, view));
            return (
              <li key={kind}>
                <Link
                  to="/w/$workspace/analyses/$analysis"
                  params={{ workspace: workspace.id, analysis: kind }}
                  search={address === undefined ? {} : { view: address }}
                  className={kind === view.kind ? "link-tab active" : "link-tab"}
                  {...(kind === view.kind ? { "aria-current": "page" as const } : {})}
                >
                  {t(`analysis.${kind}`)}
                </Link>
              </li>
            );
          })}
        </ul>
      </nav>
      <header className="page-head">
        <div>
          <h1>{t(`analysis.${view.kind}`)}</h1>
          {workspace.sample && <SampleBadge sample={workspace.sample} />}
          <p className="page-note">{t(`analysis.${view.kind}.note`)}</p>
        </div>
        <div className="page-actions">{children}</div>
      </header>
    </>
  );
}
