// Sessions as tables: their metrics, by length, channel, day and customer, and where they begin and end.
import { useTranslation } from "react-i18next";

import type { LabelCount, SessionsAnswer, SessionsNumbers, SessionsPart, Share } from "../../api/types";
import { useChannelName } from "../../ui/channel";
import { useFormat } from "../../ui/format";
import type { GroupOf } from "./groups";
import { shownGroups } from "./groups";
import { wilson } from "./interval";
import { useShareText } from "./Sentence";
import { useSessionInfo, useSessionLength } from "./sessionsInfo";
import type { SessionNumber } from "./sessionsInfo";
import type { AnswerTable, Cell } from "../../ui/answer/table";
import { named } from "../../ui/answer/table";

export function useSessionTables(group: (of: GroupOf) => string): (answer: SessionsAnswer) => AnswerTable[] {
  const { t } = useTranslation();
  const format = useFormat();
  const share = useShareText();
  const info = useSessionInfo();
  const length = useSessionLength();
  const channelName = useChannelName();
  const row = (numbers: Omit<SessionsNumbers, "per_customer">, name: string, of?: string): Cell[] => {
    const bounced = wilson(numbers.bounces.instances, numbers.sessions.instances);
    const count = (what: SessionNumber): Cell => ({ value: numbers[what].instances, text: format.whole(numbers[what].instances), info: info.number(numbers, what, of) });
    const time = (seconds: number | null | undefined): Cell => ({ value: seconds ?? null, text: format.duration(seconds) });
    return [
      named(name),
      count("sessions"),
      { value: numbers.sessions.customers, text: format.whole(numbers.sessions.customers) },
      count("bounces"),
      { value: bounced?.share ?? null, text: format.percent(bounced?.share), note: share.interval(bounced) },
      { value: numbers.events, text: format.whole(numbers.events) },
      { value: numbers.events_mean ?? null, text: format.decimal(numbers.events_mean) },
      time(numbers.duration.median_s),
      time(numbers.duration.mean_s),
      time(numbers.duration.p90_s),
    ];
  };
  const counts = (id: "entry" | "exit", rows: readonly LabelCount[], all: number): AnswerTable => ({
    id,
    title: t(`sessions.${id}`),
    columns: [{ name: t("paths.name") }, { name: t("sessions.sessions"), numeric: true }, { name: t("paths.shareOfAll"), numeric: true }],
    rows: rows.map((each) => [
      named(each.label),
      { value: each.subjects, text: format.whole(each.subjects), info: info.label(each, id) },
      { value: each.subjects / all, text: format.percent(each.subjects / all) },
    ]),
  });
  /** Sessions of a channel, or of a day. */
  const parts = <Part extends SessionsPart>(id: "channel" | "day", rows: readonly Part[], name: (part: Part) => Cell): AnswerTable => ({
    id,
    title: t(`sessions.${id}s`),
    columns: [
      { name: t(`sessions.${id}`) },
      ...([t("sessions.sessions"), t("paths.shareOfAll"), t("sessions.customers"), t("sessions.bounceRate"), t("sessions.eventsEach"), t("sessions.duration"), t("sessions.durationP90")] as const).map((column) => ({ name: column, numeric: true })),
    ],
    rows: rows.map((part) => {
      const own = name(part);
      const rate = ({ share: of, low, high }: Share): Cell => ({ value: of ?? null, text: format.percent(of), note: of == null || low == null || high == null ? "" : share.interval({ share: of, low, high }) });
      return [
        own,
        { value: part.sessions.instances, text: format.whole(part.sessions.instances), info: info.part(id, own.text, part.sessions.pick) },
        { value: part.share.share ?? null, text: format.percent(part.share.share) },
        { value: part.sessions.customers, text: format.whole(part.sessions.customers) },
        rate(part.bounce),
        { value: part.events_mean ?? null, text: format.decimal(part.events_mean) },
        { value: part.duration.median_s ?? null, text: format.duration(part.duration.median_s) },
        { value: part.duration.p90_s ?? null, text: format.duration(part.duration.p90_s) },
      ];
    }),
  });
  return ({ per_customer: customer, ...answer }) => [
    {
      id: "metrics",
      title: t("sessions.metrics"),
      columns: [
        { name: t("groups.group") },
        ...(["sessions", "customers", "bounces", "bounceRate", "events", "eventsEach", "duration", "durationMean", "durationP90"] as const).map((key) => ({ name: t(`sessions.${key}`), numeric: true })),
      ],
      rows: [
        row(answer, t("groups.all")),
        ...shownGroups(answer.groups, ({ sessions }) => sessions.instances).map((each) => row(each, group(each), group(each))),
      ],
    },
    {
      id: "lengths",
      title: t("sessions.lengths"),
      columns: [{ name: t("sessions.length") }, { name: t("sessions.sessions"), numeric: true }, { name: t("paths.shareOfAll"), numeric: true }],
      rows: answer.lengths.map((each) => [
        // In a file the length is the one it begins at, in seconds.
        { value: each.from_s, text: length(each) },
        { value: each.subjects, text: format.whole(each.subjects), info: info.part("length", length(each), each.pick) },
        { value: each.subjects / answer.sessions.instances, text: format.percent(each.subjects / answer.sessions.instances) },
      ]),
    },
    parts("channel", answer.channels, ({ channel }) => ({ value: channel, text: channelName(channel) })),
    parts("day", answer.days, ({ day }) => ({ value: day, text: format.day(day) })),
    {
      id: "customers",
      title: t("sessions.perCustomer"),
      note: t("sessions.eachText", { mean: format.decimal(customer.mean), median: format.decimal(customer.median), p90: format.decimal(customer.p90) }),
      columns: [{ name: t("sessions.perCustomer") }, { name: t("sessions.customers"), numeric: true }, { name: t("paths.shareOfAll"), numeric: true }],
      rows: customer.counts.map(({ sessions, customers }) => [
        { value: sessions, text: format.whole(sessions) },
        { value: customers, text: format.whole(customers) },
        { value: customers / answer.sessions.customers, text: format.percent(customers / answer.sessions.customers) },
      ]),
    },
    counts("entry", answer.entries, answer.sessions.instances),
    counts("exit", answer.exits, answer.sessions.instances),
  ];
}
