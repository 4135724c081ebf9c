// What a changed layout would do: one says what changes, sees both plans and the numbers, and writes the forecast down to see later
// how good it was.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { BookmarkPlus } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { placeQuery } from "../../../api/places";
import type { Floor, PlaceForecast, Plan } from "../../../api/types";
import { Allowed } from "../../../ui/Allowed";
import { ExplainingProvider } from "../../../ui/answer/figure";
import type { AnswerTable } from "../../../ui/answer/table";
import { Button, Segmented } from "../../../ui/Controls";
import { useFormat } from "../../../ui/format";
import { localized as localizedIn, useLanguage } from "../../../ui/language";
import { Empty, Failure, Progress } from "../../../ui/States";
import { usePlaceExplaining } from "../explaining";
import { planOn } from "../plans";
import type { ViewProps } from "../viewProps";
import { Numbers, useFinding } from "./Answer";
import type { Change } from "./change";
import { NO_CHANGE, TOLD, countOf, stepsOf, withMove, withSwap } from "./change";
import { ChangeForm } from "./ChangeForm";
import { ideaOf } from "./idea";
import { KeepDialog } from "./KeepDialog";
import { KeptForecasts, floorsThen } from "./KeptForecasts";
import { KeptOne } from "./KeptOne";
import type { After } from "./layout";
import { afterOf, daysOf, faultOf, floorsChanged, notSwapped, offers, plansAhead, zonesOf } from "./layout";
import type { Mode } from "./NowPlan";
import { Pair } from "./Pair";
import { useForecastTables } from "./tables";
import { toldKey, useStepWords } from "./words";
import "./forecast.css";

const NO_TABLES: AnswerTable[] = [];

export function ForecastTab(props: ViewProps) {
  return (
    <>
      {props.view.kept === null ? <Fresh {...props} /> : <KeptOne key={props.view.kept} {...props} id={props.view.kept} />}
      <KeptForecasts {...props} />
    </>
  );
}

/** The floor that is looked at, of the plan before the change: where a plan changes one alone and none is asked for, that one. */
function floorOf({ site, floor, question }: ViewProps, old: Plan | undefined, { plan }: Change): Floor | undefined {
  const next = plan === null ? undefined : site.plans.find(({ from }) => from === plan);
  const [changed] = old && next && question.scope.floor == null ? floorsChanged(old, next) : [];
  return old?.floors.find(({ id }) => id === (changed ?? floor.id));
}

/** The floor after a change; null where it is not known. */
function afterwards({ site }: ViewProps, now: Floor, change: Change): After | null {
  if (countOf(change) === 0) return null;
  if (change.plan === null) return afterOf(now, change);
  const floor = site.plans.find(({ from }) => from === change.plan)?.floors.find(({ id }) => id === now.id);
  return floor ? { floor, goods: new Map() } : null;
}

function Fresh(props: ViewProps) {
  const { workspace, site, floor, view, question, days, onChange, onAnswer, onVisits } = props;
  const { t } = useTranslation();
  const { change, told } = view;
  const [chosenMode, setMode] = useState<Mode | null>(null);
  const [first, setFirst] = useState<string | null>(null);
  const [not, setNot] = useState<string | null>(null);
  const [keeps, setKeeps] = useState(false);
  const [kept, setKept] = useState<string | null>(null);
  const mode: Mode = chosenMode ?? (change.plan !== null ? "plan" : change.swaps.length === 0 && change.moves.length > 0 ? "move" : "swap");
  const steps = stepsOf(change);
  const rested = daysOf(site, change, days);
  const old = planOn(site, rested.at(-1)) ?? props.plan;
  const words = useStepWords(floorsThen(site, rested.at(-1)));
  const drawn = floorOf(props, old, change) ?? floor;
  const fault = faultOf(change, { site, floor: drawn, asked: question.scope.floor ?? null, days, since: question.scope.from != null });
  const asks = countOf(steps) > 0 && fault === null;
  const query = placeQuery(workspace, site.id, "forecast", question, { change: steps });
  const asked = useQuery({ ...query, enabled: asks, placeholderData: undefined });
  const answer = asks ? asked.data : undefined;
  const now = (answer && old?.floors.find(({ id }) => id === answer.floor)) ?? drawn;
  const after = fault ? null : afterwards(props, now, change);
  const tables = useTables(answer, after, props, words, onVisits && ((wanted) => onVisits(wanted, periodOf(answer, days))));
  useEffect(() => onAnswer({ show: "forecast", answer: answer ?? null, tables, drawn: answer !== undefined }), [answer, tables, onAnswer]);
  const findingOf = useFinding();
  const said = words.all(steps);
  const finding = answer ? findingOf(answer, told, said, words, after?.goods) : "";
  const explaining = usePlaceExplaining();
  const set = (next: Change) => {
    setFirst(null);
    setNot(null);
    setKept(null);
    onChange({ change: next });
  };
  const onZone = (zone: string) => {
    const [one, other] = [first, zone].map((id) => zonesOf(drawn).find((each) => each.id === id));
    if (mode === "move") return set(withMove(change, zone, change.moves.find((move) => move.zone === zone)?.by_m ?? [0, 0]));
    if (one && other && notSwapped(one, other) === null) return set(withSwap(change, one.id, other.id));
    const chosen = one === undefined && other !== undefined && offers(other);
    const why = one && other ? notSwapped(one, other) : "nothing";
    setNot(chosen || why === "itself" || why === null ? null : t("place.forecast.how.not", { zone: words.zone(zone), why: t(`place.forecast.not.${why}`) }));
    if (chosen) setFirst(zone);
    else if (why === "itself") setFirst(null);
  };
  const how = () => {
    if (mode === "plan") return t("place.forecast.how.plan");
    if (mode === "move") return t("place.forecast.how.move");
    if (not !== null) return not;
    return first === null ? t("place.forecast.how.first") : t("place.forecast.how.second", { zone: words.zone(first) });
  };
  return (
    <>
      <ChangeForm
        floor={drawn}
        change={change}
        mode={mode}
        first={first}
        plans={plansAhead(site, days)}
        words={words}
        fault={fault}
        onMode={(next) => {
          setFirst(null);
          setNot(null);
          setMode(next);
        }}
        onZone={onZone}
        onChange={set}
      />
      {asks && asked.isFetching && <Progress key={JSON.stringify(query.queryKey)} queryKey={query.queryKey} />}
      {asks && asked.error && <Failure error={asked.error} retry={() => void asked.refetch()} />}
      {asks && !asked.isFetching && !asked.data && !asked.error && (
        <p>
          <Button onPress={() => void asked.refetch()}>{t("place.forecast.ask")}</Button>
        </p>
      )}
      <p role="status" className="visually-hidden">
        {asks && asked.isFetching ? t("analysis.loading") : answer ? t("analysis.loaded") : ""}
      </p>
      {answer && (
        <>
          <p className="finding">{finding}</p>
          {answer.meta.days.length < days.length && <Left answer={answer} days={days.length} />}
          <div className="place-bar">
            <Segmented label={t("place.forecast.toldBy")} value={told} choices={TOLD.map((id) => ({ id, label: t(toldKey(id)) }))} onChange={(id) => onChange({ told: id })} />
            <span className="place-bar-end form-actions">
              <Allowed to="handle_proposals">
                <Link className="button" to="/w/$workspace/proposals" params={{ workspace }} search={{ idea: JSON.stringify(ideaOf(answer, said, finding, t("place.forecast.ideaSales"))) }}>
                  {t("place.pains.propose")}
                </Link>
                <Button look="primary" onPress={() => setKeeps(true)}>
                  <BookmarkPlus size={14} aria-hidden />
                  {t("place.forecast.keep")}
                </Button>
              </Allowed>
            </span>
          </div>
          <p role="status" className="sub form-said">
            {kept !== null && t("place.forecast.keptNow", { title: kept })}
          </p>
        </>
      )}
      <Pair site={site.id} now={now} after={after} change={steps} answer={answer} told={told} mode={mode} first={first} onZone={onZone} onMove={(zone, by) => set(withMove(change, zone, by))} how={how()}>
        {fault === null && <Teach floor={drawn} onChange={set} />}
      </Pair>
      {answer && (
        <ExplainingProvider value={explaining(answer.meta)}>
          <Numbers answer={answer} tables={tables} words={words} />
        </ExplainingProvider>
      )}
      {keeps && answer && <KeepDialog workspace={workspace} site={site.id} question={{ ...question, change: steps }} title={said} onKept={setKept} onClose={() => setKeeps(false)} />}
    </>
  );
}

/** The days of an answer, where the page is of more. */
function periodOf(answer: PlaceForecast | undefined, days: readonly string[]) {
  const [from, to] = [answer?.meta.days[0], answer?.meta.days.at(-1)];
  return from === undefined || to === undefined || answer?.meta.days.length === days.length ? undefined : ({ kind: "fixed", from, to } as const);
}

function useTables(answer: PlaceForecast | undefined, after: After | null, { view, currency }: ViewProps, words: ReturnType<typeof useStepWords>, onVisits: Parameters<ReturnType<typeof useForecastTables>>[1]["onVisits"]): AnswerTable[] {
  const tablesOf = useForecastTables();
  const language = useLanguage();
  return useMemo(
    () =>
      answer
        ? tablesOf(answer, {
            told: view.told,
            currency,
            words,
            goods: (zone) => {
              const from = after?.goods.get(zone);
              return from && localizedIn(from.name, language);
            },
            ...(onVisits ? { onVisits } : {}),
          })
        : NO_TABLES,
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- words follow from the language; what is after the change from the answer's question
    [answer, view.told, currency, language],
  );
}

/** Days of the page that are not in it. */
function Left({ answer, days }: { answer: PlaceForecast; days: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [from, to] = [answer.meta.days[0] ?? "", answer.meta.days.at(-1) ?? ""];
  return <p className="sub">{t("place.forecast.daysLeft", { count: days - answer.meta.days.length, n: format.whole(days - answer.meta.days.length), from: format.day(from), to: format.day(to) })}</p>;
}

/** What there is to see once something changes, and what it takes. */
function Teach({ floor, onChange }: { floor: Floor; onChange: (change: Change) => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [one, ...others] = zonesOf(floor).filter(offers);
  const other = one && others.findLast((zone) => notSwapped(one, zone) === null);
  return (
    <section className="card place-card">
      <Empty title={t("place.forecast.none")}>
        <p>{t("place.forecast.noneHow")}</p>
        <ul className="forecast-needs">
          {(["days", "categories", "receipts", "doors"] as const).map((id) => (
            <li key={id}>{t(`place.forecast.needs.${id}`)}</li>
          ))}
        </ul>
        {one && other ? (
          <Button look="primary" onPress={() => onChange(withSwap(NO_CHANGE, one.id, other.id))}>
            {t("place.forecast.try", { one: localizedIn(one.name, language), other: localizedIn(other.name, language) })}
          </Button>
        ) : (
          <p>{t("place.forecast.nothing")}</p>
        )}
      </Empty>
    </section>
  );
}
