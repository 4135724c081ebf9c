// A forecast: what it comes to in a sentence, what it rests on, its numbers, and what it cannot know.
import { useTranslation } from "react-i18next";

import type { PlaceForecast, PlaceForecastOf } from "../../../api/types";
import { AnswerTables } from "../../../ui/answer/AnswerTables";
import { Figure } from "../../../ui/answer/figure";
import type { AnswerTable } from "../../../ui/answer/table";
import { useFormat } from "../../../ui/format";
import { sentence, useLocalized } from "../../../ui/language";
import { useListed } from "../names";
import type { Told } from "./change";
import type { After } from "./layout";
import { changeOf, clearOf, clearest, tells } from "./reading";
import type { StepWords } from "./words";
import { useValueWords } from "./words";

/** The change in words, and what is most clearly forecast of it. */
export function useFinding(): (answer: PlaceForecast, told: Told, change: string, words: StepWords, goods: After["goods"] | undefined) => string {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const values = useValueWords();
  /** A category with the zone it stands at today, where that is one and called otherwise; a zone with what then stands there. */
  const named = (top: PlaceForecastOf, { categories }: PlaceForecast, words: StepWords, goods: After["goods"] | undefined) => {
    const name = localized(top.name);
    const then = goods?.get(top.of);
    if (!categories.includes(top)) return then ? t("place.forecast.namedWith", { name, more: t("place.forecast.thenGoods", { zone: localized(then.name) }) }) : name;
    const [id, more] = top.before;
    if (id === undefined || more !== undefined) return name;
    const zone = words.zone(id);
    return zone.toLowerCase() === name.toLowerCase() ? zone : t("place.forecast.namedWith", { name, more: zone });
  };
  return (answer, told, change, words, goods) => {
    // Goods are what a layout is about; where zones have no categories, zones are.
    const list = answer.categories.length > 0 ? answer.categories : answer.zones;
    const top = clearest(list.some(({ moves }) => moves) ? list.filter(({ moves }) => moves) : list, told) ?? clearest(answer.zones, told);
    const coverage = format.whole(answer.coverage * 100);
    const counted = t("place.forecast.clearZones", { count: answer.zones.length, n: format.whole(answer.zones.length), clear: format.whole(clearOf(answer.zones, told)) });
    if (!top) return t("place.forecast.findingNone", { change, coverage });
    const value = top[told];
    const said = t(`place.forecast.finding.${told}.${tells(value) === "up" ? "up" : "down"}`, {
      change,
      what: named(top, answer, words, goods),
      by: values.number(Math.abs(changeOf(value))),
      measured: format.whole(value.measured),
      forecast: values.number(value.forecast),
      low: values.number(value.low),
      high: values.number(value.high),
      coverage,
    });
    return `${said}${counted}`;
  };
}

export function Basis({ answer }: { answer: PlaceForecast }) {
  const { t } = useTranslation();
  const format = useFormat();
  const facts = [
    { id: "visits", text: format.whole(answer.visits) },
    { id: "edited", text: format.whole(answer.edited) },
    { id: "moved", text: format.whole(answer.moved_stops) },
    ...(answer.lost_stops > 0 ? [{ id: "lost", text: format.whole(answer.lost_stops) } as const] : []),
  ] as const;
  return (
    <dl className="card place-totals">
      {facts.map(({ id, text }) => (
        <div key={id}>
          <dt>{t(`place.forecast.basis.${id}`)}</dt>
          <dd>
            <Figure className="place-total" info={{ title: t(`place.forecast.basis.${id}`), definition: t(`place.forecast.define.${id}`) }} text={text} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function Numbers({ answer, tables, words }: { answer: PlaceForecast; tables: AnswerTable[]; words: StepWords }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const listed = useListed();
  return (
    <>
      <Basis answer={answer} />
      <div className="place-body forecast-tables">
        <AnswerTables tables={tables} />
      </div>
      {answer.withheld.length > 0 && <p className="sub">{t("place.zones.withheld", { zones: listed(answer.withheld.map(words.zone)), k: answer.meta.shown_from })}</p>}
      <section className="card forecast-caveats" aria-labelledby="forecast-caveats">
        <h2 id="forecast-caveats">{t("place.forecast.caveats")}</h2>
        <ul>
          {answer.caveats.map((caveat) => (
            <li key={localized(caveat)}>{sentence(localized(caveat))}</li>
          ))}
        </ul>
      </section>
    </>
  );
}
