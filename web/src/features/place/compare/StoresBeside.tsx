// Sites beside each other: the same figures of the same days, each with what it means.
import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "../../../api/client";
import { placeQuery } from "../../../api/places";
import type { PlaceVisits, SiteInfo, WorkspaceInfo } from "../../../api/types";
import { Allowed } from "../../../ui/Allowed";
import { AnswerTables } from "../../../ui/answer/AnswerTables";
import { ExportMenu } from "../../../ui/answer/ExportMenu";
import type { Explaining, FigureInfo } from "../../../ui/answer/figure";
import { ExplainingProvider } from "../../../ui/answer/figure";
import type { AnswerTable, Cell } from "../../../ui/answer/table";
import { named, numeric } from "../../../ui/answer/table";
import { NOTHING, useFormat } from "../../../ui/format";
import { useLocalized } from "../../../ui/language";
import { chosenDays } from "../../../ui/scope/period";
import type { PeriodChoice } from "../../../ui/scope/period";
import { PeriodPicker } from "../../../ui/scope/pickers";
import { Failure, Progress } from "../../../ui/States";
import { useMetaFacts } from "../explaining";
import { usePlaceMeeting } from "../meeting";

interface Props {
  workspace: WorkspaceInfo;
  sites: readonly SiteInfo[];
}

type Figure = "visits" | "perDay" | "units" | "stay" | "most" | "capture" | "detour" | "conversion" | "sales";
const FIGURES: readonly Figure[] = ["visits", "perDay", "units", "stay", "most", "capture", "detour", "conversion", "sales"];

export function StoresBeside({ workspace, sites }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const facts = useMetaFacts();
  const meeting = usePlaceMeeting(workspace);
  const [period, setPeriod] = useState<PeriodChoice>({ kind: "all" });
  // Days are those of each site's clock.
  const queries = sites.map((site) => {
    const days = chosenDays(period, { ...workspace, zone: site.time_zone });
    return placeQuery(workspace.id, site.id, "visits", { scope: days ? { from: days.from.toString(), to: days.to.toString() } : {} });
  });
  const asked = useQueries({ queries });
  const answers = asked.map(({ data, error }) => (error ? undefined : data));
  const first = answers.find((answer) => answer !== undefined);
  const figure = (id: Figure, visits: PlaceVisits | undefined): Cell => {
    const days = visits?.meta.days.length ?? 0;
    if (!visits || days === 0) return { value: null, text: NOTHING };
    const most = Math.max(0, ...visits.days.map(({ most_at_once }) => most_at_once));
    switch (id) {
      case "visits":
        return { value: visits.visits, text: format.whole(visits.visits) };
      case "perDay":
        return { value: visits.visits / days, text: format.rough(visits.visits / days) };
      case "units":
        return { value: visits.units, text: format.whole(visits.units) };
      case "stay":
        return { value: visits.median_seconds ?? null, text: format.duration(visits.median_seconds) };
      case "most":
        return { value: most, text: format.whole(most) };
      case "capture":
        return { value: visits.capture ?? null, text: format.percent(visits.capture) };
      case "detour":
        return { value: visits.detour?.median ?? null, text: format.decimal(visits.detour?.median) };
      case "conversion":
        return { value: visits.sales?.conversion ?? null, text: format.percent(visits.sales?.conversion) };
      case "sales":
        return { value: visits.sales?.amount_per_visit ?? null, text: format.decimal(visits.sales?.amount_per_visit) };
    }
  };
  const shown = FIGURES.filter((id) => answers.some((answer) => figure(id, answer).value !== null));
  const info = (id: Figure, site: SiteInfo): FigureInfo => ({ title: `${localized(site.name)} · ${t(`place.total.${id}`)}`, definition: t(`place.define.${id}`), pick: site.id });
  const table: AnswerTable = {
    id: "stores",
    title: t("place.stores.title"),
    note: t("place.stores.note"),
    columns: [{ name: t("place.name") }, numeric(t("place.stores.days")), ...shown.map((id) => numeric(t(`place.total.${id}`)))],
    rows: sites.map((site, index) => {
      const answer = answers[index];
      const days = answer?.meta.days.length ?? 0;
      return [
        named(localized(site.name)),
        { value: days, text: format.whole(days) },
        ...shown.map((id) => {
          const cell = figure(id, answer);
          return cell.value === null ? cell : { ...cell, info: info(id, site) };
        }),
      ];
    }),
    sortable: true,
  };
  const explaining: Explaining = ({ pick: site, ...said }, value) => {
    const meta = answers.find((answer) => answer?.meta.site === site)?.meta;
    return { ...said, value, ...(meta ? { facts: facts(meta) } : {}) };
  };
  const wrong = asked.flatMap(({ error, refetch }, index) => (error && !(error instanceof ApiError && error.code === "workspace_empty") ? [{ error, refetch, site: sites[index] }] : []));
  return (
    <div className="place-body">
      <div className="place-bar" role="group" aria-label={t("place.stores.title")}>
        <PeriodPicker workspace={workspace} period={period} label={t("place.period")} onChange={setPeriod} />
        <span className="place-bar-end">
          {first && (
            <Allowed to="export">
              <ExportMenu name={`${workspace.id}-stores`} answer={Object.fromEntries(sites.map((site, index) => [site.id, answers[index]]))} tables={() => [table]} picture={null} meeting={meeting(first.meta, t("place.stores.title"))} />
            </Allowed>
          )}
        </span>
      </div>
      {asked.map(({ isFetching }, index) => isFetching && <Progress key={JSON.stringify(queries[index]?.queryKey)} queryKey={queries[index]?.queryKey ?? []} />)}
      {wrong.map(({ error, refetch, site }) => (
        <div key={site?.id}>
          <p className="sub">{site && localized(site.name)}</p>
          <Failure error={error} retry={() => void refetch()} />
        </div>
      ))}
      <ExplainingProvider value={explaining}>
        <AnswerTables tables={[table]} />
      </ExplainingProvider>
    </div>
  );
}
