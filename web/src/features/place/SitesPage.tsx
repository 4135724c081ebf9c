// The sites of a workspace: shops, malls and halls whose floors are known.
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { Suspense, lazy, useState } from "react";
import { useTranslation } from "react-i18next";

import { sitesQuery } from "../../api/places";
import { workspacesQuery } from "../../api/queries";
import type { SiteInfo } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { Button } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { Command, Empty, Failure } from "../../ui/States";
import { TableScroll } from "../../ui/TableScroll";
import { usePageTitle } from "../../ui/title";
import "./place.css";

const StoresBeside = lazy(async () => ({ default: (await import("./compare/StoresBeside")).StoresBeside }));

/** Sites that are put beside each other at once: each is read whole. */
const BESIDE_MAX = 12;

export function SitesPage() {
  const { t } = useTranslation();
  const { workspace } = useParams({ from: "/w/$workspace/sites" });
  const list = useQuery(sitesQuery(workspace));
  usePageTitle(t("nav.sites"));
  const sites = list.data?.sites ?? [];
  const info = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === workspace);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [beside, setBeside] = useState<readonly string[]>([]);
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t("nav.sites")}</h1>
          <p className="page-note">{t("place.note")}</p>
        </div>
        <div className="page-actions">
          <Allowed to="change_journeys">
            <Link className="button button-primary" to="/w/$workspace/new-site" params={{ workspace }}>
              <Plus size={14} aria-hidden />
              {t("place.setup.newSite")}
            </Link>
          </Allowed>
        </div>
      </header>
      {list.error && <Failure error={list.error} retry={() => void list.refetch()} />}
      {list.isPending && <div className="skeleton" aria-hidden />}
      {list.data && sites.length === 0 && <HowTo workspace={workspace} />}
      {sites.length > 0 && <Sites workspace={workspace} sites={sites} chosen={chosen} onChoose={setChosen} />}
      {sites.length > 1 && info && (
        <section aria-label={t("place.stores.title")} className="place-body">
          <div className="form-actions">
            <Button aria-expanded={beside.length > 0} isDisabled={chosen.length < 2} onPress={() => setBeside(chosen)}>
              {t("place.stores.compare", { count: chosen.length, n: chosen.length })}
            </Button>
            <span className="sub" role="status">
              {chosen.length > BESIDE_MAX ? t("place.stores.many", { n: BESIDE_MAX }) : chosen.length < 2 ? t("place.stores.how") : ""}
            </span>
          </div>
          {beside.length > 0 && (<Suspense fallback={<div className="skeleton place-skeleton" aria-hidden />}><StoresBeside key={beside.join(" ")} workspace={info} sites={sites.filter(({ id }) => beside.includes(id)).slice(0, BESIDE_MAX)} /></Suspense>)}
        </section>
      )}
    </div>
  );
}

/** How a plan and positions come in. */
function HowTo({ workspace }: { workspace: string }) {
  const { t } = useTranslation();
  return (
    <Empty title={t("place.none")}>
      <Allowed to="change_journeys">
        <p>{t("place.noneHere")}</p>
        <Link className="button button-primary" to="/w/$workspace/new-site" params={{ workspace }}>
          {t("place.setup.newSite")}
        </Link>
      </Allowed>
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

interface SitesProps {
  workspace: string;
  sites: readonly SiteInfo[];
  /** Those to be put beside each other. */
  chosen: readonly string[];
  onChoose: (sites: readonly string[]) => void;
}

function Sites({ workspace, sites, chosen, onChoose }: SitesProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const several = sites.length > 1;
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
              {several && (
                <th scope="col">
                  <span className="visually-hidden">{t("place.stores.choose")}</span>
                </th>
              )}
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
                {several && (
                  <td className="place-choose">
                    <input
                      type="checkbox"
                      aria-label={t("place.stores.chooseOne", { site: localized(site.name) })}
                      checked={chosen.includes(site.id)}
                      onChange={(event) => onChoose(event.target.checked ? [...chosen, site.id] : chosen.filter((id) => id !== site.id))}
                    />
                  </td>
                )}
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
