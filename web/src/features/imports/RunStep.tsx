// The last step: the import as it runs, and what it came to.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Download } from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "../../api/client";
import { rejectsFile, stopImport } from "../../api/imports";
import type { ImportFailure, ImportJob, ImportResult, WorkspaceInfo } from "../../api/types";
import { Button } from "../../ui/Controls";
import { Fact } from "../../ui/Fact";
import { useFormat } from "../../ui/format";
import { ExportState, useExporting } from "../../ui/exporting";
import { useLanguage } from "../../ui/language";
import { Bar } from "../../ui/files/Bar";
import { useSize } from "../../ui/files/size";
import { StepTitle } from "../../ui/files/StepTitle";
import { Failure } from "../../ui/States";
import { ImportFault } from "./ImportFault";
import { useReasonName } from "./reason";

interface Props {
  workspace: WorkspaceInfo;
  job: ImportJob;
  starting: boolean;
  /** Starts it once more, where this page knows its mapping; `replace`: earlier rows of the file go first. */
  again?: (replace: boolean) => void;
  /** Back to what the columns mean. */
  columns?: () => void;
  onAnew: () => void;
}

export function RunStep({ workspace, job, starting, again, columns, onAnew }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const running = job.state === "running";
  // What is asked of the workspace is of other events now.
  useEffect(() => {
    if (!running) void client.invalidateQueries();
  }, [client, running]);
  return (
    <>
      <div className="wizard-head">
        <StepTitle key={job.state}>{t(`importing.is.${job.state}`, { name: job.file })}</StepTitle>
      </div>
      {running && <Running workspace={workspace.id} job={job} />}
      {job.state === "done" && job.result != null && <Done workspace={workspace.id} result={job.result} />}
      {job.state === "stopped" && <p>{t("importing.stoppedNote")}</p>}
      {job.state === "failed" && job.failure != null && <Failed failure={job.failure} {...(again ? { again } : {})} />}
      {!running && (
        <div className="form-actions">
          {again && (job.state === "stopped" || (job.state === "failed" && job.failure?.code !== "import_known")) && (
            <Button look="primary" isDisabled={starting} onPress={() => again(false)}>
              {t("importing.resume")}
            </Button>
          )}
          {columns && job.state !== "done" && <Button onPress={columns}>{t("importing.backToColumns")}</Button>}
          <Button onPress={onAnew}>{t("importing.another")}</Button>
        </div>
      )}
    </>
  );
}

function Running({ workspace, job }: { workspace: string; job: ImportJob }) {
  const { t } = useTranslation();
  const format = useFormat();
  const size = useSize();
  const stop = useMutation({ mutationFn: () => stopImport(workspace, job.id) });
  const note = t("importing.progress", { rows: format.whole(job.rows), done: size(job.bytes_done), total: size(job.bytes_total) });
  return (
    <>
      <Bar label={t(`importing.phase.${job.phase}`)} done={job.bytes_done} total={job.bytes_total} note={note} stopping={stop.isPending || stop.isSuccess} onStop={() => stop.mutate()} />
      <p className="sub">{t("importing.leave")}</p>
      {stop.error && <Failure error={stop.error} />}
    </>
  );
}

function Done({ workspace, result }: { workspace: string; result: ImportResult }) {
  const { t } = useTranslation();
  const format = useFormat();
  const reason = useReasonName();
  const language = useLanguage();
  const exporting = useExporting();
  const codes = Object.entries(result.rejected_by_code as Record<string, number>).toSorted(([, a], [, b]) => b - a);
  const params = { workspace };
  return (
    <>
      <p role="status">{t(`importing.outcome.${result.outcome}`)}</p>
      <dl className="facts import-facts">
        {(["rows", "events", "duplicates", "rejected", "skipped"] as const).map((count) => (
          <Fact key={count} name={t(`imports.${count}`)} value={format.whole(result[count])} />
        ))}
        {result.replaced_rows > 0 && <Fact name={t("importing.replacedRows")} value={format.whole(result.replaced_rows)} />}
      </dl>
      {result.future > 0 && <p className="form-fault">{t("importing.future", { n: format.whole(result.future) })}</p>}
      {codes.length > 0 && (
        <p className="badges">
          {codes.map(([code, count]) => (
            <span key={code} className="badge badge-bad">
              {reason(code)} {format.whole(count)}
            </span>
          ))}
        </p>
      )}
      {result.rejects_kept && <p className="sub">{t("importing.rejectsHow")}</p>}
      <div className="form-actions">
        {result.rejects_kept && (
          <Button isPending={exporting.isPending} onPress={() => exporting.write(`${result.batch}.csv`, (signal) => rejectsFile(workspace, result.batch, language, signal))}>
            <Download size={14} aria-hidden />
            {t("importing.rejects")}
          </Button>
        )}
        <Link to="/w/$workspace/dictionary" params={params} search={{}} className="button">
          {t("nav.dictionary")}
        </Link>
        <Link to="/w/$workspace/customers" params={params} search={{}} className="button">
          {t("nav.customers")}
        </Link>
        <Link to="/w/$workspace/journeys" params={params} className="button">
          {t("nav.journeys")}
        </Link>
      </div>
      <ExportState of={exporting} />
    </>
  );
}

function Failed({ failure, again }: { failure: ImportFailure; again?: (replace: boolean) => void }) {
  const { t } = useTranslation();
  const error = new ApiError(failure.code, failure.message, 422, failure.hint ?? null, failure.details);
  const known = failure.code === "import_known" && again !== undefined;
  return <ImportFault error={error} {...(known ? { retry: () => again(true), retryName: t("importing.replace") } : {})} />;
}
