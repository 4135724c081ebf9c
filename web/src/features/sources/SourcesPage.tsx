// Where the events come from: live sources, what was imported, what was refused, what there is now.
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { importsQuery, workspacesQuery } from "../../api/queries";
import { sourcesQuery } from "../../api/sources";
import type { ImportInfo, WorkspaceInfo } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { useChannelName } from "../../ui/channel";
import { Button } from "../../ui/Controls";
import { NOTHING, useFormat } from "../../ui/format";
import { Command, Empty, Failure } from "../../ui/States";
import { usePageTitle } from "../../ui/title";
import { LiveSources } from "./LiveSources";
import { SourceForm } from "./SourceForm";
import "./sources.css";

export function SourcesPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { workspace: id } = useParams({ from: "/w/$workspace/sources" });
  const workspace = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === id);
  const imports = useQuery(importsQuery(id));
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
      {imports.error && <Failure error={imports.error} retry={() => void imports.refetch()} />}
      {imports.data && imports.data.imports.length > 0 && <Imports imports={imports.data.imports} zone={workspace?.zone ?? "UTC"} />}
      {imports.data && <HowTo workspace={id} first={imports.data.imports.length === 0 && workspace?.events === 0 && sources.data?.sources.length === 0} />}
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

function Imports({ imports, zone }: { imports: ImportInfo[]; zone: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <section className="card" aria-labelledby="imports-title">
      <header className="section-head">
        <h2 id="imports-title">{t("imports.title")}</h2>
      </header>
      <div className="table-scroll">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("imports.file")}</th>
              <th scope="col">{t("imports.source")}</th>
              <th scope="col">{t("imports.state")}</th>
              <th scope="col" className="numeric">
                {t("imports.rows")}
              </th>
              <th scope="col" className="numeric">
                {t("imports.events")}
              </th>
              <th scope="col" className="numeric">
                {t("imports.rejected")}
              </th>
              <th scope="col" className="numeric">
                {t("imports.skipped")}
              </th>
              <th scope="col">{t("imports.finished")}</th>
            </tr>
          </thead>
          <tbody>
            {imports.map((run) => (
              <tr key={run.batch}>
                <th scope="row">{run.file}</th>
                <td>{run.source}</td>
                <td>
                  <span className={run.state === "complete" ? "badge badge-accent" : "badge badge-bad"}>
                    <span aria-hidden>{run.state === "complete" ? "✓" : "!"}</span>
                    {t(`imports.${run.state}`)}
                  </span>
                </td>
                <td className="numeric">{format.whole(run.rows)}</td>
                <td className="numeric">{format.whole(run.events)}</td>
                <td className="numeric">
                  {format.whole(run.rejected)}
                  {run.rejects_file && <span className="sub rejects">{run.rejects_file}</span>}
                </td>
                <td className="numeric">{format.whole(run.skipped)}</td>
                <td className="moment">{run.finished_us == null ? NOTHING : format.dateTime(run.finished_us, zone)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function HowTo({ workspace, first }: { workspace: string; first: boolean }) {
  const { t } = useTranslation();
  return (
    <div className="card">
      <Empty title={t(first ? "sources.empty" : "sources.more")}>
        <p>{t("sources.how")}</p>
        <p>{t("sources.howSuggest")}</p>
        <Command>{"throughline import FILES… --suggest > mapping.yaml"}</Command>
        <p>{t("sources.howPreview")}</p>
        <Command>{`throughline import FILES… -w ${workspace} --mapping mapping.yaml --dry-run`}</Command>
        <p>{t("sources.howImport")}</p>
        <Command>{`throughline import FILES… -w ${workspace} --mapping mapping.yaml`}</Command>
      </Empty>
    </div>
  );
}
