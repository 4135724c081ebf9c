// The journeys of a workspace.
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { journeysQuery, workspacesQuery } from "../../api/queries";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { Command, Empty, Failure } from "../../ui/States";
import { usePageTitle } from "../../ui/title";
import "./journeys.css";

export function JourneysPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const { workspace } = useParams({ from: "/w/$workspace/journeys" });
  const zone = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === workspace)?.zone ?? "UTC";
  const journeys = useQuery(journeysQuery(workspace));
  usePageTitle(t("nav.journeys"));
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t("nav.journeys")}</h1>
          <p className="page-note">{t("journeys.note")}</p>
        </div>
      </header>
      {journeys.error && <Failure error={journeys.error} retry={() => void journeys.refetch()} />}
      {journeys.data?.journeys.length === 0 && (
        <Empty title={t("journeys.empty")}>
          <p>{t("journeys.emptyHow")}</p>
          <Command>{`throughline journey import JOURNEY.yaml -w ${workspace}`}</Command>
        </Empty>
      )}
      <ul className="journeys">
        {journeys.data?.journeys.map((journey) => (
          <li key={journey.id} className="card journey">
            <h2>
              <Link to="/w/$workspace/journeys/$journey" params={{ workspace, journey: journey.id }} search={{}}>
                {localized(journey.name)}
              </Link>
            </h2>
            <p>{localized(journey.description)}</p>
            <p className="sub">
              {t("journeys.shape", { stages: journey.stages, touchpoints: journey.touchpoints })}
              {" · "}
              {t("scope.versionN", { n: journey.version })}
              {" · "}
              {t("journeys.saved", { when: format.dateTime(journey.saved_at_us, zone) })}
            </p>
          </li>
        ))}
      </ul>
    </div>
  );
}
