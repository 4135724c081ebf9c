// One customer: who they are and what happened, newest first, with the stages of a journey marked.
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useCallback, useRef } from "react";
import { useTranslation } from "react-i18next";

import { lifeOverviewQuery, timelineQuery } from "../../api/customers";
import { journeysQuery, workspacesQuery } from "../../api/queries";
import type { CustomerSummary } from "../../api/types";
import { useChannelName } from "../../ui/channel";
import { Picker } from "../../ui/Controls";
import { useCount } from "../../ui/count";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { plain } from "../../ui/plain";
import { useStores } from "../../ui/rights";
import { Empty, Failure } from "../../ui/States";
import { StoresShown } from "../../ui/Stores";
import { usePageTitle } from "../../ui/title";
import { AtAGlance } from "./AtAGlance";
import { useStageNames } from "./stages";
import type { TimelineHandle } from "./Timeline";
import { Timeline } from "./Timeline";
import { useArrivals } from "./useArrivals";
import { WhyOne } from "./WhyOne";
import "./customers.css";

/** Stands for "mark no journey", and for "any channel" and "any event". */
const NONE = "~none";

export function CustomerPage() {
  const { t } = useTranslation();
  const count = useCount();
  const localized = useLocalized();
  const channelName = useChannelName();
  const navigate = useNavigate();
  const { workspace, customer } = useParams({ from: "/w/$workspace/customers/$customer" });
  const search = useSearch({ from: "/w/$workspace/customers/$customer" });
  const zone = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === workspace)?.zone ?? "UTC";
  const journeys = useQuery(journeysQuery(workspace)).data?.journeys ?? [];
  const marked = search.journey ?? journeys[0]?.id ?? NONE;
  const journey = marked === NONE ? null : marked;
  const life = { workspace, customer, journey, version: search.version ?? null, channel: search.channel ?? null, event: search.event ?? null };
  const newest = useQuery(timelineQuery(life, 0));
  const overview = useQuery(lifeOverviewQuery(life)).data;
  const names = useStageNames(workspace, journey, life.version);
  const list = useRef<TimelineHandle>(null);
  const glance = useRef<HTMLElement>(null);
  const sees = useRef<(us: number) => void>(null);
  const seen = useCallback((us: number) => sees.current?.(us), []);
  const show = useCallback((index: number) => list.current?.show(index), []);
  const summary = newest.data?.customer;
  const known = summary?.identifiers[0];
  const title = summary?.name ?? known?.value ?? customer;
  // What joins identifiers was said anywhere: the server tells it only to those who see the whole workspace.
  const limited = useStores() !== null;
  // So is what comes for them, before anybody knows in which store it was.
  const connection = useArrivals(life, !limited && newest.isSuccess);
  usePageTitle(title);
  if (newest.error && !newest.data) {
    return (
      <div className="page">
        <h1>{title}</h1>
        <Failure error={newest.error} retry={() => void newest.refetch()} />
      </div>
    );
  }
  const change = (next: { journey?: string; channel?: string; event?: string }) => {
    const { journey: of, channel, event } = { ...search, ...next };
    const filters = { ...(channel && channel !== NONE ? { channel } : {}), ...(event && event !== NONE ? { event } : {}) };
    // A version is one of a journey, not of the next that is chosen.
    const version = !next.journey && search.version ? { version: search.version } : {};
    void navigate({ to: "/w/$workspace/customers/$customer", params: { workspace, customer }, search: { ...(of ? { journey: of } : {}), ...version, ...filters }, replace: true });
  };
  const total = newest.data?.matched ?? 0;
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <nav className="crumbs" aria-label={t("common.breadcrumb")}>
            <Link to="/w/$workspace/customers" params={{ workspace }} search={{}}>
              {t("nav.customers")}
            </Link>
          </nav>
          <h1>
            {title} {known && <span className="sub">{summary.name ? `${known.namespace}: ${known.value}` : known.namespace}</span>}
          </h1>
          <StoresShown />
        </div>
        <Picker
          label={t("customer.mark")}
          value={marked}
          choices={[...journeys.map((other) => ({ id: other.id, label: localized(other.name) })), { id: NONE, label: t("customer.markNone") }]}
          onChange={(id) => change({ journey: id })}
        />
      </header>
      {newest.error && <Failure error={newest.error} retry={() => void newest.refetch()} />}
      {summary && <Summary summary={summary} sessions={overview?.sessions ?? null} zone={zone} />}
      {summary && !limited && <WhyOne workspace={workspace} customer={customer} zone={zone} />}
      <AtAGlance life={life} zone={zone} names={names} sees={sees} show={show} ref={glance} />
      <div className="people-head">
        <p role="status" className="results-count">
          {summary && (total === summary.events ? count("events", total) : t("customer.shown", { shown: count("events", total), all: count("events", summary.events) }))}
        </p>
        {connection && connection !== "connecting" && (
          <span role="status" className={connection === "open" ? "badge badge-accent" : "badge badge-bad"}>
            <span aria-hidden>{connection === "open" ? "●" : "!"}</span> {t(`customer.live.${connection}`)}
          </span>
        )}
        <Picker
          label={t("customer.channel")}
          value={life.channel ?? NONE}
          choices={[{ id: NONE, label: t("scope.allChannels") }, ...(summary?.channels ?? []).map(({ channel }) => ({ id: channel, label: channelName(channel) }))]}
          onChange={(channel) => change({ channel })}
        />
        <Picker
          label={t("customer.event")}
          value={life.event ?? NONE}
          choices={[{ id: NONE, label: t("customer.anyEvent") }, ...(overview?.names ?? []).map(({ event }) => ({ id: event, label: event }))]}
          onChange={(event) => change({ event })}
        />
      </div>
      {newest.data && total === 0 && (
        <Empty title={t("customer.noneLeft")}>
          <p>{t("customer.noneLeftWhy")}</p>
        </Empty>
      )}
      {total > 0 && <Timeline key={JSON.stringify(life)} life={life} total={total} zone={zone} names={names} onSight={seen} above={glance} ref={list} />}
    </div>
  );
}

function Summary({ summary, sessions, zone }: { summary: CustomerSummary; sessions: number | null; zone: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const traits = Object.entries(summary.traits as Record<string, unknown>);
  return (
    <dl className="facts card">
      {summary.identifiers.map((id) => (
        <div key={`${id.namespace}:${id.value}`}>
          <dt>{id.namespace}</dt>
          <dd>{id.value}</dd>
        </div>
      ))}
      <div>
        <dt>{t("customers.events")}</dt>
        <dd>{format.whole(summary.events)}</dd>
      </div>
      {sessions !== null && (
        <div>
          <dt>{t("customer.sessions")}</dt>
          <dd>{format.whole(sessions)}</dd>
        </div>
      )}
      {summary.amount != null && (
        <div>
          <dt>{t("customers.amount")}</dt>
          <dd>{format.decimal(summary.amount)}</dd>
        </div>
      )}
      <div>
        <dt>{t("customers.first")}</dt>
        <dd>{format.dateTime(summary.first_us, zone)}</dd>
      </div>
      <div>
        <dt>{t("customers.last")}</dt>
        <dd>{format.dateTime(summary.last_us, zone)}</dd>
      </div>
      {traits.map(([key, value]) => (
        <div key={key}>
          <dt>{key}</dt>
          <dd>{plain(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
