// One customer: who they are and what happened, newest first, with the stages of a journey marked.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { journeysQuery, timelineQuery, workspacesQuery } from "../../api/queries";
import type { CustomerSummary } from "../../api/types";
import { Button, Picker } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { plain } from "../../ui/plain";
import { useStores } from "../../ui/rights";
import { Failure } from "../../ui/States";
import { StoresShown } from "../../ui/Stores";
import { usePageTitle } from "../../ui/title";
import { newestFirst } from "./details";
import { EventList } from "./EventList";
import { WhyOne } from "./WhyOne";
import "./customers.css";

/** Stands for "mark no journey". */
const NO_JOURNEY = "~none";

export function CustomerPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const navigate = useNavigate();
  const { workspace, customer } = useParams({ from: "/w/$workspace/customers/$customer" });
  const { journey, version } = useSearch({ from: "/w/$workspace/customers/$customer" });
  const zone = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === workspace)?.zone ?? "UTC";
  const journeys = useQuery(journeysQuery(workspace)).data?.journeys ?? [];
  const marked = journey ?? journeys[0]?.id ?? null;
  const timeline = useInfiniteQuery(timelineQuery(workspace, customer, marked === NO_JOURNEY ? null : marked, version ?? null));
  const summary = timeline.data?.pages[0]?.customer;
  const name = summary?.identifiers[0]?.value ?? customer;
  // What joins identifiers was said anywhere: the server tells it only to those who see the whole workspace.
  const limited = useStores() !== null;
  usePageTitle(name);
  if (timeline.error) {
    return (
      <div className="page">
        <h1>{name}</h1>
        <Failure error={timeline.error} retry={() => void timeline.refetch()} />
      </div>
    );
  }
  const events = newestFirst(timeline.data?.pages.map((page) => page.events) ?? []);
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
            {name} {summary?.identifiers[0] && <span className="sub">{summary.identifiers[0].namespace}</span>}
          </h1>
          <StoresShown />
        </div>
        <Picker
          label={t("customer.mark")}
          value={marked ?? NO_JOURNEY}
          choices={[
            ...journeys.map((other) => ({ id: other.id, label: localized(other.name) })),
            { id: NO_JOURNEY, label: t("customer.markNone") },
          ]}
          onChange={(id) =>
            void navigate({
              to: "/w/$workspace/customers/$customer",
              params: { workspace, customer },
              search: { journey: id },
              replace: true,
            })
          }
        />
      </header>
      {summary && <Summary summary={summary} zone={zone} />}
      {summary && !limited && <WhyOne workspace={workspace} customer={customer} zone={zone} />}
      <EventList workspace={workspace} journey={marked === NO_JOURNEY ? null : marked} version={version ?? null} events={events} zone={zone} />
      {timeline.hasNextPage && (
        <Button onPress={() => void timeline.fetchNextPage()} isDisabled={timeline.isFetchingNextPage}>
          {t("customer.older")}
        </Button>
      )}
      <p role="status" className="provenance">
        {timeline.data && t("customer.shown", { shown: format.whole(events.length), all: format.whole(summary?.events ?? 0) })}
      </p>
    </div>
  );
}

function Summary({ summary, zone }: { summary: CustomerSummary; zone: string }) {
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
