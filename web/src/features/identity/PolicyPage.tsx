// The rules by which identifiers are one customer: edited, tried on everything that was said, and saved as the next version.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { History as HistoryIcon } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { identityPolicyPreviewQuery, identityPolicyQuery, identityPolicyVersionsQuery, saveIdentityPolicy } from "../../api/identity";
import { workspacesQuery } from "../../api/queries";
import type { IdentityPolicy, StitchingPolicy, VersionInfo, WorkspaceInfo } from "../../api/types";
import { useActor } from "../../ui/actor";
import { Allowed } from "../../ui/Allowed";
import { Button, Picker } from "../../ui/Controls";
import { Drawer } from "../../ui/Drawer";
import { TextField } from "../../ui/Fields";
import { useFormat } from "../../ui/format";
import { useMay } from "../../ui/rights";
import { SavedVersion } from "../../ui/SavedVersion";
import { Failure, Progress } from "../../ui/States";
import { Blocks } from "./Blocks";
import { IdentityHead } from "./IdentityHead";
import { NamespaceTable } from "./NamespaceTable";
import { PolicyEffect } from "./PolicyEffect";
import { connectedFault, draftOf, identifiersFault, policyOf, samePolicy } from "./policyDraft";
import { SHARED } from "../../ui/identity/words";
import "../../ui/identity/identity.css";
import "./identity.css";

export function PolicyPage() {
  const { t } = useTranslation();
  const { workspace: id } = useParams({ from: "/w/$workspace/identity/policy" });
  const workspace = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === id);
  const stored = useQuery(identityPolicyQuery(id));
  const [versions, setVersions] = useState(false);
  if (!workspace) return null;
  return (
    <div className="page">
      <IdentityHead workspace={id} tab="policy">
        <Button onPress={() => setVersions(true)} aria-haspopup="dialog" isDisabled={!stored.data}>
          <HistoryIcon size={14} aria-hidden />
          {t("versions.open")}
        </Button>
      </IdentityHead>
      {stored.error && <Failure error={stored.error} retry={() => void stored.refetch()} />}
      {stored.data && <Rules key={`${id} ${stored.data.version}`} workspace={workspace} stored={stored.data} />}
      {stored.data && <Blocks workspace={workspace} />}
      {versions && stored.data && <Versions workspace={workspace} current={stored.data} onClose={() => setVersions(false)} />}
    </div>
  );
}

function Rules({ workspace, stored }: { workspace: WorkspaceInfo; stored: IdentityPolicy }) {
  const { t } = useTranslation();
  const actor = useActor();
  const format = useFormat();
  const client = useQueryClient();
  const changes = useMay()("change_identity_policy");
  const [draft, setDraft] = useState(() => draftOf(stored.policy, stored.namespaces));
  const [tried, setTried] = useState<StitchingPolicy | null>(null);
  const policy = policyOf(draft);
  const unchanged = policy !== null && samePolicy(policy, stored.policy);
  const options = identityPolicyPreviewQuery(workspace.id, tried ?? stored.policy);
  const preview = useQuery({ ...options, enabled: tried !== null });
  const save = useMutation({
    mutationFn: (made: StitchingPolicy) => saveIdentityPolicy(workspace.id, made, stored.version),
    // Everything that counts customers has changed.
    onSuccess: () => client.invalidateQueries(),
  });
  const versionText =
    stored.version === 0 ? t("identity.policy.standard") : `${t("scope.versionN", { n: stored.version })} · ${stored.saved_at_us == null ? "" : format.dateTime(stored.saved_at_us, workspace.zone)} · ${actor(stored.by)}`;
  return (
    <div className="identity-policy">
      <div className="identity-policy-main">
        <section className="card" aria-labelledby="policy-all">
          <header className="section-head">
            <h2 id="policy-all">{t("identity.policy.all")}</h2>
            <span className="sub">{versionText}</span>
          </header>
          <div className="card-body identity-policy-all">
            <Picker
              label={t("identity.policy.shared")}
              value={draft.shared}
              choices={SHARED.map((id) => ({ id, label: t(`identity.shared.${id}`), disabled: !changes && id !== draft.shared }))}
              onChange={(shared) => setDraft({ ...draft, shared })}
            />
            <TextField numeric label={t("identity.policy.identifiers")} value={draft.identifiers} onChange={(identifiers) => setDraft({ ...draft, identifiers })} fault={identifiersFault(draft) ? t("identity.policy.between", { least: 2, most: format.whole(10_000) }) : undefined} hint={t("identity.policy.identifiersHint")} />
            <TextField numeric label={t("identity.policy.connected")} value={draft.connected} onChange={(connected) => setDraft({ ...draft, connected })} fault={connectedFault(draft) ? t("identity.policy.between", { least: draft.identifiers, most: format.whole(100_000) }) : undefined} hint={t("identity.policy.connectedHint")} />
          </div>
        </section>
        <NamespaceTable draft={draft} namespaces={stored.namespaces} onChange={setDraft} />
      </div>
      <aside className="identity-policy-side" aria-label={t("identity.policy.effect")}>
        <section className="card card-body" aria-label={t("form.save")}>
          <Allowed to="change_identity_policy" said>
            <p className="sub">{t("identity.policy.saveWhat")}</p>
          </Allowed>
          {save.error && <Failure error={save.error} />}
          <div className="form-actions">
            <Allowed to="change_identity_policy">
              <Button look="primary" isDisabled={policy === null || unchanged || save.isPending} onPress={() => policy && save.mutate(policy)}>
                {t(save.isPending ? "form.saving" : "segments.saveNext")}
              </Button>
            </Allowed>
            <Button isDisabled={policy === null || unchanged} onPress={() => setTried(policy)}>
              {t("traffic.preview")}
            </Button>
          </div>
          <p className="sub" role="status">
            {t(policy === null ? "identity.policy.wrong" : unchanged ? "traffic.unchanged" : "traffic.changed")}
          </p>
        </section>
        {tried !== null && preview.isFetching && <Progress key={JSON.stringify(options.queryKey)} queryKey={options.queryKey} />}
        {preview.error && <Failure error={preview.error} retry={() => void preview.refetch()} />}
        {tried !== null && preview.data && !preview.error && <PolicyEffect effect={preview.data} stale={preview.isPlaceholderData || policy === null || !samePolicy(policy, tried)} />}
      </aside>
    </div>
  );
}

function Versions({ workspace, current, onClose }: { workspace: WorkspaceInfo; current: IdentityPolicy; onClose: () => void }) {
  const { t } = useTranslation();
  const list = useQuery({ ...identityPolicyVersionsQuery(workspace.id), staleTime: 0 });
  return (
    <Drawer title={t("identity.policy.versions")} onClose={onClose}>
      {list.error && <Failure error={list.error} retry={() => void list.refetch()} />}
      {!list.data && !list.error && <div className="skeleton" aria-hidden />}
      <ol className="saved-versions">
        {list.data && [...list.data.versions, null].map((info) => <Version key={info?.version ?? 0} workspace={workspace} current={current} info={info} onRestored={onClose} />)}
      </ol>
    </Drawer>
  );
}

/** `info` null: the policy every workspace begins with. */
function Version({ workspace, current, info, onRestored }: { workspace: WorkspaceInfo; current: IdentityPolicy; info: VersionInfo | null; onRestored: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const version = info?.version ?? 0;
  const restore = useMutation({
    mutationFn: async () => {
      const old = await client.fetchQuery(identityPolicyQuery(workspace.id, version));
      return saveIdentityPolicy(workspace.id, old.policy, current.version);
    },
    onSuccess: async () => {
      await client.invalidateQueries();
      onRestored();
    },
  });
  const name = info ? t("scope.versionN", { n: version }) : t("identity.policy.standard");
  return <SavedVersion name={name} now={version === current.version ? t("traffic.now") : null} info={info} zone={workspace.zone} to="change_identity_policy" restore={{ ...restore, mutate: () => restore.mutate() }} />;
}
