// What hurts on the floors of the workspace's sites: found on request, largest first; each leads to its place on the site's page.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { placeQuery, sitesQuery } from "../../api/places";
import type { PlacePain, SiteInfo, WorkspaceInfo } from "../../api/types";
import { Button } from "../../ui/Controls";
import { useInterval } from "../../ui/estimate";
import { NOTHING, useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { Failure, Progress } from "../../ui/States";

/** All days there are: what a look at a floor is of. */
const ALL_DAYS = { scope: {} };

/** Where the page of a site shows its pains. */
const PAINS = JSON.stringify({ v: 1, show: "pains" });

export function FloorPains({ workspace }: { workspace: WorkspaceInfo }) {
  const { t } = useTranslation();
  const sites = useQuery(sitesQuery(workspace.id)).data?.sites ?? [];
  if (sites.length === 0) return null;
  return (
    <section className="floor-pains" aria-labelledby="floor-pains">
      <header className="section-head">
        <h2 id="floor-pains">{t("pains.floor")}</h2>
        <p className="section-note">{t("pains.floorNote")}</p>
      </header>
      {sites.map((site) => (
        <OfSite key={site.id} workspace={workspace} site={site} />
      ))}
    </section>
  );
}

function OfSite({ workspace, site }: { workspace: WorkspaceInfo; site: SiteInfo }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const [wanted, setWanted] = useState(false);
  const query = placeQuery(workspace.id, site.id, "pains", ALL_DAYS);
  const asked = useQuery({ ...query, enabled: wanted });
  const answer = asked.data;
  const action = t(answer ? "pains.findAgain" : "pains.find");
  const find = () => (wanted ? void asked.refetch() : setWanted(true));
  return (
    <div className="card floor-pains-site" role="group" aria-label={localized(site.name)}>
      <header className="floor-pains-head">
        <h3>
          <Link to="/w/$workspace/sites/$site" params={{ workspace: workspace.id, site: site.id }} search={{ view: PAINS }}>
            {localized(site.name)}
          </Link>
        </h3>
        <Button onPress={find} isDisabled={asked.isFetching} aria-label={t("pains.floorFind", { action, site: localized(site.name) })}>
          {action}
        </Button>
      </header>
      {asked.isFetching && <Progress queryKey={query.queryKey} />}
      {asked.error && !asked.isFetching && <Failure error={asked.error} retry={() => void asked.refetch()} />}
      <p role="status" className="results-line">
        {answer && answer.meta.days.length === 0 && t("pains.floorNoDays")}
        {answer && answer.meta.days.length > 0 && answer.pains.length === 0 && t("pains.floorNone", { count: answer.meta.days.length })}
      </p>
      {answer && answer.pains.length > 0 && <Table workspace={workspace} site={site} pains={answer.pains} />}
    </div>
  );
}

function Table({ workspace, site, pains }: { workspace: WorkspaceInfo; site: SiteInfo; pains: readonly PlacePain[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const interval = useInterval();
  const money = (value: number) => format.money(value, workspace.currency ?? null);
  const names = { cause: t("pains.floorCause"), when: t("pain.when"), size: t("pains.floorSize"), money: t("pains.floorMoney") };
  return (
    <div className="table-scroll">
      <table className="table pains-table">
        <thead>
          <tr>
            <th scope="col">{t("nav.pains")}</th>
            {Object.values(names).map((name) => (
              <th scope="col" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {pains.map((pain) => (
            <tr key={pain.key}>
              <th scope="row">
                <Link to="/w/$workspace/sites/$site" params={{ workspace: workspace.id, site: site.id }} search={{ view: PAINS }}>
                  {localized(pain.sentence)}
                </Link>
              </th>
              <td data-name={names.cause}>{pain.causes[0] ? localized(pain.causes[0].signal) : NOTHING}</td>
              <td data-name={names.when}>
                {pain.from === pain.to ? format.day(pain.from) : t("pains.floorDays", { from: format.day(pain.from), to: format.day(pain.to) })}
                {pain.hours && <span className="sub pains-due">{t("pains.floorHours", { from: pain.hours[0], to: pain.hours[1] })}</span>}
              </td>
              <td data-name={names.size}>
                {format.rough(pain.per_month.value)} <span className="sub">{interval(pain.per_month, format.rough)}</span>
              </td>
              <td data-name={names.money}>
                {pain.money.known === "per_month" ? (
                  <>
                    {money(pain.money.amount.value)} <span className="sub">{interval(pain.money.amount, money)}</span>
                  </>
                ) : (
                  NOTHING
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
