// One pain: how it is known, how large it is, why it may be, what follows from it, and what is done about it.
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Lightbulb, Users } from "lucide-react";
import { use, useState } from "react";
import { useTranslation } from "react-i18next";

import { notSeen } from "../../api/pains";
import { journeyQuery, painQuery, proposalsQuery, workspacesQuery } from "../../api/queries";
import type { PainInfo, TrackedProposal, WorkspaceInfo } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { Button } from "../../ui/Controls";
import { ExplainContext } from "../../ui/explain";
import { NOTHING, useFormat } from "../../ui/format";
import { History } from "../../ui/History";
import { usePlaces } from "../../ui/places";
import { useMay } from "../../ui/rights";
import { Failure } from "../../ui/States";
import { usePageTitle } from "../../ui/title";
import { Causes } from "./Causes";
import { Effects, NextSteps } from "./Consequences";
import { Evidence } from "./Evidence";
import { HandlingForm } from "./HandlingForm";
import { PainStatusBadge } from "./PainStatusBadge";
import { Suggestions } from "./Suggestions";
import { Voices } from "./Voices";
import { useCustomersFigure, useExplainPain, useSentence, useWhen, useWhom } from "./words";
import "../../charts/charts.css";
import "./pains.css";

export function PainPage() {
  const { t } = useTranslation();
  const { workspace: id, pain: key } = useParams({ from: "/w/$workspace/pains/$pain" });
  const workspace = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === id);
  const pain = useQuery(painQuery(id, key));
  if (!workspace) return null;
  if (pain.data) return <PainOf workspace={workspace} info={pain.data} />;
  return (
    <div className="page">
      <Crumbs workspace={id} journey={null} />
      <h1>{t("nav.pains")}</h1>
      {pain.error ? <Failure error={pain.error} retry={() => void pain.refetch()} /> : <div className="skeleton pain-skeleton" aria-hidden />}
    </div>
  );
}

function Crumbs({ workspace, journey }: { workspace: string; journey: string | null }) {
  const { t } = useTranslation();
  return (
    <nav className="crumbs" aria-label={t("common.breadcrumb")}>
      <Link to="/w/$workspace/pains" params={{ workspace }} search={journey === null ? {} : { journey }}>
        {t("nav.pains")}
      </Link>
    </nav>
  );
}

function PainOf({ workspace, info }: { workspace: WorkspaceInfo; info: PainInfo }) {
  const { t } = useTranslation();
  const open = use(ExplainContext);
  const [saved, setSaved] = useState(false);
  const { pain } = info;
  const sentence = useSentence()(pain);
  const whom = useWhom();
  const when = useWhen(workspace);
  const explain = useExplainPain(workspace);
  const customers = useCustomersFigure()(pain);
  // Names as they were when it was found.
  const definition = useQuery(journeyQuery(workspace.id, pain.journey, info.journey_version)).data?.journey;
  const places = usePlaces(definition);
  usePageTitle(sentence);
  const may = useMay();
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <Crumbs workspace={workspace.id} journey={pain.journey} />
          <h1>{sentence}</h1>
          <p className="pain-facts">
            <PainStatusBadge status={info.status} />
            <span>{t(`pain.kind.${pain.kind}`)}</span>
            <Link to="/w/$workspace/journeys/$journey" params={{ workspace: workspace.id, journey: pain.journey }} search={{}}>
              {places.stage(pain.stage)}
            </Link>
            <span>{whom(pain.facet)}</span>
            <span>{when(info)}</span>
          </p>
          {notSeen(info) && <NotSeen workspace={workspace} info={info} />}
        </div>
        <div className="page-actions">
          <Allowed to="see_customers">
            <Button onPress={() => open(explain(info, customers, "customers"))}>
              <Users size={14} aria-hidden />
              {t("pain.openCustomers")}
            </Button>
          </Allowed>
          <Allowed to="handle_proposals">
            <Link className="button button-primary" to="/w/$workspace/proposals" params={{ workspace: workspace.id }} search={{ pain: pain.key }}>
              <Lightbulb size={14} aria-hidden />
              {t("pain.propose")}
            </Link>
          </Allowed>
        </div>
      </header>
      <div className="pain-columns">
        <div className="pain-main">
          <Evidence workspace={workspace} info={info} />
          <Causes pain={pain} definition={definition} />
          <Suggestions workspace={workspace} pain={pain} />
          <Effects pain={pain} />
          <NextSteps pain={pain} definition={definition} />
          <Allowed to="see_customers">
            <Voices workspace={workspace} pain={pain.key} definition={definition} />
          </Allowed>
        </div>
        <aside className="pain-side" aria-label={t("pain.handling")}>
          <section className="card pain-card">
            <h2>{t("pain.handling")}</h2>
            {may("handle_pains") ? <HandlingForm key={info.version} workspace={workspace.id} info={info} onSaved={() => setSaved(true)} /> : <Handled info={info} />}
            <p role="status" className="sub form-said">
              {saved ? t("form.saved") : ""}
            </p>
          </section>
          <Proposals workspace={workspace} pain={pain.key} />
          <HistoryCard workspace={workspace} info={info} />
        </aside>
      </div>
    </div>
  );
}

/** What was decided, for those who decide nothing. */
function Handled({ info }: { info: PainInfo }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <dl>
      <dt className="sub">{t("pain.status")}</dt>
      <dd>{t(`pain.status.${info.status}`)}</dd>
      <dt className="sub">{t("pain.owner")}</dt>
      <dd>{info.owner ?? NOTHING}</dd>
      <dt className="sub">{t("pain.due")}</dt>
      <dd>{info.due == null ? NOTHING : format.day(info.due)}</dd>
    </dl>
  );
}

function NotSeen({ workspace, info }: { workspace: WorkspaceInfo; info: PainInfo }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <p className="page-note">
      {t("pain.notSeenSince", {
        found: format.dateTime(info.last_found_at_us, workspace.zone),
        looked: format.dateTime(info.last_looked_at_us, workspace.zone),
      })}
    </p>
  );
}

function Proposals({ workspace, pain }: { workspace: WorkspaceInfo; pain: string }) {
  const { t } = useTranslation();
  const all = useQuery(proposalsQuery(workspace.id)).data?.proposals ?? [];
  const against = all.filter(({ proposal }: TrackedProposal) => proposal.pain === pain);
  return (
    <section className="card pain-card">
      <h2>{t("pain.proposals")}</h2>
      {against.length === 0 && <p className="sub">{t("pain.proposalsNone")}</p>}
      <ul className="pain-proposals">
        {against.map(({ id, proposal }) => (
          <li key={id}>
            <Link to="/w/$workspace/proposals" params={{ workspace: workspace.id }} search={{ open: String(id) }}>
              {proposal.title}
            </Link>
            <span className="badge">{t(`proposal.status.${proposal.status ?? "proposed"}`)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const FIELDS = ["status", "owner", "due"] as const;

function HistoryCard({ workspace, info }: { workspace: WorkspaceInfo; info: PainInfo }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const field = (name: string) => {
    const known = FIELDS.find((each) => each === name);
    return known ? t(`pain.${known}`) : name;
  };
  const value = (name: string, of: unknown) => {
    const text = typeof of === "string" ? of : JSON.stringify(of);
    if (name === "due") return format.day(text);
    const status = `pain.status.${text}`;
    return name === "status" && i18n.exists(status) ? t(status as "pain.status.found") : text;
  };
  return (
    <section className="card pain-card">
      <h2>{t("history.title")}</h2>
      <History entries={info.history} zone={workspace.zone} field={field} value={value} />
    </section>
  );
}
