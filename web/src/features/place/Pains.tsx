// What hurts on the floor: each pain with its size, what it is compared to, why people do not buy, and the visits behind it.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import { placeQuery } from "../../api/places";
import type { Estimate, PlaceCause, PlacePain, PlacePains } from "../../api/types";
import { IntervalBar } from "../../charts/Bars";
import { Allowed } from "../../ui/Allowed";
import type { AnswerTable } from "../../ui/answer/table";
import { named, numeric } from "../../ui/answer/table";
import { Button } from "../../ui/Controls";
import { useInterval } from "../../ui/estimate";
import { useFormat } from "../../ui/format";
import { sentence, useLocalized } from "../../ui/language";
import { ViewFrame } from "./ViewFrame";
import type { ViewProps } from "./viewProps";
import "./pains.css";

const NO_TABLES: AnswerTable[] = [];
/** Below this a q-value is written as smaller. */
const SMALL = 0.001;

export function Pains(props: ViewProps) {
  const { t } = useTranslation();
  const query = placeQuery(props.workspace, props.site.id, "pains", props.question);
  const asked = useQuery(query);
  const table = usePainTable(props.currency);
  const pains = asked.data;
  const tables = useMemo(
    () => (pains && pains.pains.length > 0 ? [table(pains.pains)] : NO_TABLES),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the table's words follow from the language, which `t` changes with
    [pains, t],
  );
  return (
    <ViewFrame show="pains" queryKey={query.queryKey} asked={asked} tables={tables} drawn={false} onAnswer={props.onAnswer}>
      {(answer) => <PainsOf {...props} answer={answer} />}
    </ViewFrame>
  );
}

function certainty(q: number, write: (value: number) => string): string {
  return q < SMALL ? `< ${write(SMALL)}` : write(q);
}

function PainsOf({ answer, ...props }: ViewProps & { answer: PlacePains }) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  return (
    <>
      <p className="sub">{t("place.pains.note", { count: answer.looks, n: format.whole(answer.looks) })}</p>
      {answer.pains.length === 0 && (
        <section className="card place-card floor-pain">
          <h2>{t("place.pains.none")}</h2>
          <p className="sub">{t("place.pains.noneHow")}</p>
        </section>
      )}
      {answer.pains.map((pain) => (
        <PainCard key={pain.key} {...props} pain={pain} />
      ))}
      {answer.not_asked.length > 0 && (
        <section className="card place-card floor-pain" aria-labelledby="pains-not-asked">
          <h2 id="pains-not-asked">{t("place.pains.notAsked")}</h2>
          <ul className="floor-pain-list">
            {answer.not_asked.map((what) => (
              <li key={localized(what)}>{sentence(localized(what))}</li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function PainCard({ pain, currency, workspace, onVisits }: ViewProps & { pain: PlacePain }) {
  const { t } = useTranslation();
  const format = useFormat();
  const interval = useInterval();
  const localized = useLocalized();
  const money = pain.money.known === "per_month" ? pain.money : null;
  const whole = (of: Estimate) => `${format.rough(of.value)} ${interval(of, format.rough)}`;
  const facts = [
    { id: "observed", text: t("place.pains.rate", { rate: format.percent(pain.observed.rate), hits: format.whole(pain.observed.hits), exposed: format.whole(pain.observed.exposed) }) },
    { id: "reference", text: t(`place.pains.against.${pain.comparison}`, { rate: format.percent(pain.reference.rate) }) },
    { id: "difference", text: `${format.percent(pain.difference.value)} ${interval(pain.difference, format.percent)}` },
    { id: "excess", text: t("place.pains.perMonth", { value: whole(pain.per_month) }) },
    ...(money ? [{ id: "money", text: `${format.money(money.amount.value, currency)} ${interval(money.amount, (value) => format.money(value, currency))}` } as const] : []),
    { id: "q", text: certainty(pain.q_value, format.percent) },
  ] as const;
  return (
    <section className="card place-card floor-pain" aria-labelledby={`pain-${pain.key}`}>
      <header className="section-head">
        <h2 id={`pain-${pain.key}`}>{localized(pain.sentence)}</h2>
        <p className="section-note">{t(`place.pains.counts.${pain.kind}`)}</p>
      </header>
      <dl className="floor-pain-facts">
        {facts.map(({ id, text }) => (
          <div key={id}>
            <dt>{t(`place.pains.fact.${id}`)}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      {money && <p className="sub">{sentence(localized(money.assumption))}</p>}
      {pain.plan_from != null && <p className="place-note">{t("place.pains.plan", { day: format.day(pain.plan_from) })}</p>}
      {pain.kind === "dwell_without_purchase" && <Causes pain={pain} />}
      <Suggestions pain={pain} workspace={workspace} currency={currency} />
      {onVisits && (
        <div>
          <Button onPress={() => onVisits({ pain: pain.pick })}>{t("place.visits.behind")}</Button>
        </div>
      )}
    </section>
  );
}

/** Why people stay and do not buy; or what to collect so that it can be told. */
function Causes({ pain }: { pain: PlacePain }) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  return (
    <div className="floor-pain-part">
      <h3>{t(pain.causes.length > 0 ? "place.pains.causes" : "place.pains.cannotTell")}</h3>
      {pain.causes.length > 0 ? (
        <ol className="floor-causes">
          {pain.causes.map((cause, index) => (
            <Cause key={cause.kind} cause={cause} rank={index + 1} />
          ))}
        </ol>
      ) : (
        <>
          <p className="sub">{t("place.pains.collect")}</p>
          <ul className="floor-pain-list">
            {pain.collect.map(({ cause, what }) => (
              <li key={cause ?? ""}>{cause == null ? sentence(localized(what)) : t("place.pains.collectFor", { cause: t(`place.pains.cause.${cause}`), what: localized(what) })}</li>
            ))}
          </ul>
        </>
      )}
      {pain.unlikely.length > 0 && (
        <p className="sub">
          {t("place.pains.unlikely", {
            causes: pain.unlikely.map(({ kind, explains }) => t("place.pains.unlikelyOf", { cause: t(`place.pains.cause.${kind}`), share: format.percent(explains.value) })).join(t("common.comma")),
          })}
        </p>
      )}
    </div>
  );
}

function Cause({ cause, rank }: { cause: PlaceCause; rank: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const interval = useInterval();
  const localized = useLocalized();
  const { explains } = cause;
  return (
    <li className="floor-cause">
      <span className="floor-rank" aria-hidden>
        {rank}
      </span>
      <div>
        <p className="floor-cause-name">{t(`place.pains.cause.${cause.kind}`)}</p>
        <p className="sub">{sentence(localized(cause.signal))}</p>
        <p className="sub">{t("place.pains.shares", { here: format.percent(cause.share_here), reference: format.percent(cause.share_reference) })}</p>
        {cause.basis === "timing" && <p className="sub">{t("place.pains.timing")}</p>}
        <p className="sub">{t("place.pains.settle", { how: localized(cause.settle) })}</p>
      </div>
      <div className="floor-cause-share">
        <p>
          {t("place.pains.explains")} <strong>{format.percent(explains.value)}</strong>
        </p>
        <IntervalBar share={explains.value} low={explains.low} high={explains.high} />
        <p className="sub">{interval(explains, format.percent)}</p>
      </div>
    </li>
  );
}

/** What could be done: each becomes a proposal on the board. */
function Suggestions({ pain, workspace, currency }: { pain: PlacePain; workspace: string; currency: string | null }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  if (pain.suggestions.length === 0) return null;
  return (
    <div className="floor-pain-part">
      <h3>{t("place.pains.suggestions")}</h3>
      <ul className="floor-suggestions">
        {pain.suggestions.map(({ title, gain }, index) => {
          const why = pain.causes[index];
          const text = why ? t("place.pains.because", { pain: localized(pain.sentence), why: localized(why.signal) }) : localized(pain.sentence);
          const idea = JSON.stringify({ title: localized(title), text, gain, currency });
          return (
            <li key={localized(title)}>
              <span>{localized(title)}</span>
              <Allowed to="handle_proposals">
                <Link className="button" to="/w/$workspace/proposals" params={{ workspace }} search={{ idea }}>
                  {t("place.pains.propose")}
                </Link>
              </Allowed>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function usePainTable(currency: string | null): (pains: readonly PlacePain[]) => AnswerTable {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const share = (value: number | null | undefined) => ({ value: value ?? null, text: format.percent(value) });
  return (pains) => ({
    id: "pains",
    title: t("place.show.pains"),
    columns: [
      { name: t("place.pains.pain") },
      ...(["observed", "reference", "difference", "excess", "money", "q"] as const).map((id) => numeric(t(`place.pains.fact.${id}`))),
      { name: t("place.pains.causes") },
    ],
    rows: pains.map((pain) => [
      named(localized(pain.sentence)),
      share(pain.observed.rate),
      share(pain.reference.rate),
      share(pain.difference.value),
      { value: pain.per_month.value, text: format.rough(pain.per_month.value) },
      pain.money.known === "per_month" ? { value: pain.money.amount.value, text: format.money(pain.money.amount.value, currency) } : { value: null, text: format.money(null, currency) },
      { value: pain.q_value, text: certainty(pain.q_value, format.percent) },
      named(pain.causes.map(({ kind }) => t(`place.pains.cause.${kind}`)).join(t("common.comma"))),
    ]),
  });
}
