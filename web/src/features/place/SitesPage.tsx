// The sites of a workspace: shops, malls and halls whose floors are known.
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { sitesQuery } from "../../api/places";
import type { SiteInfo } from "../../api/types";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { Command, Empty, Failure } from "../../ui/States";
import { TableScroll } from "../../ui/TableScroll";
import { usePageTitle } from "../../ui/title";
import "./place.css";

export function SitesPage() {
  const { t } = useTranslation();
  const { workspace } = useParams({ from: "/w/$workspace/sites" });
  const list = useQuery(sitesQuery(workspace));
  usePageTitle(t("nav.sites"));
  const sites = list.data?.sites ?? [];
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t("nav.sites")}</h1>
          <p className="page-note">{t("place.note")}</p>
        </div>
      </header>
      {list.error && <Failure error={list.error} retry={() => void list.refetch()} />}
      {list.isPending && <div className="skeleton" aria-hidden />}
      {list.data && sites.length === 0 && <HowTo workspace={workspace} />}
      {sites.length > 0 && <Sites workspace={workspace} sites={sites} />}
    </div>
  );
}

/** How a plan and positions come in. */
function HowTo({ workspace }: { workspace: string }) {
  const { t } = useTranslation();
  return (
    <Empty title={t("place.none")}>
      <p>{t("place.noneHow")}</p>
      <ol className="place-how">
        <li>
          <p>{t("place.how.plan")}</p>
          <Command>{`throughline --json place plan floor.geojson --site my-shop --zone Asia/Shanghai > plan.json`}</Command>
          <p className="sub">{t("place.how.planNote")}</p>
        </li>
        <li>
          <p>{t("place.how.site")}</p>
          <Command>{`throughline place site add site.yaml -w ${workspace}`}</Command>
        </li>
        <li>
          <p>{t("place.how.positions")}</p>
          <Command>{`throughline place import positions.csv --site my-shop -w ${workspace}`}</Command>
          <p className="sub">{t("place.how.positionsNote")}</p>
        </li>
      </ol>
    </Empty>
  );
}

function Sites({ workspace, sites }: { workspace: string; sites: readonly SiteInfo[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  return (
    <section className="card" aria-labelledby="sites-title">
      <header className="section-head">
        <h2 id="sites-title">{t("place.sites")}</h2>
        <p className="section-note">{t("place.sitesN", { count: sites.length, n: format.whole(sites.length) })}</p>
      </header>
      <TableScroll labelledBy="sites-title">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("place.name")}</th>
              <th scope="col">{t("place.kind")}</th>
              <th scope="col" className="numeric">
                {t("place.plans")}
              </th>
              <th scope="col" className="numeric">
                {t("place.floors")}
              </th>
              <th scope="col" className="numeric">
                {t("place.zones")}
              </th>
              <th scope="col">{t("place.version")}</th>
              <th scope="col">{t("place.savedAt")}</th>
            </tr>
          </thead>
          <tbody>
            {sites.map((site) => (
              <tr key={site.id}>
                <th scope="row">
                  <Link to="/w/$workspace/sites/$site" params={{ workspace, site: site.id }} search={{}}>
                    {localized(site.name)}
                  </Link>
                </th>
                <td>{t(`place.kind.${site.kind}`)}</td>
                <td className="numeric">{format.whole(site.plans)}</td>
                <td className="numeric">{format.whole(site.floors)}</td>
                <td className="numeric">{format.whole(site.zones)}</td>
                <td>{t("scope.versionN", { n: site.version })}</td>
                <td className="moment">{format.dateTime(site.saved_at_us, site.time_zone)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}
