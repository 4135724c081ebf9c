// The journeys of a workspace.
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { CircleAlert, Plus } from "lucide-react";
import { Suspense, lazy } from "react";
import { useTranslation } from "react-i18next";

import { openOnes } from "../../api/pains";
import { journeysQuery, painsQuery, workspacesQuery } from "../../api/queries";
import type { TrackedPain } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { Button } from "../../ui/Controls";
import { useCount } from "../../ui/count";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { useMay, useStores } from "../../ui/rights";
import { Empty, Failure } from "../../ui/States";
import { usePageTitle } from "../../ui/title";
import "./journeys.css";

const NewJourney = lazy(() => import("./NewJourney"));

/** What hurts most on a journey. */
function Worst({ workspace, pain }: { workspace: string; pain: TrackedPain | undefined }) {
  const localized = useLocalized();
  if (!pain) return null;
  return (
    <p className="journey-worst">
      <CircleAlert size={14} aria-hidden />
      <Link to="/w/$workspace/pains/$pain" params={{ workspace, pain: pain.pain.key }}>
        {localized(pain.pain.sentence)}
      </Link>
    </p>
  );
}

export function JourneysPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const count = useCount();
  const localized = useLocalized();
  const navigate = useNavigate();
  const { workspace } = useParams({ from: "/w/$workspace/journeys" });
  // In the address, so that other pages can lead to it.
  const making = useSearch({ from: "/w/$workspace/journeys" }).new !== undefined;
  const setMaking = (make: boolean) => void navigate({ to: "/w/$workspace/journeys", params: { workspace }, search: make ? { new: "journey" } : {}, replace: true });
  const makes = useMay()("change_journeys");
  const zone = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === workspace)?.zone ?? "UTC";
  const journeys = useQuery(journeysQuery(workspace));
  // Those that cost most first.
  const limited = useStores(workspace) !== null;
  const pains = openOnes(useQuery({ ...painsQuery(workspace, null), enabled: !limited }).data?.pains ?? []);
  usePageTitle(t("nav.journeys"));
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t("nav.journeys")}</h1>
          <p className="page-note">{t("journeys.note")}</p>
        </div>
        <div className="page-actions">
          <Allowed to="change_journeys">
            <Button look="primary" onPress={() => setMaking(true)}>
              <Plus size={14} aria-hidden />
              {t("newJourney.title")}
            </Button>
          </Allowed>
        </div>
      </header>
      {journeys.error && <Failure error={journeys.error} retry={() => void journeys.refetch()} />}
      {journeys.data?.journeys.length === 0 && (
        <Empty title={t("journeys.empty")}>
          <p>{t("journeys.emptyHow")}</p>
          <Allowed to="change_journeys" said>
            <Button look="primary" onPress={() => setMaking(true)}>
              {t("newJourney.title")}
            </Button>
          </Allowed>
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
            <Worst workspace={workspace} pain={pains.find(({ pain }) => pain.journey === journey.id)} />
            <p className="sub">
              {t("journeys.shape", { stages: count("stages", journey.stages), touchpoints: count("touchpoints", journey.touchpoints) })}
              {" · "}
              {t("scope.versionN", { n: journey.version })}
              {" · "}
              {t("journeys.saved", { when: format.dateTime(journey.saved_at_us, zone) })}
            </p>
          </li>
        ))}
      </ul>
      {making && makes && (
        <Suspense>
          <NewJourney
            workspace={workspace}
            onMade={(journey, matches) =>
              void (matches
                ? navigate({ to: "/w/$workspace/journeys/$journey", params: { workspace, journey }, search: {} })
                : navigate({ to: "/w/$workspace/journeys/$journey/edit", params: { workspace, journey } }))
            }
            onClose={() => setMaking(false)}
          />
        </Suspense>
      )}
    </div>
  );
}
