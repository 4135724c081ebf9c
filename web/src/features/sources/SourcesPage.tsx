// Where the events come from: live sources, files, and what there is now.
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { FileUp, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { workspacesQuery } from "../../api/queries";
import { sourcesQuery } from "../../api/sources";
import type { WorkspaceInfo } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { useChannelName } from "../../ui/channel";
import { Button } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { Empty, Failure } from "../../ui/States";
import { usePageTitle } from "../../ui/title";
import { LiveSources } from "./LiveSources";
import { SourceForm } from "./SourceForm";
import "./sources.css";

export function SourcesPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { workspace: id } = useParams({ from: "/w/$workspace/sources" });
  const workspace = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === id);
  const sources = useQuery(sourcesQuery(id));
  const [adding, setAdding] = useState(false);
  usePageTitle(t("nav.sources"));
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t("nav.sources")}</h1>
          <p className="page-note">{t("sources.note")}</p>
        </div>
        <div className="page-actions">
          <Allowed to="manage_sources">
            <Button look="primary" onPress={() => setAdding(true)} aria-haspopup="dialog">
              <Plus size={14} aria-hidden />
              {t("source.new")}
            </Button>
          </Allowed>
        </div>
      </header>
      {sources.error && <Failure error={sources.error} retry={() => void sources.refetch()} />}
      {sources.data && <LiveSources workspace={id} zone={workspace?.zone ?? "UTC"} sources={sources.data.sources} onAdd={() => setAdding(true)} />}
      {workspace && (workspace.events ?? 0) > 0 && <Contents workspace={workspace} />}
      {workspace && sources.data && <Files workspace={id} first={workspace.events === 0 && sources.data.sources.length === 0} />}
      {adding && (
        <SourceForm
          workspace={id}
          from={null}
          taken={sources.data?.sources.map((source) => source.id) ?? []}
          channels={workspace?.channels ?? []}
          onClose={() => setAdding(false)}
          onSaved={(source) => void navigate({ to: "/w/$workspace/sources/$source", params: { workspace: id, source }, search: {} })}
        />
      )}
    </div>
  );
}

function Contents({ workspace }: { workspace: WorkspaceInfo }) {
  const { t } = useTranslation();
  const format = useFormat();
  const channelName = useChannelName();
  return (
    <dl className="facts card">
      <div>
        <dt>{t("sources.events")}</dt>
        <dd>{format.whole(workspace.events ?? 0)}</dd>
      </div>
      <div>
        <dt>{t("sources.range")}</dt>
        <dd>
          {format.date(workspace.first_us, workspace.zone)} – {format.date(workspace.last_us, workspace.zone)} ({workspace.zone})
        </dd>
      </div>
      <div>
        <dt>{t("sources.channels")}</dt>
        <dd className="badges">
          {workspace.channels.map((channel) => (
            <span key={channel} className="badge">
              {channelName(channel)}
            </span>
          ))}
        </dd>
      </div>
      <div className="facts-wide">
        <dt>{t("sources.eventNames", { n: format.whole(workspace.event_names.length) })}</dt>
        <dd className="badges">
          {workspace.event_names.map((name) => (
            <code key={name} className="badge">
              {name}
            </code>
          ))}
        </dd>
      </div>
    </dl>
  );
}

function Files({ workspace, first }: { workspace: string; first: boolean }) {
  const { t } = useTranslation();
  return (
    <div className="card">
      <Empty title={t(first ? "sources.empty" : "sources.more")}>
        <p>{t("sources.how")}</p>
        <Link to="/w/$workspace/imports" params={{ workspace }} className="button">
          <FileUp size={14} aria-hidden />
          {t("nav.imports")}
        </Link>
      </Empty>
    </div>
  );
}
