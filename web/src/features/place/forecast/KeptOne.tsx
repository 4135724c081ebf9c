// A forecast that was written down, as it was then; and beside it what happened, once the change was made.
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";

import { forecastQuery, forecastScoreQuery, siteQuery } from "../../../api/places";
import type { KeptForecast, PlaceForecast, PlaceForecastScore, PlaceScores, Site } from "../../../api/types";
import { useActor } from "../../../ui/actor";
import { AnswerTables } from "../../../ui/answer/AnswerTables";
import { ExplainingProvider } from "../../../ui/answer/figure";
import type { AnswerTable } from "../../../ui/answer/table";
import { Button, Segmented } from "../../../ui/Controls";
import { useFormat } from "../../../ui/format";
import { localized, useLanguage } from "../../../ui/language";
import { Failure, Progress } from "../../../ui/States";
import { usePlaceExplaining } from "../explaining";
import { planOn } from "../plans";
import type { ViewProps } from "../viewProps";
import { Numbers, useFinding } from "./Answer";
import { TOLD, readChange } from "./change";
import { floorsThen, useKeptState, useStateWords } from "./KeptForecasts";
import { afterOf } from "./layout";
import { Pair } from "./Pair";
import { helps } from "./reading";
import { useForecastTables, useScoreTables } from "./tables";
import { toldKey, useStepWords } from "./words";

const NO_TABLES: AnswerTable[] = [];
const nothing = () => undefined;

export function KeptOne(props: ViewProps & { id: number }) {
  const { t } = useTranslation();
  const { workspace, site, id, onChange } = props;
  const kept = useQuery(forecastQuery(workspace, site.id, id));
  const then = useQuery({ ...siteQuery(workspace, site.id, kept.data?.forecast.site_version ?? null), enabled: kept.data !== undefined });
  const error = kept.error ?? then.error;
  return (
    <>
      {error && <Failure error={error} retry={() => void (kept.error ? kept : then).refetch()} />}
      {kept.data && then.data ? (
        <Shown {...props} kept={kept.data} then={then.data.site} />
      ) : error ? (
        <p>
          <Button onPress={() => onChange({ kept: null })}>{t("place.forecast.back")}</Button>
        </p>
      ) : (
        <div className="skeleton place-skeleton" aria-hidden />
      )}
    </>
  );
}

function Shown({ workspace, site, view, currency, onChange, onAnswer, id, kept, then }: ViewProps & { id: number; kept: KeptForecast; then: Site }) {
  const { t } = useTranslation();
  const actor = useActor();
  const format = useFormat();
  const language = useLanguage();
  const explaining = usePlaceExplaining();
  const finding = useFinding();
  const tablesOf = useForecastTables();
  const answer = kept.forecast.answer as unknown as PlaceForecast;
  const words = useStepWords(floorsThen(then, answer.meta.days.at(-1)));
  const change = readChange((kept.forecast.question as { change?: unknown }).change);
  const now = planOn(then, answer.meta.days.at(-1))?.floors.find((floor) => floor.id === answer.floor);
  const later = change.plan === null ? undefined : then.plans.find(({ from }) => from === change.plan)?.floors.find((floor) => floor.id === answer.floor);
  const after = change.plan === null ? now && afterOf(now, change) : later && { floor: later, goods: new Map<string, never>() };
  const { state } = useKeptState(workspace, site, id);
  const score = useQuery({ ...forecastScoreQuery(workspace, site.id, id), enabled: state?.is === "ready" });
  const scoreTables = useScoreTables();
  const scored = useMemo(
    () => (score.data ? scoreTables(score.data) : NO_TABLES),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- words follow from the language
    [score.data, language],
  );
  const told = useMemo(
    () => tablesOf(answer, { told: view.told, currency, words, goods: (zone) => localized(after?.goods.get(zone)?.name, language) || undefined }),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- words follow from the language, the plan from what was kept
    [kept, view.told, currency, language],
  );
  const tables = useMemo(() => [...scored, ...told], [scored, told]);
  const heading = useRef<HTMLHeadingElement>(null);
  // Who pressed it in the list below is led here; who came by the address stays where they are.
  useEffect(() => {
    if (document.activeElement?.closest(".forecast-kept")) heading.current?.focus();
  }, []);
  useEffect(() => onAnswer({ show: "forecast", answer: { kept, score: score.data ?? null }, tables, drawn: true }), [kept, score.data, tables, onAnswer]);
  return (
    <>
      <section className="card forecast-form" aria-labelledby="forecast-one">
        <header className="section-head">
          <div>
            <h2 id="forecast-one" ref={heading} tabIndex={-1}>{kept.forecast.title}</h2>
            <p className="section-note">
              {t("place.forecast.madeBy", { when: format.dateTime(kept.created_at_us, site.time_zone), by: actor(kept.created_by) })} · {t("scope.versionN", { n: kept.forecast.site_version })}
            </p>
          </div>
          <div className="page-actions place-end">
            <Button onPress={() => onChange({ kept: null, change })}>{t("place.forecast.again")}</Button>
            <Button onPress={() => onChange({ kept: null })}>{t("place.forecast.back")}</Button>
          </div>
        </header>
      </section>
      <p className="finding">{finding(answer, view.told, words.all(change), words, after?.goods)}</p>
      <ScoreOf id={id} workspace={workspace} site={site} score={score.data} coverage={answer.coverage} fetching={score.isFetching} error={score.error} retry={() => void score.refetch()} />
      <div className="place-bar">
        <Segmented label={t("place.forecast.toldBy")} value={view.told} choices={TOLD.map((each) => ({ id: each, label: t(toldKey(each)) }))} onChange={(each) => onChange({ told: each })} />
      </div>
      {now && <Pair site={site.id} now={now} after={after ?? null} change={change} answer={answer} told={view.told} mode={null} first={null} onZone={nothing} onMove={nothing} how={t("place.forecast.how.kept")} />}
      {score.data && (
        <ExplainingProvider value={explaining(score.data.meta)}>
          <div className="place-body forecast-tables">
            <AnswerTables tables={scored} />
          </div>
        </ExplainingProvider>
      )}
      <ExplainingProvider value={explaining(answer.meta)}>
        <Numbers answer={answer} tables={told} words={words} />
      </ExplainingProvider>
    </>
  );
}

interface ScoreProps {
  workspace: string;
  site: Site;
  id: number;
  score: PlaceForecastScore | undefined;
  coverage: number;
  fetching: boolean;
  error: Error | null;
  retry: () => void;
}

/** How far off it was, beside the error of saying that nothing changes. */
function ScoreOf({ workspace, site, id, score, coverage, fetching, error, retry }: ScoreProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const said = useStateWords();
  const { state } = useKeptState(workspace, site, id);
  const { queryKey } = forecastScoreQuery(workspace, site.id, id);
  const sentenceOf = (scores: PlaceScores, is: "category" | "zone") => {
    const which = helps(scores);
    if (which === null) return null;
    const values = { error: format.rough(scores.mean_error ?? 0), none: format.rough(scores.mean_error_of_no_change ?? 0) };
    return [
      t(`place.forecast.score.${is}.${which}`, values),
      t(`place.forecast.score.within.${is}`, { count: scores.scored.length, n: format.whole(scores.scored.length), covered: format.whole(scores.covered), coverage: format.whole(coverage * 100) }),
    ].join(" ");
  };
  const sentences = score ? [sentenceOf(score.categories, "category"), sentenceOf(score.zones, "zone")].filter((each) => each !== null) : [];
  return (
    <section className="card forecast-score" aria-labelledby="forecast-score">
      <h2 id="forecast-score">{t("place.forecast.score")}</h2>
      {!state && <div className="skeleton" aria-hidden />}
      {state && state.is !== "ready" && (
        <>
          <p>{said(state)}</p>
          <p className="sub">{t(`place.forecast.state.how.${state.is}`)}</p>
        </>
      )}
      {fetching && <Progress queryKey={queryKey} />}
      {error && <Failure error={error} retry={retry} />}
      {sentences.map((each) => (
        <p key={each}>{each}</p>
      ))}
      {score && sentences.length === 0 && <p>{t("place.forecast.score.few", { k: score.meta.shown_from })}</p>}
      {score && <p className="sub">{t("place.forecast.score.of", { count: score.meta.days.length, days: format.whole(score.meta.days.length), visits: format.whole(score.visits), of: format.whole(score.of_visits) })}</p>}
    </section>
  );
}
