// The versions of a journey: who saved each and why, what changed between two, and going back to one.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "../../api/client";
import { diffQuery, journeyQuery, restoreVersion, versionsQuery } from "../../api/queries";
import type { VersionInfo, WorkspaceInfo } from "../../api/types";
import { useActor } from "../../ui/actor";
import { Allowed } from "../../ui/Allowed";
import { Button, Picker } from "../../ui/Controls";
import { Drawer } from "../../ui/Drawer";
import { TextField } from "../../ui/Fields";
import { useFormat } from "../../ui/format";
import { Failure } from "../../ui/States";
import { ChangeList } from "./ChangeList";
import { UploadDefinition } from "./UploadDefinition";
import "./panels.css";

interface Props {
  workspace: WorkspaceInfo;
  journey: string;
  /** Shows the map of a version. */
  onOpen: (version: number | null) => void;
  onClose: () => void;
}

export default function Versions({ workspace, journey, onOpen, onClose }: Props) {
  const { t } = useTranslation();
  const list = useQuery({ ...versionsQuery(workspace.id, journey), staleTime: 0 });
  const versions = list.data?.versions ?? [];
  const newest = versions[0]?.version;
  return (
    <Drawer title={t("versions.title")} onClose={onClose}>
      {list.error && <Failure error={list.error} retry={() => void list.refetch()} />}
      {!list.data && !list.error && <div className="skeleton" aria-hidden />}
      {newest !== undefined && (
        <Allowed to="change_journeys" said>
          <div className="version-upload">
            <p className="sub">{t("versions.upload")}</p>
            <UploadDefinition workspace={workspace.id} journey={journey} version={newest} />
          </div>
        </Allowed>
      )}
      {versions.length > 1 && <Compare key={newest} workspace={workspace} journey={journey} versions={versions} />}
      {list.data && (
        <ol className="versions">
          {versions.map((version, index) => (
            <VersionItem key={version.version} workspace={workspace} journey={journey} version={version} newest={newest ?? version.version} isNewest={index === 0} onOpen={onOpen} />
          ))}
        </ol>
      )}
    </Drawer>
  );
}

function Compare({ workspace, journey, versions }: { workspace: WorkspaceInfo; journey: string; versions: VersionInfo[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [from, setFrom] = useState(versions[1]?.version ?? 1);
  const [to, setTo] = useState(versions[0]?.version ?? 1);
  const choices = versions.map((version) => ({
    id: String(version.version),
    label: t("scope.versionN", { n: version.version }),
    note: format.date(version.saved_at_us, workspace.zone),
  }));
  const diff = useQuery({ ...diffQuery(workspace.id, journey, from, to), enabled: from !== to });
  const after = useQuery(journeyQuery(workspace.id, journey, to)).data?.journey;
  const before = useQuery(journeyQuery(workspace.id, journey, from)).data?.journey;
  return (
    <section className="version-compare" aria-labelledby="compare-title">
      <h3 id="compare-title">{t("versions.compare")}</h3>
      <div className="version-pickers">
        <Picker label={t("versions.from")} value={String(from)} choices={choices} onChange={(id) => setFrom(Number(id))} />
        <Picker label={t("versions.to")} value={String(to)} choices={choices} onChange={(id) => setTo(Number(id))} />
      </div>
      {diff.error && <Failure error={diff.error} retry={() => void diff.refetch()} />}
      <div role="status">
        {from === to || diff.data?.changes.length === 0 ? (
          <p className="sub">{t("versions.same")}</p>
        ) : (
          diff.data && <p className="sub">{t("versions.changes", { count: diff.data.changes.length, n: diff.data.changes.length })}</p>
        )}
      </div>
      {from !== to && diff.data && <ChangeList changes={diff.data.changes} before={before} after={after} />}
    </section>
  );
}

interface ItemProps {
  workspace: WorkspaceInfo;
  journey: string;
  version: VersionInfo;
  newest: number;
  isNewest: boolean;
  onOpen: (version: number | null) => void;
}

function VersionItem({ workspace, journey, version, newest, isNewest, onOpen }: ItemProps) {
  const { t } = useTranslation();
  const actor = useActor();
  const format = useFormat();
  const [restoring, setRestoring] = useState(false);
  const name = t("scope.versionN", { n: version.version });
  return (
    <li className="version">
      <p className="version-head">
        <strong>{name}</strong>
        {isNewest && <span className="badge badge-accent">{t("versions.newest")}</span>}
        <span className="sub">
          {format.dateTime(version.saved_at_us, workspace.zone)} · {actor(version.by)}
        </span>
      </p>
      {version.note && <p className="history-note">{version.note}</p>}
      {restoring ? (
        <Restore workspace={workspace} journey={journey} version={version.version} newest={newest} onDone={() => setRestoring(false)} onRestored={() => onOpen(null)} />
      ) : (
        <p className="version-actions">
          <Button onPress={() => onOpen(isNewest ? null : version.version)} aria-label={t("action.of", { action: t("versions.show"), of: name })}>
            {t("versions.show")}
          </Button>
          {!isNewest && (
            <Allowed to="change_journeys">
              <Button onPress={() => setRestoring(true)} aria-label={t("action.of", { action: t("versions.restore"), of: name })}>
                {t("versions.restore")}
              </Button>
            </Allowed>
          )}
        </p>
      )}
    </li>
  );
}

/** Says what going back does and asks why; nothing that was saved since is lost. */
function Restore({
  workspace,
  journey,
  version,
  newest,
  onDone,
  onRestored,
}: Omit<ItemProps, "version" | "isNewest" | "onOpen"> & { version: number; onDone: () => void; onRestored: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [note, setNote] = useState("");
  const [asked, setAsked] = useState(false);
  const refresh = () =>
    Promise.all(
      ["versions", "journeys", "journey", "map", "personas", "hierarchy"].map((key) => client.invalidateQueries({ queryKey: [key] })),
    );
  const save = useMutation({
    mutationFn: () => restoreVersion(workspace.id, journey, { version, note: note.trim(), expected_version: newest }),
    onSuccess: async () => {
      await refresh();
      onRestored();
    },
  });
  const conflict = save.error instanceof ApiError && save.error.status === 409;
  return (
    <form
      className="form version-restore"
      noValidate
      aria-label={t("versions.restoreOf", { name: t("scope.versionN", { n: version }) })}
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (note.trim()) save.mutate();
      }}
    >
      <p>{t("versions.restoreWhat", { version, next: newest + 1 })}</p>
      <TextField label={t("versions.why")} required value={note} fault={asked && !note.trim() ? t("form.needed") : undefined} onChange={setNote} />
      {save.error && (
        <Failure
          error={save.error}
          {...(conflict
            ? {
                retry: () => {
                  save.reset();
                  void client.invalidateQueries({ queryKey: ["versions", workspace.id, journey] });
                },
              }
            : {})}
        />
      )}
      <div className="form-actions">
        <button type="submit" className="button button-primary" disabled={save.isPending}>
          {t("versions.restoreDo", { next: newest + 1 })}
        </button>
        <Button onPress={onDone}>{t("common.cancel")}</Button>
      </div>
    </form>
  );
}
