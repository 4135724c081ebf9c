// Forecasts of the site that were written down: what each is of, and whether it can be compared with what happened yet.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { deleteForecast, forecastQuery, forecastsQuery, positionDaysQuery } from "../../../api/places";
import type { Floor, ForecastInfo, PlaceForecast, Site } from "../../../api/types";
import { useActor } from "../../../ui/actor";
import { Allowed } from "../../../ui/Allowed";
import { Ask } from "../../../ui/Ask";
import { Button } from "../../../ui/Controls";
import { NOTHING, useFormat } from "../../../ui/format";
import { Failure } from "../../../ui/States";
import { TableScroll } from "../../../ui/TableScroll";
import { planOn } from "../plans";
import type { ViewProps } from "../viewProps";
import { readChange } from "./change";
import { stateOf } from "./reading";
import type { State } from "./reading";
import { useStepWords } from "./words";

/** Rows at once: each asks for its forecast, to know of which days it is. */
const ROWS = 20;

export function KeptForecasts({ workspace, site, view, onChange }: ViewProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const list = useQuery(forecastsQuery(workspace, site.id));
  const [shown, setShown] = useState(ROWS);
  const [removed, setRemoved] = useState<ForecastInfo | null>(null);
  const forecasts = list.data?.forecasts ?? [];
  return (
    <section className="card forecast-kept" aria-labelledby="forecast-kept">
      <header className="section-head">
        <h2 id="forecast-kept">{t("place.forecast.kept")}</h2>
        <p className="section-note">{t("place.forecast.keptHow")}</p>
      </header>
      {list.error && <Failure error={list.error} retry={() => void list.refetch()} />}
      {list.isPending && <div className="skeleton" aria-hidden />}
      {list.data && forecasts.length === 0 && <p className="place-note">{t("place.forecast.keptNone")}</p>}
      {forecasts.length > 0 && (
        <TableScroll labelledBy="forecast-kept">
          <table className="table">
            <thead>
              <tr>
                {(["title", "change", "made", "state"] as const).map((column) => (
                  <th key={column} scope="col">
                    {t(`place.forecast.${column}`)}
                  </th>
                ))}
                <th scope="col">
                  <span className="visually-hidden">{t("place.data.actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {forecasts.slice(0, shown).map((info) => (
                <Row
                  key={info.id}
                  workspace={workspace}
                  site={site}
                  info={info}
                  chosen={view.kept === info.id}
                  onPress={() => onChange({ kept: view.kept === info.id ? null : info.id })}
                  onRemove={() => setRemoved(info)}
                />
              ))}
            </tbody>
          </table>
        </TableScroll>
      )}
      {forecasts.length > shown && (
        <p className="table-more">
          <Button onPress={() => setShown(shown + ROWS)}>{t("explain.more", { shown: format.whole(shown), all: format.whole(forecasts.length) })}</Button>
        </p>
      )}
      {removed && (
        <Remove
          workspace={workspace}
          site={site.id}
          info={removed}
          onRemoved={() => view.kept === removed.id && onChange({ kept: null })}
          onClose={() => setRemoved(null)}
        />
      )}
    </section>
  );
}

/** Names of zones as they were on the day a forecast was made of. */
export function floorsThen(site: Site, last: string | undefined): Floor[] {
  return [...site.plans.flatMap(({ floors }) => floors), ...(planOn(site, last)?.floors ?? [])];
}

/** The last day a kept forecast rests on, and whether it can be compared yet; undefined until that is known. */
export function useKeptState(workspace: string, site: Site, id: number): { last: string | undefined; state: State | undefined } {
  const kept = useQuery(forecastQuery(workspace, site.id, id));
  const days = useQuery(positionDaysQuery(workspace, site.id));
  const last = (kept.data?.forecast.answer as unknown as PlaceForecast | undefined)?.meta.days.at(-1);
  return { last, state: last === undefined || !days.data ? undefined : stateOf(last, site, days.data.days.map(({ day }) => day)) };
}

interface RowProps {
  workspace: string;
  site: Site;
  info: ForecastInfo;
  chosen: boolean;
  onPress: () => void;
  onRemove: () => void;
}

function Row({ workspace, site, info, chosen, onPress, onRemove }: RowProps) {
  const { t } = useTranslation();
  const actor = useActor();
  const format = useFormat();
  const { last, state } = useKeptState(workspace, site, info.id);
  const words = useStepWords(floorsThen(site, last));
  const said = useStateWords();
  return (
    <tr className={chosen ? "chosen" : ""}>
      <th scope="row" className="wrap">
        <button type="button" className="place-pick" aria-pressed={chosen} onClick={onPress}>
          {info.title}
        </button>
      </th>
      <td className="wrap">{words.all(readChange((info.question as { change?: unknown }).change))}</td>
      <td>{t("place.forecast.madeBy", { when: format.dateTime(info.created_at_us, site.time_zone), by: actor(info.created_by) })}</td>
      <td>{state ? said(state) : NOTHING}</td>
      <td className="place-corner-actions">
        <Allowed to="handle_proposals">
          <Button look="quiet" icon aria-label={t("place.forecast.delete", { title: info.title })} onPress={onRemove}>
            <Trash2 size={14} aria-hidden />
          </Button>
        </Allowed>
      </td>
    </tr>
  );
}

export function useStateWords(): (state: State) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return (state) => {
    if (state.is === "ready") return t("place.forecast.state.ready", { count: state.days, n: format.whole(state.days) });
    return state.is === "days" ? t("place.forecast.state.days", { from: format.day(state.from) }) : t("place.forecast.state.change");
  };
}

interface RemoveProps {
  workspace: string;
  site: string;
  info: ForecastInfo;
  onRemoved: () => void;
  onClose: () => void;
}

function Remove({ workspace, site, info, onRemoved, onClose }: RemoveProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const run = useMutation({
    mutationFn: () => deleteForecast(workspace, site, info.id),
    onSuccess: async () => {
      onClose();
      onRemoved();
      await client.invalidateQueries({ queryKey: forecastsQuery(workspace, site).queryKey });
    },
  });
  return (
    <Ask title={t("place.forecast.delete", { title: info.title })} action={t("place.forecast.deleteIt")} run={{ ...run, mutate: () => run.mutate() }} onClose={onClose}>
      <p>{t("place.forecast.deleteHow")}</p>
    </Ask>
  );
}
