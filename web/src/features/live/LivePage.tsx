// Events and refusals as they arrive, filtered by what the address says; each can be opened.
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Pause, Play } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { workspacesQuery } from "../../api/queries";
import type { Connection } from "../../api/live";
import { sourcesQuery } from "../../api/sources";
import { Allowed } from "../../ui/Allowed";
import { useChannelName } from "../../ui/channel";
import { Button, Picker, Segmented } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { useMay } from "../../ui/rights";
import { Empty, Failure } from "../../ui/States";
import { usePageTitle } from "../../ui/title";
import { useTyped } from "../../ui/useTyped";
import { ArrivalTable } from "./ArrivalTable";
import type { Arrival, Filter } from "./feed";
import { SHOWN_MAX, shown, since } from "./feed";
import { Inspector } from "./Inspector";
import { useFeed } from "./useFeed";
import "./live.css";

/** Stands for every source or channel. */
const ALL = "*";

export function LivePage() {
  const { workspace } = useParams({ from: "/w/$workspace/live" });
  const { t } = useTranslation();
  const may = useMay();
  usePageTitle(t("nav.live"));
  // What has arrived belongs to its workspace.
  if (may("see_customers")) return <Live key={workspace} workspace={workspace} />;
  return (
    <div className="page">
      <h1>{t("nav.live")}</h1>
      <Allowed to="see_customers" said>
        {null}
      </Allowed>
    </div>
  );
}

function Live({ workspace: id }: { workspace: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const search = useSearch({ from: "/w/$workspace/live" });
  const workspace = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === id);
  const sources = useQuery(sourcesQuery(id));
  const feed = useFeed(id);
  const [frozen, setFrozen] = useState<Arrival[] | null>(null);
  const [opened, setOpened] = useState<Arrival | null>(null);
  const { source, channel, event, who, rejected } = search;
  const filter = useMemo<Filter>(
    () => ({
      ...(source === undefined ? {} : { source }),
      ...(channel === undefined ? {} : { channel }),
      ...(event === undefined ? {} : { event }),
      ...(who === undefined ? {} : { who }),
      rejected: rejected !== undefined,
    }),
    [source, channel, event, who, rejected],
  );
  const rows = useMemo(() => shown(frozen ?? feed.arrivals, filter), [frozen, feed.arrivals, filter]);
  const waiting = frozen === null ? 0 : since(feed.arrivals, frozen);
  const names = useMemo(() => new Map(sources.data?.sources.map((each) => [each.id, each.name])), [sources.data]);
  const zone = workspace?.zone ?? "UTC";
  const nothing = feed.arrivals.length === 0;
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t("nav.live")}</h1>
          <p className="page-note">{t("live.note")}</p>
        </div>
        <div className="page-actions">
          <ConnectionState connection={feed.connection} onRetry={feed.retry} />
          <Button onPress={() => setFrozen(frozen === null ? feed.arrivals : null)} isDisabled={nothing && frozen === null}>
            {frozen === null ? <Pause size={14} aria-hidden /> : <Play size={14} aria-hidden />}
            {frozen === null ? t("live.pause") : waiting > 0 ? t("live.resumeN", { n: format.whole(waiting) }) : t("live.resume")}
          </Button>
        </div>
      </header>
      {sources.error && <Failure error={sources.error} retry={() => void sources.refetch()} />}
      <Filters workspace={id} sources={[...names]} channels={[...new Set([...(workspace?.channels ?? []), ...feed.arrivals.flatMap((each) => (each.is === "event" ? [each.channel] : []))])]} search={search} />
      <p role="status" className="visually-hidden">
        {feed.said.events + feed.said.rejections > 0 &&
          t("live.said", { events: format.whole(feed.said.events), rejections: format.whole(feed.said.rejections) })}
      </p>
      {rows.length > 0 && <ArrivalTable arrivals={rows} zone={zone} names={names} onOpen={setOpened} />}
      {rows.length > 0 && <p className="provenance">{t("live.shown", { n: format.whole(rows.length), max: format.whole(SHOWN_MAX) })}</p>}
      {feed.passedOver > 0 && <p className="provenance">{t("live.passedOver", { n: format.whole(feed.passedOver) })}</p>}
      {rows.length === 0 &&
        (nothing ? (
          <Empty title={t(feed.connection === "open" ? "live.none" : "live.connecting")}>
            <p>{t("live.noneHow")}</p>
            <Link className="button button-primary" to="/w/$workspace/sources" params={{ workspace: id }}>
              {t("live.toSources")}
            </Link>
          </Empty>
        ) : (
          <Empty title={t("live.noMatch")}>
            <Link to="/w/$workspace/live" params={{ workspace: id }} search={{}}>
              {t("live.clear")}
            </Link>
          </Empty>
        ))}
      {opened && <Inspector workspace={id} zone={zone} arrival={opened} sourceName={names.get(opened.source) ?? opened.source} onClose={() => setOpened(null)} />}
    </div>
  );
}

function ConnectionState({ connection, onRetry }: { connection: Connection; onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <span className="live-state">
      <span role="status" className={connection === "open" ? "badge badge-accent" : connection === "lost" ? "badge badge-bad" : "badge"}>
        <span aria-hidden>{connection === "open" ? "●" : connection === "lost" ? "!" : "○"}</span>
        {t(`live.connection.${connection}`)}
      </span>
      {connection === "lost" && <Button onPress={onRetry}>{t("live.retry")}</Button>}
    </span>
  );
}

interface Search {
  source?: string;
  channel?: string;
  event?: string;
  who?: string;
  rejected?: string;
}

/** With what the address asks for, be it known or not. */
function kept(choices: { id: string; label: string }[], value: string | undefined): { id: string; label: string }[] {
  return value === undefined || choices.some(({ id }) => id === value) ? choices : [...choices, { id: value, label: value }];
}

function Filters({ workspace, sources, channels, search }: { workspace: string; sources: [string, string][]; channels: string[]; search: Search }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const channelName = useChannelName();
  const set = (key: keyof Search, value: string) => {
    const { [key]: _, ...others } = search;
    void navigate({ to: "/w/$workspace/live", params: { workspace }, search: value === "" || value === ALL ? others : { ...others, [key]: value }, replace: true });
  };
  const all = { id: ALL, label: t("live.all") };
  return (
    <div className="scope" role="search" aria-label={t("live.filter")}>
      <Segmented
        label={t("live.what")}
        value={search.rejected === undefined ? "all" : "rejected"}
        choices={[
          { id: "all", label: t("live.everything") },
          { id: "rejected", label: t("live.onlyRejected") },
        ]}
        onChange={(what) => set("rejected", what === "all" ? "" : "1")}
      />
      <Picker label={t("live.source")} value={search.source ?? ALL} choices={[all, ...kept(sources.map(([id, label]) => ({ id, label })), search.source)]} onChange={(id) => set("source", id)} />
      <Picker label={t("live.channel")} value={search.channel ?? ALL} choices={[all, ...kept(channels.map((id) => ({ id, label: channelName(id) })), search.channel)]} onChange={(id) => set("channel", id)} />
      {(["event", "who"] as const).map((key) => (
        <TextFilter key={key} name={key} label={t(`live.${key}`)} value={search[key] ?? ""} onChange={(value) => set(key, value)} />
      ))}
    </div>
  );
}

function TextFilter({ name, label, value, onChange }: { name: string; label: string; value: string; onChange: (value: string) => void }) {
  const { shown: text, type, onBlur } = useTyped(value, onChange);
  return (
    <label className="field">
      <span className="field-label">{label}</span>
      <input className="input" name={name} autoComplete="off" spellCheck={false} value={text} onChange={(event) => type(event.target.value)} onBlur={onBlur} />
    </label>
  );
}
