// Opens a stored view: `/w/{workspace}/s/{hash}` becomes the address of the view it stands for: a map, an analysis, a floor, or a
// list of pains or customers.
import { useQuery } from "@tanstack/react-query";
import { Link, Navigate, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { viewQuery } from "../api/queries";
import * as analysis from "../features/analyses/view";
import * as customers from "../features/customers/stored";
import * as map from "../features/journeys/view";
import * as pains from "../features/pains/stored";
import * as place from "../features/place/view";
import { Empty, Failure } from "../ui/States";

export function SharedView() {
  const { t } = useTranslation();
  const { workspace, hash } = useParams({ from: "/w/$workspace/s/$hash" });
  const stored = useQuery(viewQuery(workspace, hash));
  if (stored.error) {
    return (
      <div className="page">
        <h1>{t("shared.unreadable")}</h1>
        <Failure error={stored.error} retry={() => void stored.refetch()} />
      </div>
    );
  }
  if (stored.data === undefined) return null;
  const asked = analysis.readView(stored.data);
  if (asked) {
    const address = analysis.addressForm(asked);
    return (
      <Navigate
        to="/w/$workspace/analyses/$analysis"
        params={{ workspace, analysis: asked.kind }}
        search={address === undefined ? {} : { view: address }}
        replace
      />
    );
  }
  const painful = pains.readStored(stored.data);
  if (painful) return <Navigate to="/w/$workspace/pains" params={{ workspace }} search={painful} replace />;
  const listed = customers.readStored(stored.data);
  if (listed) return <Navigate to="/w/$workspace/customers" params={{ workspace }} search={listed} replace />;
  const floor = place.readView(stored.data);
  if (floor) {
    const address = place.addressForm(floor.view);
    return <Navigate to="/w/$workspace/sites/$site" params={{ workspace, site: floor.site }} search={address === undefined ? {} : { view: address }} replace />;
  }
  const view = map.readView(stored.data);
  if (!view) {
    return (
      <div className="page">
        <Empty page title={t("shared.unreadable")}>
          <p>{t("shared.unreadableWhy")}</p>
          <Link to="/w/$workspace/journeys" params={{ workspace }}>
            {t("nav.journeys")}
          </Link>
        </Empty>
      </div>
    );
  }
  const address = map.addressForm(view);
  return (
    <Navigate
      to="/w/$workspace/journeys/$journey"
      params={{ workspace, journey: view.journey }}
      search={address === undefined ? {} : { view: address }}
      replace
    />
  );
}
