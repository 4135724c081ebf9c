// Positions that are there are read anew once the definition has changed: only then their events follow it. Answers about the
// floor do as soon as it is saved.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";

import { importsQuery, stopImport } from "../../../api/imports";
import { replayPositions } from "../../../api/places";
import type { ImportJob } from "../../../api/types";
import { Button } from "../../../ui/Controls";
import { useFormat } from "../../../ui/format";
import { Failure } from "../../../ui/States";

interface Props {
  workspace: string;
  site: string;
  /** Whether there is something to be saved first. */
  waits: boolean;
}

export function ReadAnew({ workspace, site, waits }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const newest = useQuery(importsQuery(workspace)).data?.newest;
  const start = useMutation({
    mutationFn: () => replayPositions(workspace, site),
    onSuccess: () => client.invalidateQueries({ queryKey: ["imports", workspace] }),
  });
  const stop = useMutation({ mutationFn: (id: string) => stopImport(workspace, id) });
  // Of others, only that they run is told: one runs at a time.
  const own = newest && start.data && newest.id === start.data.id ? newest : undefined;
  const busy = start.isPending || newest?.state === "running";
  const ended = own !== undefined && own.state !== "running";
  useEffect(() => {
    if (ended) void client.invalidateQueries({ queryKey: ["place"] });
  }, [ended, client]);
  return (
    <section className="card place-anew" aria-labelledby="anew-title">
      <h2 id="anew-title">{t("place.anew.title")}</h2>
      <p className="sub">{t("place.anew.how")}</p>
      <div className="form-actions">
        <Button isDisabled={waits || busy} onPress={() => start.mutate()}>
          <RefreshCw size={14} aria-hidden />
          {t("place.anew.do")}
        </Button>
        {own?.state === "running" && <Button onPress={() => stop.mutate(own.id)}>{t("common.cancel")}</Button>}
        <span role="status">{waits ? t("place.anew.saveFirst") : own ? told(own) : busy ? t("place.anew.busy") : ""}</span>
      </div>
      {(start.error ?? stop.error) && <Failure error={start.error ?? stop.error} />}
    </section>
  );

  function told(job: ImportJob): string {
    if (job.state === "running") return t("place.anew.running", { rows: format.count(job.rows) });
    if (job.state === "failed") return t("place.anew.failed", { why: job.failure?.message ?? "" });
    const days = job.positions?.days ?? [];
    const read = days.filter(({ unchanged }) => !unchanged);
    const sum = (of: (day: (typeof days)[number]) => number) => format.whole(read.reduce((all, day) => all + of(day), 0));
    if (job.state === "stopped") return t("place.anew.stopped");
    if (read.length === 0) return t("place.anew.unchanged", { count: days.length, n: format.whole(days.length) });
    return t("place.anew.done", { count: read.length, n: format.whole(read.length), replaced: sum(({ replaced }) => replaced), events: sum(({ events }) => events) });
  }
}
