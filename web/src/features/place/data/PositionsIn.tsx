// A file of positions: handed in, imported while one looks on or goes away, and what it came to: rows that were not taken, and
// what each rule did with the rest. One import runs at a time in a workspace, so another one is told.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "../../../api/client";
import { rejectsFile, stopImport } from "../../../api/imports";
import { importPositions } from "../../../api/places";
import type { ImportJob, PositionsResult, Site } from "../../../api/types";
import { Button } from "../../../ui/Controls";
import { Fact } from "../../../ui/Fact";
import { ExportState, useExporting } from "../../../ui/exporting";
import { Bar } from "../../../ui/files/Bar";
import { useSize } from "../../../ui/files/size";
import { StepTitle } from "../../../ui/files/StepTitle";
import { useFormat } from "../../../ui/format";
import { useLanguage } from "../../../ui/language";
import { Failure } from "../../../ui/States";
import { useListed } from "../names";
import { DayReports } from "./DayReports";
import { HandInZone } from "./HandInZone";
import { useHandIn } from "./useHandIn";

interface Props {
  workspace: string;
  site: Site;
  /** The import that runs or ran last. */
  newest: ImportJob | null;
}

export function PositionsIn({ workspace, site, newest }: Props) {
  const { t } = useTranslation();
  const listed = useListed();
  const client = useQueryClient();
  const [followed, setFollowed] = useState<string | null>(null);
  const start = useMutation({
    mutationFn: (upload: string) => importPositions(workspace, site.id, upload),
    onSuccess: async (job) => {
      setFollowed(job.id);
      await client.invalidateQueries({ queryKey: ["imports", workspace] });
    },
  });
  const hand = useHandIn(workspace, ({ id }) => start.mutate(id));
  const floors = [...new Set(site.plans.flatMap((plan) => plan.floors.flatMap(({ id, frames = [] }) => [id, ...frames.map(({ reference }) => reference)])))];
  const running = newest?.state === "running";
  // A file of this site that is being read is shown to whoever comes; reading anew is told where it was asked for.
  const own = newest !== null && newest.site === site.id && newest.upload != null;
  if (running && own && newest.id !== followed) setFollowed(newest.id);
  const job = own && newest.id === followed ? newest : null;
  const ended = job !== null && job.state !== "running";
  useEffect(() => {
    if (ended) void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "imports" });
  }, [ended, client]);
  const anew = () => {
    setFollowed(null);
    start.reset();
  };
  const lost = start.error instanceof ApiError && start.error.code === "import_running";
  return (
    <div className="wizard-body">
      {job === null ? (
        <>
          {running && !own ? <p role="status">{t("place.anew.busy")}</p> : <HandInZone hand={hand} title={t("place.data.drop")} note={t("place.data.format", { most: hand.most ?? "…" })} />}
          <p className="sub">{t("place.data.rules")}</p>
          {floors.length > 1 && <p className="sub">{t("place.data.floorIds", { floors: listed(floors) })}</p>}
          {start.error && <Failure error={start.error} {...(start.variables !== undefined && !lost ? { retry: () => start.mutate(start.variables) } : {})} />}
        </>
      ) : (
        <>
          <div className="wizard-head">
            <StepTitle key={job.state}>{t(`place.data.is.${job.state}`, { name: job.file })}</StepTitle>
          </div>
          {job.state === "running" && <Running workspace={workspace} job={job} />}
          {job.state === "done" && job.positions != null && <Done workspace={workspace} result={job.positions} />}
          {job.state === "stopped" && <p>{t("place.data.stoppedNote")}</p>}
          {job.state === "failed" && job.failure != null && (
            <Failure error={new ApiError(job.failure.code, job.failure.message, 422, job.failure.hint ?? null, job.failure.details)} />
          )}
          {ended && (
            <div className="form-actions">
              {job.state !== "done" && job.upload != null && (
                <Button look="primary" isDisabled={start.isPending} onPress={() => job.upload != null && start.mutate(job.upload)}>
                  {t("place.data.again")}
                </Button>
              )}
              <Button onPress={anew}>{t("place.data.another")}</Button>
            </div>
          )}
        </>
      )}
    </div>
  );
}

function Running({ workspace, job }: { workspace: string; job: ImportJob }) {
  const { t } = useTranslation();
  const format = useFormat();
  const size = useSize();
  const stop = useMutation({ mutationFn: () => stopImport(workspace, job.id) });
  const read = job.bytes_total > 0 && job.bytes_done >= job.bytes_total;
  return (
    <>
      <Bar
        label={t(read ? "place.data.phase.days" : "place.data.phase.rows")}
        done={job.bytes_done}
        total={job.bytes_total}
        note={t("place.data.progress", { rows: format.whole(job.rows), done: size(job.bytes_done), total: size(job.bytes_total) })}
        stopping={stop.isPending || stop.isSuccess}
        onStop={() => stop.mutate()}
      />
      <p className="sub">{t("place.data.leave")}</p>
      {stop.error && <Failure error={stop.error} />}
    </>
  );
}

function Done({ workspace, result }: { workspace: string; result: PositionsResult }) {
  const { t } = useTranslation();
  const format = useFormat();
  const language = useLanguage();
  const exporting = useExporting();
  const reason = useReason();
  const codes = Object.entries(result.rejected_by_code as Record<string, number>).toSorted(([, a], [, b]) => b - a);
  const known = result.outcome === "unchanged";
  const { rejects } = result;
  return (
    <>
      <p role="status">{t(known ? "place.data.known" : "place.data.done", { count: result.sightings, n: format.whole(result.sightings) })}</p>
      <dl className="facts place-visit-facts">
        <Fact name={t("place.data.sightings")} value={format.whole(result.sightings)} />
        <Fact name={t("place.data.rejected")} value={format.whole(result.rejected)} />
        <Fact name={t("place.data.skipped")} value={format.whole(result.skipped)} />
        <Fact name={t("place.data.daysRead")} value={format.whole(result.days.filter(({ unchanged }) => !unchanged).length)} />
      </dl>
      {codes.length > 0 && (
        <p className="badges">
          {codes.map(([code, count]) => (
            <span key={code} className="badge badge-bad">
              {reason(code)} {format.whole(count)}
            </span>
          ))}
        </p>
      )}
      {rejects != null && (
        <div className="form-actions">
          <Button isPending={exporting.isPending} onPress={() => exporting.write(`${rejects}.csv`, (signal) => rejectsFile(workspace, rejects, language, signal))}>
            <Download size={14} aria-hidden />
            {t("place.data.rejects")}
          </Button>
        </div>
      )}
      <ExportState of={exporting} />
      <DayReports days={result.days} />
    </>
  );
}

/** Why a row was not taken, by its stable code. */
function useReason(): (code: string) => string {
  const { t, i18n } = useTranslation();
  return (code) => (i18n.exists(`place.reason.${code}`) ? t(`place.reason.${code}` as "place.reason.time_unreadable") : code);
}
