// The keys of a source: made, replaced with a time in which both work, and taken back.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { createKey, revokeKey, rotateKey } from "../../api/sources";
import type { KeyKind, NewKey, Source, SourceKey } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { Ask } from "../../ui/Ask";
import { Code } from "../../ui/Code";
import { Button } from "../../ui/Controls";
import { TextField } from "../../ui/Fields";
import { NOTHING, useFormat } from "../../ui/format";
import { useMay } from "../../ui/rights";
import { CopyButton, Failure } from "../../ui/States";
import { TableScroll } from "../../ui/TableScroll";
import { PROTOCOLS } from "./keyScope";
import type { KeyScope } from "./keyScope";
import { NewLimitedKey } from "./NewLimitedKey";

const GRACE_HOURS = 24;
/** What the server takes, 31 days: what is to work longer need not be replaced. */
const GRACE_HOURS_MAX = 744;

interface Props {
  workspace: string;
  zone: string;
  source: Source;
  fresh: NewKey | null;
  onFresh: (key: NewKey | null) => void;
}

/** Makes a key and tells the page of it. */
export function useMakeKey(workspace: string, source: string, onFresh: (key: NewKey) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (of: { kind: KeyKind } & Partial<KeyScope>) => createKey(workspace, source, of),
    onSuccess: async (key) => {
      onFresh(key);
      await client.invalidateQueries({ queryKey: ["sources", workspace] });
    },
  });
}

export function Keys({ workspace, zone, source, fresh, onFresh }: Props) {
  const { t } = useTranslation();
  const make = useMakeKey(workspace, source.id, onFresh);
  const [asked, setAsked] = useState<{ to: Asked; key: SourceKey } | null>(null);
  const [limiting, setLimiting] = useState(false);
  return (
    <section className="card" aria-labelledby="keys-title">
      <header className="section-head keys-head">
        <h2 id="keys-title">{t("keys.title")}</h2>
        <span className="section-note">{t("keys.note")}</span>
        <Allowed to="manage_keys" said>
          <div className="page-actions">
            {(["public", "secret"] as const).map((kind) => (
              <Button key={kind} onPress={() => make.mutate({ kind })} isDisabled={make.isPending}>
                <KeyRound size={14} aria-hidden />
                {t(`keys.new.${kind}`)}
              </Button>
            ))}
            <Button onPress={() => setLimiting(true)} aria-haspopup="dialog">
              {t("keys.limited")}
            </Button>
          </div>
        </Allowed>
      </header>
      {make.error && <Failure error={make.error} />}
      <div role="status">{fresh?.kind === "secret" && <Fresh made={fresh} onDone={() => onFresh(null)} />}</div>
      {source.keys.length === 0 ? (
        <p className="keys-none">{t("keys.none")}</p>
      ) : (
        <TableScroll labelledBy="keys-title">
          <table className="table">
            <thead>
              <tr>
                <KeyHeads />
              </tr>
            </thead>
            <tbody>
              {source.keys.map((key) => (
                <tr key={key.id}>
                  <KeyCells zone={zone} of={key} onAsk={(to) => setAsked({ to, key })} />
                </tr>
              ))}
            </tbody>
          </table>
        </TableScroll>
      )}
      {limiting && <NewLimitedKey workspace={workspace} source={source.id} onFresh={onFresh} onClose={() => setLimiting(false)} />}
      {asked?.to === "rotate" && <Rotate workspace={workspace} source={source.id} of={asked.key} onFresh={onFresh} onClose={() => setAsked(null)} />}
      {asked?.to === "revoke" && <Revoke workspace={workspace} source={source.id} of={asked.key} onClose={() => setAsked(null)} />}
    </section>
  );
}

/** A secret, the one time it can be read. */
export function Fresh({ made, onDone }: { made: NewKey; onDone: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="handed fresh-key">
      <p>
        <strong>{t("keys.once")}</strong> {t("keys.onceHow")}
      </p>
      <Code label={t("keys.kind.secret")}>{made.key}</Code>
      <Button onPress={onDone}>{t("keys.kept")}</Button>
    </div>
  );
}

/** What is asked about a key. */
export type Asked = "rotate" | "revoke";

/** The heads of [`KeyCells`]. */
export function KeyHeads() {
  const { t } = useTranslation();
  const manages = useMay()("manage_keys");
  return (
    <>
      <th scope="col">{t("keys.key")}</th>
      <th scope="col">{t("keys.kind")}</th>
      <th scope="col">{t("keys.created")}</th>
      <th scope="col">{t("keys.used")}</th>
      <th scope="col">{t("keys.expires")}</th>
      {manages && <th scope="col">{t("keys.actions")}</th>}
    </>
  );
}

/** A key in a row: what it is known by, and what may be done to it. */
export function KeyCells({ zone, of: key, onAsk }: { zone: string; of: SourceKey; onAsk: (to: Asked) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const manages = useMay()("manage_keys");
  return (
    <>
      <th scope="row" className="key-cell">
        <code>{key.key ?? `${key.start}…`}</code>
        {key.key != null && <CopyButton text={key.key} label={t("keys.copy", { key: key.start })} icon />}
      </th>
      <td>
        {t(`keys.kind.${key.kind}`)}
        <Scope of={key} />
      </td>
      <td className="moment">{format.dateTime(key.created_us, zone)}</td>
      <td className="moment">{key.last_used_us == null ? t("keys.neverUsed") : format.dateTime(key.last_used_us, zone)}</td>
      <td className="moment">{key.expires_us == null ? NOTHING : format.dateTime(key.expires_us, zone)}</td>
      {manages && (
        <td>
          <div className="key-actions">
            {key.expires_us == null && (
              <Button look="quiet" onPress={() => onAsk("rotate")} aria-haspopup="dialog" aria-label={t("keys.rotateOf", { key: key.start })}>
                {t("keys.rotate")}
              </Button>
            )}
            <Button look="quiet" onPress={() => onAsk("revoke")} aria-haspopup="dialog" aria-label={t("keys.revokeOf", { key: key.start })}>
              {t("keys.revoke")}
            </Button>
          </div>
        </td>
      )}
    </>
  );
}

/** What alone a key may send; of one that may send everything nothing. */
function Scope({ of: { kinds, protocols } }: { of: SourceKey }) {
  const { t } = useTranslation();
  const named = [...kinds.map((kind) => t(`keys.scope.${kind}`)), ...PROTOCOLS.filter((id) => protocols.includes(id)).map((id) => t(`keys.protocol.${id}`))];
  return named.length === 0 ? null : <span className="sub key-scope">{t("keys.scope.only", { what: named.join(t("common.comma")) })}</span>;
}

interface AskProps {
  workspace: string;
  source: string;
  of: SourceKey;
  onClose: () => void;
}

export function Rotate({ workspace, source, of, onFresh, onClose }: AskProps & { onFresh: (key: NewKey) => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [typed, setTyped] = useState(String(GRACE_HOURS));
  const hours = /^\d+$/.test(typed.trim()) ? Number(typed) : Number.NaN;
  const fits = hours <= GRACE_HOURS_MAX;
  const rotate = useMutation({
    mutationFn: () => rotateKey(workspace, source, of.id, hours),
    onSuccess: async (key) => {
      onFresh(key);
      await client.invalidateQueries({ queryKey: ["sources", workspace] });
      onClose();
    },
  });
  return (
    <Ask title={t("keys.rotateAsk", { key: of.start })} action={t("keys.rotateDo")} run={{ ...rotate, mutate: () => rotate.mutate() }} disabled={!fits} onClose={onClose}>
      <p>{t("keys.rotateWhat")}</p>
      <TextField label={t("keys.grace")} numeric value={typed} onChange={setTyped} fault={fits ? undefined : t("keys.graceFault", { max: GRACE_HOURS_MAX })} hint={t("keys.graceHint")} />
    </Ask>
  );
}

export function Revoke({ workspace, source, of, onClose }: AskProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => revokeKey(workspace, source, of.id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["sources", workspace] });
      onClose();
    },
  });
  return (
    <Ask title={t("keys.revokeAsk", { key: of.start })} action={t("keys.revokeDo")} run={{ ...revoke, mutate: () => revoke.mutate() }} onClose={onClose}>
      <p>{t("keys.revokeWhat")}</p>
    </Ask>
  );
}
