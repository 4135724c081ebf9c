// A customer's whole life at a glance, and the way to any part of it.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { Ref, RefObject } from "react";
import { useImperativeHandle, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import type { Life } from "../../api/customers";
import { lifeOverviewQuery, newerThan } from "../../api/customers";
import type { CustomerOverview } from "../../api/types";
import { LifeStrip } from "../../charts/LifeStrip";
import { useChannelName } from "../../ui/channel";
import { useCount } from "../../ui/count";
import { useFormat } from "../../ui/format";
import { Failure } from "../../ui/States";
import { TableScroll } from "../../ui/TableScroll";
import { Working } from "../../ui/Working";
import type { StageNames } from "./stages";
import "../../charts/charts.css";

interface Props {
  life: Life;
  zone: string;
  names: StageNames;
  /** To be told the moment that is in sight: a scroll tells it at every step, and no more than this picture follows. */
  sees: Ref<(us: number) => void>;
  /** Brings an event into sight: 0 is the newest. */
  show: (index: number) => void;
  ref: RefObject<HTMLElement | null>;
}

export function AtAGlance({ life, zone, names, sees, show, ref }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const count = useCount();
  const client = useQueryClient();
  const channelName = useChannelName();
  const [failed, setFailed] = useState<unknown>(null);
  const wanted = useRef(0);
  const query = lifeOverviewQuery(life);
  const found = useQuery(query);
  const starts = (found.data?.buckets ?? []).map((bucket) => bucket.from_us);
  const [sight, setSight] = useState<number | null>(null);
  const bucketOf = (us: number | null) => (us === null ? starts.length - 1 : Math.max(0, starts.findLastIndex((start) => start <= us)));
  useImperativeHandle(sees, () => (us) => setSight((known) => (known !== null && starts.length > 0 && bucketOf(known) === bucketOf(us) ? known : us)));
  const working = (
    <Working asked={found} queryKey={query.queryKey}>
      <div className="skeleton strip-skeleton" aria-hidden />
    </Working>
  );
  if (!found.data) return working;
  const { buckets, channels, stages, scores } = found.data;
  const at = bucketOf(sight);
  const date = (bucket: number) => dateOf(format, found.data, bucket, zone);
  const pick = async (bucket: number) => {
    const turn = ++wanted.current;
    try {
      const newer = await newerThan(client, life, (starts[bucket + 1] ?? Number.MAX_SAFE_INTEGER) - 1);
      // Whoever holds an arrow key wants the last stretch alone.
      if (turn === wanted.current) show(newer);
      setFailed(null);
    } catch (error) {
      if (turn === wanted.current) setFailed(error);
    }
  };
  return (
    <section className="card at-a-glance" ref={ref} aria-label={t("customer.glance")}>
      {working}
      <LifeStrip
        label={t("customer.strip")}
        buckets={buckets}
        lanes={channels.map((lane) => ({ name: channelName(lane.channel), buckets: lane.buckets }))}
        stages={stages.map(({ time_us, stage }) => ({ us: time_us, name: `${format.dateTime(time_us, zone)} ${names.stage(stage).name}` }))}
        scores={scores.map(({ time_us, score, event }) => ({ us: time_us, name: `${format.dateTime(time_us, zone)} ${event} ${format.decimal(score)}` }))}
        stagesName={t("customer.stages")}
        scoresName={t("customer.scores")}
        at={at}
        onPick={(bucket) => void pick(bucket)}
        said={(bucket) => t("customer.stretch", { date: date(bucket), events: count("events", buckets[bucket]?.events ?? 0) })}
        date={date}
      />
      {failed !== null && <Failure error={failed} />}
      <details className="glance-table">
        <summary>{t("customer.asTable")}</summary>
        <Tables overview={found.data} zone={zone} names={names} date={date} />
      </details>
    </section>
  );
}

function dateOf(format: ReturnType<typeof useFormat>, { by, buckets }: CustomerOverview, bucket: number, zone: string): string {
  const us = buckets[bucket]?.from_us;
  if (us === undefined) return "";
  if (by === "day") return format.date(us, zone);
  const day = new Intl.DateTimeFormat("sv", { timeZone: zone }).format(us / 1000);
  return by === "month" ? format.month(day) : day.slice(0, 4);
}

function Tables({ overview, zone, names, date }: { overview: CustomerOverview; zone: string; names: StageNames; date: (bucket: number) => string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const channelName = useChannelName();
  const { buckets, channels, stages, scores } = overview;
  return (
    <>
      <TableScroll label={t("customer.strip")}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("customer.when")}</th>
              <th scope="col" className="numeric">
                {t("customers.events")}
              </th>
              {channels.map(({ channel }) => (
                <th key={channel} scope="col" className="numeric">
                  {channelName(channel)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {buckets.map(({ from_us, events }, bucket) =>
              events === 0 ? null : (
                <tr key={from_us}>
                  <th scope="row">{date(bucket)}</th>
                  <td className="numeric">{format.whole(events)}</td>
                  {channels.map((lane) => (
                    <td key={lane.channel} className="numeric">
                      {format.whole(lane.buckets[bucket] ?? 0)}
                    </td>
                  ))}
                </tr>
              ),
            )}
          </tbody>
        </table>
      </TableScroll>
      {stages.length > 0 && (
        <TableScroll label={t("customer.stages")}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t("customer.when")}</th>
                <th scope="col">{t("customer.stage")}</th>
              </tr>
            </thead>
            <tbody>
              {stages.map(({ time_us, from, stage }, index) => (
                // A stage may be come to twice within a moment.
                // oxlint-disable-next-line react/no-array-index-key
                <tr key={index}>
                  <th scope="row">{format.dateTime(time_us, zone)}</th>
                  <td>{from ? t("customer.moved", { from: names.stage(from).name, to: names.stage(stage).name }) : names.stage(stage).name}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableScroll>
      )}
      {scores.length > 0 && (
        <TableScroll label={t("customer.scores")}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t("customer.when")}</th>
                <th scope="col">{t("customer.event")}</th>
                <th scope="col" className="numeric">
                  {t("customer.score")}
                </th>
                <th scope="col">{t("customer.text")}</th>
              </tr>
            </thead>
            <tbody>
              {scores.map(({ time_us, event, score, text }, index) => (
                // Two scores may be given at the same moment.
                // oxlint-disable-next-line react/no-array-index-key
                <tr key={index}>
                  <th scope="row">{format.dateTime(time_us, zone)}</th>
                  <td>{event}</td>
                  <td className="numeric">{format.decimal(score)}</td>
                  <td>{text}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableScroll>
      )}
    </>
  );
}
