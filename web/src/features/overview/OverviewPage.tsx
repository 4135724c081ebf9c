// The state of the loop in a workspace: a card a step, each a way into its pages. Each card asks for itself, and only what
// the person may see, so the others stand where one fails or is slow.
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { sitesQuery } from "../../api/places";
import { journeysQuery, workspacesQuery } from "../../api/queries";
import type { WorkspaceInfo } from "../../api/types";
import { useLocalized } from "../../ui/language";
import { useMay, useStores } from "../../ui/rights";
import { SampleBadge } from "../../ui/SampleBadge";
import { StoresShown } from "../../ui/Stores";
import { usePageTitle } from "../../ui/title";
import { Changes } from "./Changes";
import { Collect } from "./Collect";
import { FirstRun } from "./FirstRun";
import { Identify } from "./Identify";
import { Journeys } from "./Journeys";
import { Pains } from "./Pains";
import { Proposals } from "./Proposals";
import "../../charts/charts.css";
import "./overview.css";

export function OverviewPage() {
  const { workspace: id } = useParams({ from: "/w/$workspace" });
  const workspace = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === id);
  const { t } = useTranslation();
  usePageTitle(t("nav.overview"));
  return workspace && <Overview key={id} workspace={workspace} />;
}

function Overview({ workspace }: { workspace: WorkspaceInfo }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const makes = useMay(workspace.id)("change_journeys");
  const whole = useStores(workspace.id) === null;
  const journeys = useQuery(journeysQuery(workspace.id)).data?.journeys;
  const sites = useQuery(sitesQuery(workspace.id)).data?.sites ?? [];
  const isNew = journeys?.length === 0;
  return (
    <div className="page overview">
      <header className="page-head">
        <div>
          <h1>{t("nav.overview")}</h1>
          {workspace.sample && <SampleBadge sample={workspace.sample} />}
          <p className="page-note">{t("overview.note", { name: localized(workspace.name) })}</p>
          <StoresShown />
        </div>
      </header>
      {isNew && (makes ? <FirstRun workspace={workspace} /> : <p className="card overview-wait">{t("overview.noJourneysWait")}</p>)}
      {!isNew && workspace.events === 0 && <Connect workspace={workspace.id} />}
      <div className="overview-steps">
        {whole && <Collect workspace={workspace} />}
        <Identify workspace={workspace} />
        {(!isNew || sites.length > 0) && <Journeys workspace={workspace} />}
        {whole && !isNew && <Pains workspace={workspace} />}
        {whole && !isNew && <Proposals workspace={workspace} />}
        {!isNew && <Changes workspace={workspace} />}
      </div>
    </div>
  );
}

/** There is a map and nothing on it. */
function Connect({ workspace }: { workspace: string }) {
  const { t } = useTranslation();
  return (
    <section className="card empty" aria-labelledby="connect">
      <h2 id="connect">{t("overview.connectTitle")}</h2>
      <p>{t("overview.connectHow")}</p>
      <Link className="button button-primary" to="/w/$workspace/imports" params={{ workspace }}>
        {t("overview.import")}
      </Link>
      <Link className="button" to="/w/$workspace/sources" params={{ workspace }}>
        {t("overview.connect")}
      </Link>
    </section>
  );
}
