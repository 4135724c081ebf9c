// The floor of a site: what it is about, one sentence, the figures every view shares, and the views.
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Pencil, RadioTower } from "lucide-react";
import { Suspense, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "../../api/client";
import type { PlaceQuestion, VisitsWanted } from "../../api/places";
import { placeQuery, siteQuery } from "../../api/places";
import { workspacesQuery } from "../../api/queries";
import type { PlaceVisits, SiteVersion, WorkspaceInfo } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { ExportMenu } from "../../ui/answer/ExportMenu";
import { ExplainingProvider, Figure } from "../../ui/answer/figure";
import type { FigureInfo } from "../../ui/answer/figure";
import type { AnswerTable } from "../../ui/answer/table";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { useMay, useStores } from "../../ui/rights";
import { CopyLink } from "../../ui/scope/CopyLink";
import { chosenDays } from "../../ui/scope/period";
import { Command, Empty, Failure, Progress } from "../../ui/States";
import { usePageTitle } from "../../ui/title";
import { SavedViews } from "../../ui/views/SavedViews";
import { usePlaceExplaining } from "./explaining";
import { FloorPlan } from "./FloorPlan";
import { usePlaceMeeting } from "./meeting";
import { clock } from "./names";
import { planOn, plansOf } from "./plans";
import { ScopeBar } from "./ScopeBar";
import { TABS } from "./tabs";
import { addressForm, readAddress, storedForm } from "./view";
import type { SiteView } from "./view";
import type { Answer, ViewProps } from "./viewProps";
import { LOST_FROM } from "./visits/wanted";
import { useVisitsTables } from "./visitsTables";
import "../../charts/charts.css";
import "./place.css";

export function SitePage() {
  const { workspace: id, site } = useParams({ from: "/w/$workspace/sites/$site" });
  const { view: address } = useSearch({ from: "/w/$workspace/sites/$site" });
  const navigate = useNavigate();
  const workspace = useQuery(workspacesQuery()).data?.workspaces.find((other) => other.id === id);
  const view = useMemo(() => readAddress(site, address), [site, address]);
  const stored = useQuery(siteQuery(id, site, view.version));
  const go = (change: Partial<SiteView>, replace: boolean) => {
    const next = addressForm({ ...view, ...change });
    void navigate({ to: "/w/$workspace/sites/$site", params: { workspace: id, site }, search: next === undefined ? {} : { view: next }, replace, resetScroll: false });
  };
  if (!workspace) return null;
  if (stored.error) {
    return (
      <div className="page">
        <Crumbs workspace={id} />
        <h1>{site}</h1>
        <Failure error={stored.error} retry={() => void stored.refetch()} />
      </div>
    );
  }
  return stored.data && <OneSite key={`${id}/${site}`} workspace={workspace} stored={stored.data} view={view} onChange={(change) => go(change, true)} onVisits={(wanted, period) => go({ show: "visits", wanted, ...(period ? { period } : {}) }, false)} />;
}

function Crumbs({ workspace }: { workspace: string }) {
  const { t } = useTranslation();
  return (
    <nav className="crumbs" aria-label={t("common.breadcrumb")}>
      <Link to="/w/$workspace/sites" params={{ workspace }}>
        {t("nav.sites")}
      </Link>
    </nav>
  );
}

interface SiteProps {
  workspace: WorkspaceInfo;
  stored: SiteVersion;
  view: SiteView;
  onChange: (change: Partial<SiteView>) => void;
  /** One can go back from there. */
  onVisits: NonNullable<ViewProps["onVisits"]>;
}

function OneSite({ workspace, stored, view, onChange, onVisits: toVisits }: SiteProps) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const explaining = usePlaceExplaining();
  const may = useMay();
  const stores = useStores();
  const meeting = usePlaceMeeting(workspace);
  const visitsTables = useVisitsTables();
  const { site } = stored;
  const name = localized(site.name);
  usePageTitle(`${name} · ${t("nav.sites")}`);
  // Days are those of the site's clock.
  const place = { ...workspace, zone: site.time_zone };
  const days = chosenDays(view.period, place);
  const floors = useMemo(() => [...new Set(site.plans.flatMap((plan) => plan.floors.map(({ id }) => id)))], [site]);
  const floor = floors.length > 1 && view.floor !== null && floors.includes(view.floor) ? view.floor : null;
  const question: PlaceQuestion = {
    ...(view.version === null ? {} : { version: view.version }),
    scope: { ...(days ? { from: days.from.toString(), to: days.to.toString() } : {}), ...(floor === null ? {} : { floor }) },
  };
  const query = placeQuery(workspace.id, site.id, "visits", question);
  const visits = useQuery(query);
  const empty = visits.error instanceof ApiError && visits.error.code === "workspace_empty";
  const plan = planOn(site, visits.data?.meta.days.at(-1) ?? days?.to.toString());
  const drawn = plan?.floors.find(({ id }) => id === floor) ?? plan?.floors[0];
  const drawing = useRef<HTMLDivElement>(null);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const nobody = empty || visits.data?.visits === 0;
  const tabs = TABS.filter(({ needs, always }) => (needs === undefined || may(needs)) && (always === true || !nobody));
  const tab = tabs.find((each) => each.show === view.show) ?? tabs[0];
  const show = tab?.show ?? "heat";
  const shown = answer?.show === show ? answer : null;
  const tables: AnswerTable[] = visits.data ? [...(shown?.tables ?? []), ...visitsTables(visits.data)] : [];
  const onVisits = may("see_customers") ? toVisits : undefined;
  const held = visits.data?.meta.days ?? [];
  const body = tab && plan && drawn && (
    <>
      <nav aria-label={t("place.views")} className="link-tabs">
        <ul>
          {tabs.map((each) => {
            const address = addressForm({ ...view, show: each.show });
            return (
              <li key={each.show}>
                <Link
                  to="/w/$workspace/sites/$site"
                  params={{ workspace: workspace.id, site: site.id }}
                  search={address === undefined ? {} : { view: address }}
                  resetScroll={false}
                  className={each === tab ? "link-tab active" : "link-tab"}
                  // The router's own mark would go by the part of the address that is the same for all views.
                  activeOptions={{ exact: true, includeSearch: true }}
                  {...(each === tab ? { "aria-current": "page" as const } : {})}
                >
                  {t(`place.show.${each.show}`)}
                </Link>
              </li>
            );
          })}
        </ul>
      </nav>
      <div ref={drawing} className="place-body">
        {floor === null && plan.floors.length > 1 && tab.ofSite !== true && <p className="sub">{t("place.floorDrawn", { floor: localized(drawn.name) })}</p>}
        {tab.ofSite !== true && tab.ownPlans !== true && plansOf(site, held) > 1 && <p className="sub">{t("place.plansOf", { from: plan.from })}</p>}
        <Suspense fallback={<div className="skeleton place-skeleton" aria-hidden />}>
          <tab.View key={show} workspace={workspace.id} currency={workspace.currency ?? null} site={site} plan={plan} floor={drawn} view={view} question={question} days={held} onChange={onChange} onAnswer={setAnswer} {...(onVisits ? { onVisits } : {})} />
        </Suspense>
      </div>
    </>
  );
  return (
    <div className="page">
      <Crumbs workspace={workspace.id} />
      <header className="page-head">
        <div>
          <h1>{name}</h1>
          <p className="page-note">
            {t(`place.kind.${site.kind ?? "shop"}`)} · {site.time_zone} · {t("scope.versionN", { n: stored.version })}
          </p>
        </div>
        <div className="page-actions">
          {visits.data && !nobody && (
            <Allowed to="export">
              <ExportMenu
                name={`${site.id}-${show}`}
                answer={shown ? { visits: visits.data, [show]: shown.answer } : visits.data}
                tables={() => tables}
                meeting={meeting(visits.data.meta, `${name} · ${t(`place.show.${show}`)}`)}
                picture={shown?.drawn ? () => drawing.current?.querySelector<SVGSVGElement>(".place-answer svg.picture") ?? drawing.current?.querySelector<SVGSVGElement>("svg.picture") ?? null : null}
              />
            </Allowed>
          )}
          {stores === null && (
            <Link className="button" to="/w/$workspace/sites/$site/sensors" params={{ workspace: workspace.id, site: site.id }}>
              <RadioTower size={14} aria-hidden />
              {t("sensors.title")}
            </Link>
          )}
          <Allowed to="change_journeys">
            <Link className="button" to="/w/$workspace/sites/$site/edit" params={{ workspace: workspace.id, site: site.id }}>
              <Pencil size={14} aria-hidden />
              {t("place.edit")}
            </Link>
          </Allowed>
          <SavedViews workspace={workspace.id} stored={() => ({ page: "site", ...storedForm(site.id, view) })} />
          <CopyLink workspace={place} period={view.period} stored={(period) => storedForm(site.id, { ...view, period })} />
        </div>
      </header>
      <ScopeBar workspace={place} stored={stored} floors={floors} view={view} floor={floor} onChange={onChange} />
      {visits.isFetching && <Progress key={JSON.stringify(query.queryKey)} queryKey={query.queryKey} />}
      {visits.error && !empty && <Failure error={visits.error} retry={() => void visits.refetch()} />}
      <p role="status" className="visually-hidden">
        {visits.isFetching ? t("analysis.loading") : visits.data ? t("analysis.loaded") : ""}
      </p>
      {nobody && (
        <Empty title={t(empty || days === null ? "place.noPositions" : "place.nobody")}>
          {empty || days === null ? (
            <>
              <p>{t("place.noPositionsHow")}</p>
              <Command>{`throughline place import positions.csv --site ${site.id} -w ${workspace.id}`}</Command>
            </>
          ) : (
            <p>{t("place.nobodyHow")}</p>
          )}
        </Empty>
      )}
      {nobody && drawn && (
        <section className="card place-card" aria-labelledby="plan-title">
          <h2 id="plan-title">{localized(drawn.name)}</h2>
          <FloorPlan floor={drawn} label={t("place.planOf", { floor: localized(drawn.name), zones: drawn.zones?.length ?? 0 })} />
        </section>
      )}
      {visits.data && !nobody && (
        <ExplainingProvider value={explaining(visits.data.meta)}>
          <div className={visits.isPlaceholderData ? "place-body stale" : "place-body"} aria-busy={visits.isPlaceholderData}>
            <p className="finding">
              <Finding visits={visits.data} />
            </p>
            <Totals visits={visits.data} {...(onVisits ? { onVisits } : {})} />
          </div>
        </ExplainingProvider>
      )}
      {(visits.data || nobody || tab?.always) && body}
      {visits.data && !nobody && body && (
        <p className="provenance">{t("place.provenance", { count: held.length, days: held.length, k: visits.data.meta.shown_from, version: visits.data.meta.site_version })}</p>
      )}
    </div>
  );
}

/** The half-hour most people came in. */
function busiest(visits: PlaceVisits): PlaceVisits["occupancy"][number] | undefined {
  return visits.occupancy.toSorted((a, b) => b.mean - a.mean)[0];
}

function Finding({ visits }: { visits: PlaceVisits }) {
  const { t } = useTranslation();
  const format = useFormat();
  const top = busiest(visits);
  const said = t("place.finding", { count: visits.visits, visits: format.whole(visits.visits), units: format.whole(visits.units), stay: format.duration(visits.median_seconds) });
  return <>{top ? `${said}${t("place.findingBusy", { from: clock(top.minute), to: clock(top.minute + 30), mean: format.decimal(Math.round(top.mean * 10) / 10), most: format.whole(top.most) })}` : said}</>;
}

function Totals({ visits, onVisits }: { visits: PlaceVisits; onVisits?: (wanted: VisitsWanted) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const behind: Record<string, VisitsWanted> = { visits: {}, detour: { detour_from: LOST_FROM }, conversion: { bought: true } };
  const wayOf = (id: string): Pick<FigureInfo, "way"> => {
    const wanted = behind[id];
    return onVisits && wanted ? { way: { text: t(id === "detour" ? "place.visits.lostBehind" : "place.visits.behind"), go: () => onVisits(wanted) } } : {};
  };
  const most = Math.max(0, ...visits.days.map(({ most_at_once }) => most_at_once));
  const totals = [
    { id: "visits", text: format.count(visits.visits), full: format.whole(visits.visits) },
    { id: "units", text: format.count(visits.units), full: format.whole(visits.units) },
    { id: "stay", text: format.duration(visits.median_seconds), full: format.duration(visits.median_seconds) },
    { id: "most", text: format.whole(most), full: format.whole(most) },
    ...(visits.capture == null ? [] : [{ id: "capture", text: format.percent(visits.capture), full: format.percent(visits.capture) } as const]),
    ...(visits.detour == null ? [] : [{ id: "detour", text: format.decimal(visits.detour.median), full: format.decimal(visits.detour.median) } as const]),
    ...(visits.sales?.conversion == null ? [] : [{ id: "conversion", text: format.percent(visits.sales.conversion), full: format.percent(visits.sales.conversion) } as const]),
  ] as const;
  return (
    <dl className="card place-totals">
      {totals.map(({ id, text, full }) => (
        <div key={id}>
          <dt>{t(`place.total.${id}`)}</dt>
          <dd>
            <Figure className="place-total" info={{ title: t(`place.total.${id}`), definition: t(`place.define.${id}`), ...wayOf(id) }} text={text} full={full} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
