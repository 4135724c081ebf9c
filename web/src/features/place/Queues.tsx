// Queues as they were, and the tills a promised wait takes by half-hour.
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { placeQuery } from "../../api/places";
import type { PlaceQueue, PlaceStaffing } from "../../api/types";
import { AnswerTables } from "../../ui/answer/AnswerTables";
import type { FigureInfo } from "../../ui/answer/figure";
import { Figure, titled } from "../../ui/answer/figure";
import type { AnswerTable, Cell } from "../../ui/answer/table";
import { named, numeric } from "../../ui/answer/table";
import { Button } from "../../ui/Controls";
import { TextField } from "../../ui/Fields";
import { NOTHING, useFormat } from "../../ui/format";
import { Failure, Progress } from "../../ui/States";
import { clock, useListed, useZoneName } from "./names";
import { PROMISE_MAX } from "./view";
import { ViewFrame } from "./ViewFrame";
import { ENDS } from "./visits/wanted";
import type { ViewProps } from "./viewProps";

const NO_TABLES: AnswerTable[] = [];
const HALF_HOUR = 30;
/** How far the two sides of Little's law may lie apart by rounding, in people and as a share. */
const ALIKE = 0.01;

export function Queues(props: ViewProps) {
  const { t } = useTranslation();
  const { workspace, site, question, view } = props;
  const query = placeQuery(workspace, site.id, "queues", question);
  const asked = useQuery(query);
  const sheetQuery = placeQuery(workspace, site.id, "staffing", question, { promise_seconds: view.promise, promise_share: view.share });
  const sheet = useQuery(sheetQuery);
  const zoneName = useZoneName(props.plan?.floors ?? []);
  const queues = asked.data;
  const queueTable = useQueueTable(zoneName);
  const sheetTable = useSheetTable(zoneName);
  const tables = useMemo(
    () => (queues ? [queueTable(queues.queues), ...(sheet.data ? sheetTable(sheet.data) : [])] : NO_TABLES),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the tables' words follow from the language, which `t` changes with
    [queues, sheet.data, t],
  );
  return (
    <ViewFrame show="queues" queryKey={query.queryKey} asked={asked} tables={tables} drawn={false} onAnswer={props.onAnswer}>
      {(answer) => (
        <>
          {answer.queues.length === 0 && <p className="sub">{t(answer.withheld.length > 0 ? "place.queues.withheldAll" : "place.queues.none", { k: answer.meta.shown_from })}</p>}
          {answer.queues.map((queue) => (
            <QueueCard key={queue.queue} queue={queue} zoneName={zoneName} {...(props.onVisits ? { onVisits: props.onVisits } : {})} />
          ))}
          {answer.queues.length > 0 && answer.withheld.length > 0 && <p className="sub">{t("place.queues.withheld", { queues: answer.withheld.map(zoneName).join(t("common.comma")), k: answer.meta.shown_from })}</p>}
          {answer.queues.length > 0 && (
            <section className="card place-card" aria-labelledby="sheet-title">
              <header className="section-head">
                <h2 id="sheet-title">{t("place.sheet.title")}</h2>
                <p className="section-note">{t("place.sheet.note")}</p>
              </header>
              <PromiseForm key={`${view.promise} ${view.share}`} {...props} />
              {sheet.isFetching && <Progress key={JSON.stringify(sheetQuery.queryKey)} queryKey={sheetQuery.queryKey} />}
              {sheet.error && <Failure error={sheet.error} retry={() => void sheet.refetch()} />}
              {sheet.data?.queues.length === 0 && <p className="place-note">{t("place.sheet.few", { k: answer.meta.shown_from })}</p>}
              {sheet.data && <Sheets sheet={sheet.data} zoneName={zoneName} />}
            </section>
          )}
          {sheet.data && !sheet.error && <AnswerTables tables={sheetTable(sheet.data)} />}
        </>
      )}
    </ViewFrame>
  );
}

type ZoneName = (zone: string | null | undefined) => string;

function QueueCard({ queue, zoneName, onVisits }: { queue: PlaceQueue; zoneName: ZoneName; onVisits?: NonNullable<ViewProps["onVisits"]> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const listed = useListed();
  const name = zoneName(queue.queue);
  const wayOf = (id: string): Pick<FigureInfo, "way"> => {
    const ended = ENDS.find((end) => end === id);
    if (!onVisits || (id !== "joined" && !ended)) return {};
    return { way: { text: t("place.visits.behind"), go: () => onVisits({ behind: { figure: "queue", queue: queue.queue, ...(ended ? { ended } : {}) } }) } };
  };
  const figure = (id: "joined" | "served" | "abandoned" | "wait" | "median" | "p90" | "service" | "length" | "most", text: string) => ({
    id,
    text,
    info: { title: titled(name, t(`place.queue.${id}`)), definition: t(`place.define.queue.${id}`), ...wayOf(id) } satisfies FigureInfo,
  });
  const figures = [
    figure("joined", format.whole(queue.joined)),
    figure("served", format.whole(queue.served)),
    figure("abandoned", queue.abandonment == null ? format.whole(queue.abandoned) : t("place.queue.ofAll", { n: format.whole(queue.abandoned), share: format.percent(queue.abandonment) })),
    figure("wait", format.duration(queue.mean_wait_seconds)),
    figure("median", format.duration(queue.median_wait_seconds)),
    figure("p90", format.duration(queue.p90_wait_seconds)),
    figure("service", format.duration(queue.mean_service_seconds)),
    figure("length", format.decimal(queue.mean_length)),
    figure("most", format.whole(queue.most)),
  ];
  const apart = Math.abs(queue.mean_length - queue.arrivals_times_wait);
  return (
    <section className="card place-card" aria-labelledby={`queue-${queue.queue}`}>
      <header className="section-head">
        <h2 id={`queue-${queue.queue}`}>{name}</h2>
        <p className="section-note">{t("place.queue.heads", { heads: listed(queue.heads.map(zoneName)) })}</p>
      </header>
      <dl className="place-totals of-queue">
        {figures.map(({ id, text, info }) => (
          <div key={id}>
            <dt>{t(`place.queue.${id}`)}</dt>
            <dd>{text === NOTHING ? text : <Figure className="place-total" info={info} text={text} />}</dd>
          </div>
        ))}
      </dl>
      <p className="place-note">
        {t(apart <= Math.max(ALIKE, queue.mean_length * ALIKE) ? "place.queue.little" : "place.queue.littleOff", { length: format.decimal(queue.mean_length), product: format.decimal(queue.arrivals_times_wait) })}
        {queue.unknown > 0 && ` ${t("place.queue.unknown", { count: queue.unknown, n: format.whole(queue.unknown) })}`}
      </p>
    </section>
  );
}

/** The wait that is promised, and to how many. */
function PromiseForm({ view, onChange }: ViewProps) {
  const { t } = useTranslation();
  const [seconds, setSeconds] = useState(String(view.promise));
  const [percent, setPercent] = useState(String(Math.round(view.share * 1000) / 10));
  const [wait, share] = [Number(seconds), Number(percent) / 100];
  const fits = { wait: seconds.trim() !== "" && wait >= 0 && wait <= PROMISE_MAX, share: percent.trim() !== "" && share > 0 && share < 1 };
  return (
    <form
      className="place-promise"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (fits.wait && fits.share) onChange({ promise: wait, share });
      }}
    >
      <TextField label={t("place.sheet.promise")} numeric value={seconds} onChange={setSeconds} fault={fits.wait ? undefined : t("place.sheet.promiseFault", { most: PROMISE_MAX })} />
      <TextField label={t("place.sheet.share")} numeric value={percent} onChange={setPercent} fault={fits.share ? undefined : t("place.sheet.shareFault")} />
      <Button type="submit" look="primary" isDisabled={!fits.wait || !fits.share}>
        {t("place.sheet.ask")}
      </Button>
    </form>
  );
}

/** Tills by half-hour as columns, each with its number: one image for readers, who have the table below. */
function Sheets({ sheet, zoneName }: { sheet: PlaceStaffing; zoneName: ZoneName }) {
  const { t } = useTranslation();
  const most = Math.max(1, ...sheet.queues.flatMap(({ half_hours }) => half_hours.map(({ tills }) => tills ?? 0)));
  return sheet.queues.map((queue) => (
    <div key={queue.queue} className="sheet" role="img" aria-label={t("place.sheet.label", { queue: zoneName(queue.queue) })}>
      {queue.half_hours.map(({ minute, tills }) => (
        <div key={minute} className="sheet-column" aria-hidden>
          <span className="sheet-number">{tills ?? "!"}</span>
          <span className={tills == null ? "sheet-bar none" : "sheet-bar"} style={{ height: `${((tills ?? most) / most) * 72}px` }} />
          <span className="sheet-time">{minute % 60 === 0 ? minute / 60 : ""}</span>
        </div>
      ))}
    </div>
  ));
}

function useQueueTable(zoneName: ZoneName): (queues: readonly PlaceQueue[]) => AnswerTable {
  const { t } = useTranslation();
  const format = useFormat();
  const whole = (value: number): Cell => ({ value, text: format.whole(value) });
  const span = (value: number | null | undefined): Cell => ({ value: value ?? null, text: format.duration(value) });
  return (queues) => ({
    id: "queues",
    title: t("place.queue.title"),
    columns: [{ name: t("place.zone") }, ...(["joined", "served", "abandoned", "lost", "wait", "median", "p90", "service", "length", "most"] as const).map((id) => numeric(t(`place.queue.${id}`)))],
    rows: queues.map((queue) => [
      named(zoneName(queue.queue)),
      whole(queue.joined),
      whole(queue.served),
      whole(queue.abandoned),
      whole(queue.unknown),
      span(queue.mean_wait_seconds),
      span(queue.median_wait_seconds),
      span(queue.p90_wait_seconds),
      span(queue.mean_service_seconds),
      { value: queue.mean_length, text: format.decimal(queue.mean_length) },
      whole(queue.most),
    ]),
  });
}

function useSheetTable(zoneName: ZoneName): (sheet: PlaceStaffing) => AnswerTable[] {
  const { t } = useTranslation();
  const format = useFormat();
  return (sheet) =>
    sheet.queues.map((queue) => ({
      id: `staffing-${queue.queue}`,
      title: t("place.sheet.of", { queue: zoneName(queue.queue) }),
      note: t("place.sheet.service", { service: format.duration(queue.mean_service_seconds), variation: format.decimal(queue.service_variation) }),
      columns: [{ name: t("place.sheet.time") }, ...(["arrivals", "offered", "tills", "wait", "busy"] as const).map((id) => numeric(t(`place.sheet.${id}`)))],
      rows: queue.half_hours.map(({ minute, arrivals_per_hour, offered, tills, mean_wait_seconds, utilisation }) => [
        named(`${clock(minute)}–${clock(minute + HALF_HOUR)}`),
        { value: arrivals_per_hour, text: format.decimal(arrivals_per_hour) },
        { value: offered, text: format.decimal(offered) },
        { value: tills ?? null, text: tills == null ? t("place.sheet.notStaffable") : format.whole(tills) },
        { value: mean_wait_seconds ?? null, text: format.duration(mean_wait_seconds) },
        { value: utilisation ?? null, text: format.percent(utilisation) },
      ]),
    }));
}
