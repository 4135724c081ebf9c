// A forecast, and what came of it, as tables. What is shown is what is exported.
import { useTranslation } from "react-i18next";

import type { VisitsWanted } from "../../../api/places";
import type { PlaceForecast, PlaceForecastOf, PlaceForecastScore, PlaceScored, PlaceScores } from "../../../api/types";
import type { FigureInfo } from "../../../ui/answer/figure";
import { titled } from "../../../ui/answer/figure";
import type { AnswerTable, Cell } from "../../../ui/answer/table";
import { numeric } from "../../../ui/answer/table";
import { NOTHING, useFormat } from "../../../ui/format";
import { useLocalized } from "../../../ui/language";
import { behindZone } from "../visits/wanted";
import type { Told } from "./change";
import { bySize, changeOf, clearOf, tells } from "./reading";
import type { StepWords } from "./words";
import { toldKey, useValueWords } from "./words";

interface Shown {
  told: Told;
  currency: string | null;
  words: StepWords;
  /** The zone whose goods stand at a zone afterwards, by name; absent where they stay. */
  goods: (zone: string) => string | undefined;
  /** Leads to the visits behind what was measured; absent where it cannot. */
  onVisits?: (wanted: VisitsWanted) => void;
}

/** The visits behind a measured number: those of its zone, where it has one alone. */
function behind({ before }: PlaceForecastOf, told: Told): VisitsWanted | null {
  const [zone, more] = before;
  return zone === undefined || more !== undefined ? null : behindZone(told === "reached" ? "visits" : "stopped", zone);
}

export function useForecastTables(): (answer: PlaceForecast, shown: Shown) => AnswerTable[] {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const values = useValueWords();
  return (answer, { told, currency, words, goods, onVisits }) => {
    const coverage = format.whole(answer.coverage * 100);
    const define = (of: string, what: "now" | "forecast" | "change" | "low" | "high", way: VisitsWanted | null = null): FigureInfo => ({
      title: titled(of, t(toldKey(told)), t(`place.forecast.column.${what}`, { coverage })),
      definition: what === "now" ? t(`place.forecast.define.now.${told}`) : t(`place.forecast.define.${what}`, { coverage }),
      ...(way && onVisits ? { way: { text: t("place.visits.behind"), go: () => onVisits(way) } } : {}),
    });
    const money = (of: string, what: "now" | "forecast" | "low" | "high", value: number | undefined): Cell =>
      value === undefined
        ? { value: null, text: NOTHING }
        : { value, text: format.money(value, currency), info: { title: titled(of, t(`place.forecast.sales.${what}`, { coverage })), definition: t(what === "now" ? "place.forecast.define.sales" : "place.forecast.define.salesThen", { coverage }) } };
    const notes = {
      category: ({ before, after, moves }: PlaceForecastOf) => {
        const [from, to] = [before, after].map((zones) => zones.map(words.zone).join(t("common.comma")));
        return moves ? t("place.forecast.fromTo", { from: from || NOTHING, to: to || NOTHING }) : from;
      },
      zone: ({ of, name, before, after, moves }: PlaceForecastOf) => {
        const then = goods(of);
        if (before.length === 0) return t("place.forecast.isNew");
        if (after.length === 0) return t("place.forecast.isGone");
        if (then !== undefined) return t("place.forecast.thenGoods", { zone: then });
        if (words.zone(of) !== localized(name)) return t("place.forecast.was", { zone: words.zone(of) });
        return moves ? t("place.forecast.moves") : undefined;
      },
    };
    const ratio = (change: number, measured: number) => {
      const text = measured > 0 ? format.change(change / measured) : format.change(0);
      return text === format.change(0) ? {} : { note: text };
    };
    const units = (of: string, value: PlaceForecastOf["units"]): Cell =>
      value
        ? {
            value: value.forecast,
            text: t("place.forecast.unitsThen", { now: format.whole(value.measured), later: values.number(value.forecast) }),
            info: { title: titled(of, t("place.forecast.units")), definition: t("place.forecast.define.units") },
          }
        : { value: null, text: NOTHING };
    const row = (one: PlaceForecastOf, is: "category" | "zone", sold: boolean, inUnits: boolean): Cell[] => {
      const value = one[told];
      const name = localized(one.name);
      const change = changeOf(value);
      const note = notes[is](one);
      return [
        { value: name, text: name, ...(note ? { note } : {}) },
        { value: value.measured, text: format.whole(value.measured), info: define(name, "now", value.measured > 0 ? behind(one, told) : null) },
        { value: value.forecast, text: values.number(value.forecast), info: define(name, "forecast") },
        { value: change, text: values.signed(change), info: define(name, "change"), ...ratio(change, value.measured) },
        { value: value.low, text: values.number(value.low), info: define(name, "low") },
        { value: value.high, text: values.number(value.high), info: define(name, "high") },
        { value: t(`place.forecast.tells.${tells(value)}`), text: values.tells(tells(value)) },
        ...(inUnits ? [units(name, one.units)] : []),
        ...(sold ? [money(name, "now", one.sales?.measured), money(name, "forecast", one.sales?.forecast), money(name, "low", one.sales?.low), money(name, "high", one.sales?.high)] : []),
      ];
    };
    const table = (list: readonly PlaceForecastOf[], is: "category" | "zone"): AnswerTable => {
      const sold = is === "category" && list.some(({ sales }) => sales != null);
      const clear = clearOf(list, told);
      const inUnits = told === "reached" && list.some((one) => one.units != null);
      return {
        id: `by-${is}`,
        title: t(`place.forecast.by.${is}`, { told: t(toldKey(told)) }),
        note: [
          t("place.forecast.clearOf", { count: list.length, n: format.whole(list.length), clear: format.whole(clear) }),
          ...(sold ? [t("place.forecast.salesNote")] : []),
        ].join(" "),
        columns: [
          { name: t(is === "zone" ? "place.zone" : "place.forecast.category") },
          ...(["now", "forecast", "change", "low", "high"] as const).map((what) => numeric(t(`place.forecast.column.${what}`, { coverage }))),
          { name: t("place.forecast.column.tells") },
          ...(inUnits ? [numeric(t("place.forecast.units"))] : []),
          ...(sold ? (["now", "forecast", "low", "high"] as const).map((what) => numeric(t(`place.forecast.sales.${what}`, { coverage }))) : []),
        ],
        rows: bySize(list, told).map((one) => row(one, is, sold, inUnits)),
        sortable: true,
      };
    };
    return [...(answer.categories.length > 0 ? [table(answer.categories, "category")] : []), ...(answer.zones.length > 0 ? [table(answer.zones, "zone")] : [])];
  };
}

const SCORED = ["before", "forecast", "happened", "error", "errorOfNoChange"] as const;

export function useScoreTables(): (score: PlaceForecastScore) => AnswerTable[] {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const values = useValueWords();
  const row = (one: PlaceScored): Cell[] => {
    const name = localized(one.name);
    const value = { before: one.before, forecast: one.forecast, happened: one.happened, error: one.error, errorOfNoChange: one.error_of_no_change };
    const text = { before: format.whole, forecast: values.number, happened: values.number, error: values.signed, errorOfNoChange: values.signed };
    const within = t(one.covered ? "place.forecast.score.yes" : "place.forecast.score.no");
    return [
      { value: name, text: name, ...(one.moves ? { note: t("place.forecast.moves") } : {}) },
      ...SCORED.map((what) => ({
        value: value[what],
        text: text[what](value[what]),
        info: { title: titled(name, t(`place.forecast.score.${what}`)), definition: t(`place.forecast.score.define.${what}`) },
      })),
      { value: within, text: within },
    ];
  };
  const table = ({ scored }: PlaceScores, is: "category" | "zone"): AnswerTable => ({
    id: `score-${is}`,
    title: t(`place.forecast.score.by.${is}`),
    columns: [
      { name: t(is === "zone" ? "place.zone" : "place.forecast.category") },
      ...SCORED.map((what) => numeric(t(`place.forecast.score.${what}`))),
      { name: t("place.forecast.score.covered") },
    ],
    // Those first that changed most.
    rows: scored.toSorted((a, b) => Math.abs(b.error_of_no_change) - Math.abs(a.error_of_no_change)).map(row),
    sortable: true,
  });
  return ({ categories, zones }) => [...(categories.scored.length > 0 ? [table(categories, "category")] : []), ...(zones.scored.length > 0 ? [table(zones, "zone")] : [])];
}
