// The states beside success: nothing here yet, it failed, it takes a while.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { QueryKey } from "@tanstack/react-query";
import { Check, Copy } from "lucide-react";
import type { ReactNode } from "react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "../api/client";
import { progressOf, runningId, stopOnServer } from "../api/running";
import { Button } from "./Controls";
import { codeOf, useFailureWords } from "./failures/words";
import { useFormat } from "./format";

/** A question that answers within this time shows no progress. */
const PATIENCE_MS = 1000;
const POLL_MS = 500;

/** Copies `text` and says so. */
export function CopyButton({ text, label, icon = false }: { text: string; label: string; icon?: boolean }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const Icon = copied ? Check : Copy;
  return (
    <>
      <Button
        look="quiet"
        icon={icon}
        {...(icon ? { "aria-label": label } : {})}
        onPress={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
      >
        <Icon size={14} aria-hidden />
        {!icon && <span>{copied ? t("common.copied") : label}</span>}
      </Button>
      <span role="status" className="visually-hidden">
        {copied ? t("common.copied") : ""}
      </span>
    </>
  );
}

/** A line for a terminal. */
export function Command({ children }: { children: string }) {
  const { t } = useTranslation();
  return (
    <div className="command">
      <code>{children}</code>
      <CopyButton text={children} label={t("common.copyCommand")} icon />
    </div>
  );
}

/** Nothing here, and what to do about it; `page` where the whole page says that. */
export function Empty({ title, page = false, children }: { title: string; page?: boolean; children?: ReactNode }) {
  const Title = page ? "h1" : "h2";
  return (
    <div className="empty">
      <Title>{title}</Title>
      {children}
    </div>
  );
}

interface FailureProps {
  error: unknown;
  retry?: () => void;
  /** What trying again does, where it is more than that. */
  retryName?: string;
  /** Everything that is wrong in detail stands beside it. */
  listed?: boolean;
}

/** Cause, remedy, code, and what a helper would ask for. What does not exist is not asked for again. */
export function Failure({ error, retry, retryName, listed = false }: FailureProps) {
  const { t } = useTranslation();
  const words = useFailureWords(error);
  if (!words) return null;
  const failure = error instanceof ApiError ? error : null;
  const code = failure?.code ?? codeOf(error);
  const diagnostics = JSON.stringify(
    {
      code,
      status: failure?.status ?? null,
      message: error instanceof Error ? error.message : String(error),
      hint: failure?.hint ?? null,
      details: failure?.details ?? [],
      request_id: failure?.requestId ?? null,
      page: location.pathname,
    },
    null,
    2,
  );
  return (
    <div className="failure" role="alert">
      <p className="failure-title">{words.cause}</p>
      {words.remedy && <p>{words.remedy}</p>}
      {words.detail && !listed && (
        <p className="sub wrap">
          {words.detail.lead} <span lang="en">{words.detail.text}</span>
        </p>
      )}
      <div className="failure-actions">
        {retry && failure?.status !== 404 && <Button onPress={retry}>{retryName ?? t("common.retry")}</Button>}
        <CopyButton text={diagnostics} label={t("common.copyDiagnostics")} />
        <code>{code}</code>
      </div>
    </div>
  );
}

/** Whether a question may still answer soon enough to be waited for without a word. */
function usePatience(): boolean {
  const [patient, setPatient] = useState(true);
  useEffect(() => {
    const timer = setTimeout(() => setPatient(false), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  return patient;
}

/** How far it is, and a way to stop. */
function Running({ said, share, onCancel }: { said: string; share: number; onCancel: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="progress">
      <span role="status">{said}</span>
      <div
        className="progress-track"
        role="progressbar"
        aria-label={t("progress.label")}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
      >
        <div className="progress-bar" style={{ width: `${share * 100}%` }} />
      </div>
      <Button onPress={onCancel}>{t("common.cancel")}</Button>
    </div>
  );
}

/** From one second on: rows read, and a way to stop. */
export function Progress({ queryKey, begun, onCancel }: { queryKey: QueryKey; /** What is said while nothing is counted. */ begun?: string; /** Where it is no query of the client. */ onCancel?: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const patient = usePatience();
  const id = patient ? undefined : runningId(queryKey);
  const progress = useQuery({
    queryKey: ["progress", id],
    queryFn: ({ signal }) => progressOf(id ?? "", signal),
    enabled: id !== undefined,
    refetchInterval: POLL_MS,
    gcTime: 0,
    retry: false,
  });
  if (patient) return null;
  const { rows_done: done = 0, rows_total: total = 0 } = progress.data ?? {};
  const share = total > 0 ? Math.min(1, done / total) : 0;
  const cancel = () => {
    if (id) void stopOnServer(id);
    if (onCancel) onCancel();
    else void client.cancelQueries({ queryKey });
  };
  // Before anything is counted there is nothing to tell but that it goes on.
  const said = total > 0 ? t("progress.rows", { done: format.count(done), total: format.count(total) }) : (begun ?? t("progress.begun"));
  return <Running said={said} share={share} onCancel={cancel} />;
}

/** The same of several questions: how many of them are answered, in words of the page. All are stopped at once. */
export function ProgressOfAll({ queryKeys, done, said }: { /** Those that have no answer yet. */ queryKeys: readonly QueryKey[]; done: number; said: string }) {
  const client = useQueryClient();
  if (usePatience()) return null;
  const cancel = () => {
    for (const queryKey of queryKeys) {
      const id = runningId(queryKey);
      if (id) void stopOnServer(id);
      void client.cancelQueries({ queryKey });
    }
  };
  return <Running said={said} share={done / (done + queryKeys.length)} onCancel={cancel} />;
}
