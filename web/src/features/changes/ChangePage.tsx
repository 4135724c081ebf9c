// One dated change: what its number was before and after, how sure the difference is, and what else may be behind it.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { changeQuery, changeResultQuery, changesKey, deleteChange, saveChange } from "../../api/changes";
import { workspacesQuery } from "../../api/queries";
import type { KeptChange, WorkspaceInfo } from "../../api/types";
import { useActor } from "../../ui/actor";
import { Allowed } from "../../ui/Allowed";
import { Ask } from "../../ui/Ask";
import { Button } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { Failure, Progress } from "../../ui/States";
import { usePageTitle } from "../../ui/title";
import { offerUndo } from "../../ui/undoable";
import { ChangeDrawer } from "./ChangeDrawer";
import { Result } from "./Result";
import "../../charts/charts.css";
import "./changes.css";

export function ChangePage() {
  const { t } = useTranslation();
  const { workspace: id, change } = useParams({ from: "/w/$workspace/changes/$change" });
  const workspace = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === id);
  const kept = useQuery(changeQuery(id, change));
  if (!workspace) return null;
  if (kept.data) return <ChangeOf workspace={workspace} kept={kept.data} />;
  return (
    <div className="page">
      <Crumbs workspace={id} />
      <h1>{t("nav.changes")}</h1>
      {kept.error ? <Failure error={kept.error} retry={() => void kept.refetch()} /> : <div className="skeleton change-skeleton" aria-hidden />}
    </div>
  );
}

function Crumbs({ workspace }: { workspace: string }) {
  const { t } = useTranslation();
  return (
    <nav className="crumbs" aria-label={t("common.breadcrumb")}>
      <Link to="/w/$workspace/changes" params={{ workspace }} search={{}}>
        {t("nav.changes")}
      </Link>
    </nav>
  );
}

function ChangeOf({ workspace, kept }: { workspace: WorkspaceInfo; kept: KeptChange }) {
  const { t } = useTranslation();
  const actor = useActor();
  const format = useFormat();
  const navigate = useNavigate();
  const search = useSearch({ from: "/w/$workspace/changes/$change" });
  const { change } = kept;
  const look = changeResultQuery(workspace.id, kept);
  const result = useQuery(look);
  usePageTitle(change.title);
  const go = (next: { open?: string }) =>
    void navigate({ to: "/w/$workspace/changes/$change", params: { workspace: workspace.id, change: String(kept.id) }, search: next, resetScroll: false });
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <Crumbs workspace={workspace.id} />
          <h1>{change.title}</h1>
          <p className="change-facts">
            <span>{t("change.since", { day: format.day(change.day) })}</span>
            <span>
              {change.metric.view ? (
                <Link to="/w/$workspace/s/$hash" params={{ workspace: workspace.id, hash: change.metric.view }}>
                  {change.metric.name}
                </Link>
              ) : (
                change.metric.name
              )}
            </span>
            {change.proposal != null && (
              <Link to="/w/$workspace/proposals" params={{ workspace: workspace.id }} search={{ open: String(change.proposal) }}>
                {t("change.proposal")}
              </Link>
            )}
            <span className="sub">{t("change.by", { by: actor(kept.changed_by), when: format.dateTime(kept.changed_at_us, workspace.zone) })}</span>
          </p>
          {change.note && <p className="change-note">{change.note}</p>}
        </div>
        <div className="page-actions">
          <Allowed to="handle_proposals">
            <Button onPress={() => go({ open: "edit" })}>
              <Pencil size={14} aria-hidden />
              {t("change.editShort")}
            </Button>
            <Delete workspace={workspace.id} kept={kept} />
          </Allowed>
        </div>
      </header>
      {result.isFetching && <Progress queryKey={look.queryKey} />}
      {result.error && !result.isFetching && <Failure error={result.error} retry={() => void result.refetch()} />}
      {result.data ? <Result workspace={workspace} kept={kept} result={result.data} /> : !result.error && <div className="skeleton change-skeleton" aria-hidden />}
      {search.open === "edit" && <ChangeDrawer key={kept.version} workspace={workspace} kept={kept} proposal={null} onClose={() => go({})} />}
    </div>
  );
}

function Delete({ workspace, kept }: { workspace: string; kept: KeptChange }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () => deleteChange(workspace, kept.id),
    onSuccess: async () => {
      const listed = () => client.invalidateQueries({ queryKey: changesKey(workspace) });
      const undo = async () => {
        await saveChange(workspace, null, kept.change);
        await listed();
      };
      const { title } = kept.change;
      offerUndo({ workspace, list: "changes", text: t("change.deleted", { title }), undo, undone: t("change.restored", { title }) });
      await listed();
      void navigate({ to: "/w/$workspace/changes", params: { workspace }, search: {} });
    },
  });
  return (
    <>
      <Button look="quiet" icon aria-label={t("change.delete")} onPress={() => setAsking(true)}>
        <Trash2 size={14} aria-hidden />
      </Button>
      {asking && (
        <Ask title={t("change.deleteTitle", { title: kept.change.title })} action={t("change.delete")} run={remove} onClose={() => setAsking(false)}>
          <p>{t("change.deleteWhat")}</p>
        </Ask>
      )}
    </>
  );
}
