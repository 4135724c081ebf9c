// The parts of a funnel beside its steps, as tables.
import { useTranslation } from "react-i18next";

import type { Bin, FunnelAnswer } from "../../api/types";
import { useChannelName } from "../../ui/channel";
import { useFormat } from "../../ui/format";
import type { FigureInfo } from "../../ui/answer/figure";
import { titled } from "../../ui/answer/figure";
import { useCalendarWords } from "./calendarWords";
import type { NextRow } from "./funnelNext";
import { nextOf } from "./funnelNext";
import type { FunnelView } from "./funnelView";
import { intervalOf } from "./interval";
import { useShareText } from "./Sentence";
import type { AnswerTable, Cell } from "../../ui/answer/table";
import { named, numeric } from "../../ui/answer/table";

export function useNextInfo(label: (name: string) => string): (row: NextRow, step: string) => FigureInfo {
  const { t } = useTranslation();
  return (row, step) => ({
    title: [label(step), row.what === "event" ? label(row.label) : t(`funnel.next.${row.what}`)].join(" → "),
    definition: t("define.funnel.next"),
    ...(row.people ? { pick: row.people.pick } : {}),
  });
}

export function useFunnelPartTables(label: (name: string) => string, unit: FunnelView["trend"]): Record<"time" | "trend" | "next", (answer: FunnelAnswer) => AnswerTable[]> {
  const { t } = useTranslation();
  const format = useFormat();
  const channel = useChannelName();
  const words = useCalendarWords();
  const share = useShareText();
  const nextInfo = useNextInfo(label);
  const whole = (value: number): Cell => ({ value, text: format.whole(value) });
  const time = (seconds: number | null | undefined): Cell => ({ value: seconds ?? null, text: format.duration(seconds) });
  const binTable = (id: string, title: string, bins: readonly Bin[]): AnswerTable => {
    const all = bins.reduce((sum, { count }) => sum + count, 0);
    return {
      id,
      title,
      columns: [{ name: t("funnel.from") }, numeric(t("funnel.to")), numeric(t("funnel.times")), numeric(t("segments.share"))],
      rows: bins.map(({ from_s, to_s, count }) => [time(from_s), time(to_s), whole(count), { value: count / all, text: format.percent(count / all) }]),
    };
  };
  return {
    time: ({ steps, time_to_convert: times }) => [
      ...(times && times.bins.length > 0 ? [binTable("time", t("funnel.timeTitle"), times.bins)] : []),
      ...steps.slice(1).flatMap((step, index) =>
        step.bins_from_previous && step.bins_from_previous.length > 0
          ? [binTable(`time-${index + 2}`, t("funnel.timeTo", { from: label(steps[index]?.name ?? ""), to: label(step.name) }), step.bins_from_previous)]
          : [],
      ),
      {
        id: "times",
        title: t("funnel.timesTitle"),
        columns: [{ name: t("funnel.step") }, ...(["median", "mean", "p90"] as const).flatMap((key) => [numeric(t(`funnel.${key}`)), numeric(t(`funnel.${key}First`))])],
        rows: steps.map((step, index) => {
          const { time_from_previous: previous, time_from_first: first } = step;
          return [
            named(`${index + 1}. ${label(step.name)}`),
            ...(["median_s", "mean_s", "p90_s"] as const).flatMap((key) => [time(previous[key]), time(first?.[key])]),
          ];
        }),
      },
    ],
    trend: ({ trend }) => [
      {
        id: "trend",
        title: t("funnel.trendTitle"),
        columns: [{ name: t("funnel.began") }, ...(["entered", "converted", "conversion", "open"] as const).map((key) => numeric(t(`funnel.${key}`))), { name: "" }],
        rows: (trend ?? []).map(({ period, reached, conversion, open, complete }) => {
          const [first] = reached;
          const last = reached.at(-1);
          const people = (of: typeof first, title: string): Cell =>
            of ? { value: of.instances, text: format.whole(of.instances), info: { title: titled(words.period(period, unit), title), definition: t("define.funnel.period"), pick: of.pick } } : { value: null, text: "–" };
          return [
            { value: period, text: words.period(period, unit) },
            people(first, t("funnel.entered")),
            people(last, t("funnel.converted")),
            { value: conversion.share ?? null, text: format.percent(conversion.share), note: share.interval(intervalOf(conversion)) },
            people(open, t("funnel.open")),
            { value: complete ? "" : "incomplete", text: complete ? "" : t("funnel.incompletePeriod") },
          ];
        }),
      },
    ],
    next: ({ steps }) => [
      {
        id: "next",
        title: t("funnel.nextTitle"),
        columns: [{ name: t("funnel.step") }, { name: t("funnel.nextEvent") }, { name: t("scope.channels") }, { name: t("funnel.nextWhen") }, numeric(t("funnel.times")), numeric(t("funnel.ofDropped"))],
        rows: steps.flatMap((step, index) =>
          nextOf(step).map((row) => [
            named(`${index + 1}. ${label(step.name)}`),
            named(row.what === "event" ? label(row.label) : t(`funnel.next.${row.what}`)),
            named(row.what === "event" ? channel(row.channel) : ""),
            named(row.what === "event" ? t(`funnel.next.${row.when}`) : ""),
            { ...whole(row.count), ...(row.people ? { info: nextInfo(row, step.name) } : {}) },
            { value: row.count / step.dropped.instances, text: format.percent(row.count / step.dropped.instances) },
          ]),
        ),
      },
    ],
  };
}
