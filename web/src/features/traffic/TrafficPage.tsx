// Traffic rules: an ordered list that is edited, tried on all events, and saved as the next version.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { History as HistoryIcon, Plus } from "lucide-react";
import type { ReactNode } from "react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "../../api/client";
import { workspacesQuery } from "../../api/queries";
import { saveTraffic, trafficPreviewQuery, trafficQuery } from "../../api/traffic";
import type { TrafficRuleSet, TrafficRules, TrafficUnclassified, WorkspaceInfo } from "../../api/types";
import { useActor } from "../../ui/actor";
import { Allowed } from "../../ui/Allowed";
import { Button } from "../../ui/Controls";
import { TextField } from "../../ui/Fields";
import { useFormat } from "../../ui/format";
import { SampleBadge } from "../../ui/SampleBadge";
import { Failure, Progress } from "../../ui/States";
import { usePageTitle } from "../../ui/title";
import { UNASSIGNED } from "../../ui/trafficGroup";
import { added, draftOf, emptyRule, ruleFor, ruleNumber, rulesOf, same } from "./draft";
import { Effect } from "./Effect";
import { RuleList } from "./RuleList";
import { SourceLists } from "./SourceLists";
import { TrafficVersions } from "./TrafficVersions";
import { Unclassified } from "./Unclassified";
import "./traffic.css";

export function TrafficPage() {
  const { t } = useTranslation();
  const { workspace: id } = useParams({ from: "/w/$workspace/traffic" });
  const workspace = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === id);
  const stored = useQuery(trafficQuery(id));
  usePageTitle(t("nav.traffic"));
  if (!workspace) return null;
  return (
    <div className="page">
      {stored.error && (
        <>
          <h1>{t("nav.traffic")}</h1>
          <Failure error={stored.error} retry={() => void stored.refetch()} />
        </>
      )}
      {stored.data && <Rules key={`${id} ${stored.data.version}`} workspace={workspace} stored={stored.data} />}
    </div>
  );
}

function Rules({ workspace, stored }: { workspace: WorkspaceInfo; stored: TrafficRules }) {
  const { t } = useTranslation();
  const actor = useActor();
  const format = useFormat();
  const [draft, setDraft] = useState(() => draftOf(stored.rules));
  const [editing, setEditing] = useState<number | null>(null);
  const [tried, setTried] = useState<TrafficRuleSet | null>(null);
  const [versions, setVersions] = useState(false);
  const rules = rulesOf(draft);
  const unchanged = same(rules, stored.rules);
  const empty = workspace.events === 0;
  const options = trafficPreviewQuery(workspace.id, tried);
  const preview = useQuery({ ...options, enabled: !empty });
  const add = (rule: Parameters<typeof added>[1]) => {
    setEditing(draft.next);
    setDraft(added(draft, rule));
  };
  const first = draft.groups[0]?.id ?? UNASSIGNED;
  const take = (of: TrafficUnclassified) => add(ruleFor(of, first));
  return (
    <>
      <header className="page-head">
        <div>
          <h1>{t("nav.traffic")}</h1>
          {workspace.sample && <SampleBadge sample={workspace.sample} />}
          <p className="page-note">{t("traffic.note")}</p>
          <p className="sub">
            {stored.version === 0
              ? t("traffic.standard")
              : `${t("scope.versionN", { n: stored.version })} · ${format.dateTime(stored.saved_at_us, workspace.zone)} · ${actor(stored.by)}`}
          </p>
        </div>
        <div className="page-actions">
          <Button onPress={() => setVersions(true)} aria-haspopup="dialog">
            <HistoryIcon size={14} aria-hidden />
            {t("versions.open")}
          </Button>
        </div>
      </header>
      <div className="traffic">
        <div className="traffic-main">
          <section className="card" aria-labelledby="rules-title">
            <header className="section-head">
              <h2 id="rules-title">{t("traffic.rules")}</h2>
              <Button onPress={() => add(emptyRule(t("traffic.newRule"), first))}>
                <Plus size={14} aria-hidden />
                {t("traffic.add")}
              </Button>
            </header>
            <p className="sub traffic-how">{t("traffic.firstWins")}</p>
            <RuleList draft={draft} clickIds={stored.click_ids} editing={editing} onEdit={setEditing} onChange={setDraft} />
          </section>
          <SourceLists draft={draft} onChange={setDraft} />
        </div>
        <aside className="traffic-side" aria-label={t("traffic.effect")}>
          <Save workspace={workspace} rules={rules} version={stored.version} unchanged={unchanged}>
            {!empty && (
              <Button isDisabled={unchanged && tried === null} onPress={() => setTried(unchanged ? null : rules)}>
                {t("traffic.preview")}
              </Button>
            )}
          </Save>
          {preview.isFetching && <Progress key={JSON.stringify(options.queryKey)} queryKey={options.queryKey} />}
          {preview.error && <Faults error={preview.error} retry={() => void preview.refetch()} />}
          {preview.data && !preview.error && (
            <Effect
              preview={preview.data}
              rules={rules}
              state={preview.isPlaceholderData ? "asked" : tried === null ? "inForce" : same(tried, rules) ? "draft" : "stale"}
              zone={workspace.zone}
            />
          )}
        </aside>
        {preview.data && !preview.error && <Unclassified preview={preview.data} zone={workspace.zone} onTake={take} />}
      </div>
      {versions && <TrafficVersions workspace={workspace} current={stored} onClose={() => setVersions(false)} />}
    </>
  );
}

interface SaveProps {
  workspace: WorkspaceInfo;
  rules: TrafficRuleSet;
  version: number;
  unchanged: boolean;
  children: ReactNode;
}

function Save({ workspace, rules, version, unchanged, children }: SaveProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [note, setNote] = useState("");
  const save = useMutation({
    mutationFn: () => saveTraffic(workspace.id, rules, version, note.trim()),
    // Everything that is cut by groups has changed.
    onSuccess: () => client.invalidateQueries(),
  });
  return (
    <section className="card traffic-save" aria-label={t("form.save")}>
      <Allowed to="change_traffic" said>
        <TextField label={t("form.note")} value={note} onChange={setNote} hint={t("form.noteHint")} />
      </Allowed>
      {save.error && <Faults error={save.error} />}
      <div className="form-actions">
        <Allowed to="change_traffic">
          <Button look="primary" isDisabled={unchanged || save.isPending} onPress={() => save.mutate()}>
            {t(save.isPending ? "form.saving" : "segments.saveNext")}
          </Button>
        </Allowed>
        {children}
      </div>
      <p className="sub" role="status">
        {t(unchanged ? "traffic.unchanged" : "traffic.changed")}
      </p>
    </section>
  );
}

/** What is wrong with rules, each fault with the rule it is about. */
function Faults({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  if (!(error instanceof ApiError) || error.code !== "definition_invalid") return <Failure error={error} {...(retry ? { retry } : {})} />;
  return (
    <div className="failure" role="alert">
      <p className="failure-title">{t("traffic.faults")}</p>
      <ul className="traffic-faults">
        {error.details.map(({ path, message }) => {
          const n = ruleNumber(path);
          return (
            <li key={`${path} ${message}`}>
              {n === null ? <code>{path}</code> : <strong>{t("traffic.ruleN", { n })}</strong>} <span lang="en">{message}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
