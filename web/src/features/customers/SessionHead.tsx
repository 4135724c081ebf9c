// The head of a session in a timeline: when it was, where, where it came from, how long it took and how much happened. It
// folds the session's events away.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ChevronDown, ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { Life } from "../../api/customers";
import { TIMELINE_PAGE, timelineQuery } from "../../api/customers";
import type { TimelineEvent } from "../../api/types";
import { useChannelName } from "../../ui/channel";
import { useCount } from "../../ui/count";
import { useFormat } from "../../ui/format";
import { placed } from "./details";
import type { Fold } from "./sessions";
import { cameFrom, lastOf } from "./sessions";

/** Channels are told of sessions that lie on so few pages; of longer ones not every event is looked at. */
const PAGES_MAX = 3;

interface Extent {
  to: number;
  oldest: TimelineEvent | undefined;
  /** In the order of their first events; null: not looked for. */
  channels: string[] | null;
}

function useExtent(life: Life, { session, from }: Pick<Fold, "session" | "from">, total: number) {
  const client = useQueryClient();
  // Where others came meanwhile, the pages are those of all there are now.
  const whole = async (nth: number) => client.ensureQueryData(timelineQuery(life, nth, total));
  const page = async (nth: number) => (await whole(nth)).events;
  return useQuery({
    queryKey: ["session", life, session, from, total],
    queryFn: async (): Promise<Extent> => {
      const to = await lastOf({ session, from }, total, TIMELINE_PAGE, page);
      const [first, last] = [Math.floor(from / TIMELINE_PAGE), Math.floor(to / TIMELINE_PAGE)];
      const near = last - first < PAGES_MAX;
      const pages = Array.from({ length: near ? last - first + 1 : 1 }, (_, nth) => (near ? first : last) + nth);
      const events = placed(await Promise.all(pages.map(whole)), total);
      const own = [...events].filter(([, event]) => event.session === session).toSorted(([a], [b]) => b - a);
      return { to, oldest: own[0]?.[1], channels: near ? [...new Set(own.map(([, event]) => event.channel))] : null };
    },
  });
}

interface Props {
  id: string;
  life: Life;
  session: number;
  /** The session's newest event. */
  newest: TimelineEvent;
  from: number;
  total: number;
  zone: string;
  folded: boolean;
  onFold: (to: number) => void;
}

export function SessionHead({ id, life, session, newest, from, total, zone, folded, onFold }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const count = useCount();
  const channelName = useChannelName();
  const extent = useExtent(life, { session, from }, total).data;
  const filtered = life.channel !== null || life.event !== null;
  const oldest = extent?.oldest;
  const source = oldest && cameFrom(oldest.columns);
  const moment = (us: number) => `${format.date(us, zone)} ${format.time(us, zone)}`;
  const sameDay = oldest && format.date(oldest.time_us, zone) === format.date(newest.time_us, zone);
  const Mark = folded ? ChevronRight : ChevronDown;
  return (
    <h3 className="session-head" id={id}>
      <button type="button" aria-expanded={!folded} disabled={!extent} onClick={() => extent && onFold(extent.to)}>
        <Mark size={15} aria-hidden />
        <span className="session-when">
          {moment((oldest ?? newest).time_us)}
          {oldest && oldest.time_us !== newest.time_us && ` – ${sameDay ? format.time(newest.time_us, zone) : moment(newest.time_us)}`}
        </span>
        {extent && (
          <>
            <span>{filtered ? t("customer.sessionShown", { shown: count("events", extent.to - from + 1) }) : count("events", extent.to - from + 1)}</span>
            {!filtered && oldest && oldest.time_us !== newest.time_us && <span>{t("customer.sessionLength", { length: format.duration((newest.time_us - oldest.time_us) / 1e6) })}</span>}
            {extent.channels?.map((channel) => (
              <span key={channel} className="badge">
                {channelName(channel)}
              </span>
            ))}
            {source && <span className="session-source">{t("customer.sessionFrom", { source })}</span>}
          </>
        )}
      </button>
    </h3>
  );
}
