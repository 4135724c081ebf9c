// One analysis of a workspace. The view stands in the address; each analysis comes as a chunk of its own.
import { useQuery } from "@tanstack/react-query";
import { Navigate, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Suspense, lazy, useMemo } from "react";
import { useTranslation } from "react-i18next";

import { workspacesQuery } from "../../api/queries";
import type { WorkspaceInfo } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { usePageTitle } from "../../ui/title";
import type { AnalysisView, Kind } from "./view";
import { addressForm, isKind, readAddress } from "./view";
import "../../charts/charts.css";
import "./analyses.css";

const PAGES = {
  funnel: lazy(() => import("./Funnel")),
  paths: lazy(() => import("./Paths")),
  transitions: lazy(() => import("./Transitions")),
  sessions: lazy(() => import("./Sessions")),
  retention: lazy(() => import("./Retention")),
  lifecycle: lazy(() => import("./Lifecycle")),
  stickiness: lazy(() => import("./Stickiness")),
  survival: lazy(() => import("./Survival")),
  attribution: lazy(() => import("./Attribution")),
  segments: lazy(() => import("./Segments")),
  rfm: lazy(() => import("./Rfm")),
  sql: lazy(() => import("./SqlNotebook")),
} as const;

export function AnalysisPage() {
  const { workspace: id, analysis } = useParams({ from: "/w/$workspace/analyses/$analysis" });
  const { view: address } = useSearch({ from: "/w/$workspace/analyses/$analysis" });
  const workspace = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === id);
  if (!isKind(analysis)) return <Navigate to="/w/$workspace/analyses/$analysis" params={{ workspace: id, analysis: "funnel" }} search={{}} replace />;
  return workspace && <AnalysisOf key={`${id}/${analysis}`} workspace={workspace} kind={analysis} address={address} />;
}

/** `/analyses` without saying which. */
export function AnalysesHome() {
  const { workspace } = useParams({ from: "/w/$workspace/analyses" });
  return <Navigate to="/w/$workspace/analyses/$analysis" params={{ workspace, analysis: "funnel" }} search={{}} replace />;
}

function AnalysisOf({ workspace, kind, address }: { workspace: WorkspaceInfo; kind: Kind; address: string | undefined }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const view = useMemo(() => readAddress(kind, address), [kind, address]);
  usePageTitle(t(`analysis.${kind}`));
  const onChange = (change: Partial<AnalysisView>) => {
    const next = addressForm({ ...view, ...change } as AnalysisView);
    void navigate({
      to: "/w/$workspace/analyses/$analysis",
      params: { workspace: workspace.id, analysis: kind },
      search: next === undefined ? {} : { view: next },
      replace: true,
      resetScroll: false,
    });
  };
  return (
    <div className="page">
      <Suspense fallback={<div className="skeleton analysis-skeleton" aria-hidden />}>
        <Page workspace={workspace} view={view} onChange={onChange} />
      </Suspense>
    </div>
  );
}

interface PageProps {
  workspace: WorkspaceInfo;
  view: AnalysisView;
  onChange: (change: Partial<AnalysisView>) => void;
}

function Page({ workspace, view, onChange }: PageProps) {
  switch (view.kind) {
    case "funnel":
      return <PAGES.funnel workspace={workspace} view={view} onChange={onChange} />;
    case "paths":
      return <PAGES.paths workspace={workspace} view={view} onChange={onChange} />;
    case "transitions":
      return <PAGES.transitions workspace={workspace} view={view} onChange={onChange} />;
    case "sessions":
      return <PAGES.sessions workspace={workspace} view={view} onChange={onChange} />;
    case "retention":
      return <PAGES.retention workspace={workspace} view={view} onChange={onChange} />;
    case "lifecycle":
      return <PAGES.lifecycle workspace={workspace} view={view} onChange={onChange} />;
    case "stickiness":
      return <PAGES.stickiness workspace={workspace} view={view} onChange={onChange} />;
    case "survival":
      return <PAGES.survival workspace={workspace} view={view} onChange={onChange} />;
    case "attribution":
      return <PAGES.attribution workspace={workspace} view={view} onChange={onChange} />;
    case "segments":
      return <PAGES.segments workspace={workspace} view={view} onChange={onChange} />;
    case "rfm":
      return <PAGES.rfm workspace={workspace} view={view} onChange={onChange} />;
    case "sql":
      return (
        <Allowed to="ask_sql" said>
          <PAGES.sql workspace={workspace} view={view} onChange={onChange} />
        </Allowed>
      );
  }
}
