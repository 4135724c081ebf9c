// Attribution as tables: all models side by side with the sum of each, each model in full, and the paths.
import { useTranslation } from "react-i18next";

import type { AttributionAnswer, AttributionNumbers } from "../../api/types";
import { NOTHING, useFormat } from "../../ui/format";
import { totals } from "./attributionFinding";
import { measureOf, useAttributionInfo, useMeasureText } from "./attributionInfo";
import { MEASURES, MODELS } from "./attributionView";
import type { AttributionView, Measure, Model } from "./attributionView";
import { numbersOf } from "./GroupSwitch";
import type { AnswerTable, Cell } from "../../ui/answer/table";
import { named, numeric } from "../../ui/answer/table";

const NOTHING_OF: Cell = { value: null, text: "" };

/** What is said where nothing tells what the values cost. */
const COSTS_MISSING = {
  no_channel_costs: "attribution.costsMissing",
  not_listed: "attribution.costsNotListed",
  limited: "attribution.costsLimited",
} as const;

/** Measures that add up over the values. */
const ADDS = ["conversions", "share", "value"] as const;

export function useAttributionTables(view: AttributionView, currency: string | null): (answer: AttributionAnswer) => AnswerTable[] {
  const { t } = useTranslation();
  const format = useFormat();
  const measured = useMeasureText(currency);
  const info = useAttributionInfo(view);
  const whole = (n: number): Cell => ({ value: n, text: format.whole(n) });
  const measure = (which: Measure, value: number | null): Cell => ({ value, text: measured(which, value) });

  const modelsTable = (numbers: AttributionNumbers, costs: string): AnswerTable => {
    const models = computedOf(numbers);
    const removal = models.filter((model) => model.startsWith("markov"));
    const sums = new Map(totals(numbers).map((total) => [total.model, total]));
    const costly = numbers.values.some(({ cost }) => cost != null);
    const adds = ADDS.find((each) => each === view.measure);
    return {
      id: "models",
      title: t("attribution.models", { measure: t(`attribution.measure.${view.measure}`) }),
      note: costs,
      sortable: true,
      columns: [
        { name: t("attribution.value") },
        numeric(t("attribution.touches")),
        numeric(t("attribution.touched")),
        ...models.map((model) => numeric(t(`model.${model}`))),
        ...removal.map((model) => numeric(t("attribution.removal", { model: t(`model.${model}`) }))),
        ...(costly ? [numeric(t("attribution.cost"))] : []),
      ],
      rows: numbers.values.map((of) => [
        { value: of.value ?? t("groups.other"), text: info.value(of) },
        whole(of.touches),
        { ...whole(of.conversions), info: info.touched(of) },
        ...models.map((model) => ({ ...measure(view.measure, measureOf(of, model, view.measure)), info: info.credit(of, model) })),
        ...removal.map((model) => {
          const effect = of.credits.find((credit) => credit.model === model)?.removal_effect ?? null;
          return { value: effect, text: format.percent(effect) };
        }),
        ...(costly ? [{ value: of.cost ?? null, text: format.money(of.cost, currency) }] : []),
      ]),
      ...(adds
        ? {
            foot: [
              [
                named(t("attribution.total")),
                whole(numbers.values.reduce((sum, { touches }) => sum + touches, 0)),
                { value: numbers.conversions.count - numbers.without_touch.count, text: format.whole(numbers.conversions.count - numbers.without_touch.count) },
                ...models.map((model) => measure(adds, sums.get(model)?.[adds] ?? null)),
                ...removal.map(() => NOTHING_OF),
                ...(costly ? [{ value: numbers.values.reduce((sum, { cost }) => sum + (cost ?? 0), 0), text: format.money(numbers.values.reduce((sum, { cost }) => sum + (cost ?? 0), 0), currency) }] : []),
              ],
            ],
          }
        : {}),
    };
  };

  return (answer) => {
    const numbers = numbersOf<AttributionNumbers>(answer, view.only);
    return [
      modelsTable(numbers, costsText(answer)),
      {
        id: "credits",
        title: t("attribution.credits"),
        sortable: true,
        columns: [{ name: t("attribution.value") }, { name: t("attribution.model") }, ...MEASURES.map((which) => numeric(t(`attribution.measure.${which}`))), numeric(t("attribution.removalOf"))],
        rows: numbers.values.flatMap((of) =>
          of.credits.map((credit) => [
            { value: of.value ?? t("groups.other"), text: info.value(of) },
            named(t(`model.${credit.model}`)),
            ...MEASURES.map((which) => ({ ...measure(which, credit[which] ?? null), ...(which === "conversions" ? { info: info.credit(of, credit.model) } : {}) })),
            { value: credit.removal_effect ?? null, text: format.percent(credit.removal_effect) },
          ]),
        ),
      },
      {
        id: "paths",
        title: t("attribution.paths"),
        note: t("attribution.pathsNote", { n: numbers.paths.length, all: format.whole(numbers.path_variants) }),
        sortable: true,
        columns: [{ name: t("attribution.path") }, ...(["conversions", "pathLost", "pathRate"] as const).map((key) => numeric(t(`attribution.${key}`))), ...(view.value ? [numeric(t("attribution.measure.value"))] : [])],
        rows: numbers.paths.map((path) => {
          const ended = path.conversions + path.lost;
          const rate = ended > 0 ? path.conversions / ended : null;
          return [
            { value: path.touches.map((each) => each ?? t("groups.other")).join(" > "), text: shortened(path.touches.map((each) => info.touch(each ?? null))) },
            { ...whole(path.conversions), info: info.path(path) },
            whole(path.lost),
            { value: rate, text: rate === null ? NOTHING : format.percent(rate) },
            ...(view.value ? [measure("value", path.value ?? null)] : []),
          ];
        }),
      },
    ];
  };

  function costsText({ costs }: AttributionAnswer): string {
    if (costs.from === "question") return t("attribution.costsGiven");
    if (costs.from === "missing") return t(COSTS_MISSING[costs.why]);
    return t(costs.other_currency ? "attribution.costsOther" : "attribution.costsFrom", { source: costs.source.source, version: costs.source.version, day: format.day(costs.source.valid_from) });
  }
}

/** Models of the answer, in the order they are shown. */
function computedOf({ values }: AttributionNumbers): Model[] {
  return MODELS.filter((model) => values.some(({ credits }) => credits.some((credit) => credit.model === model)));
}

/** The same touch again is written once with how often. */
function shortened(touches: readonly string[]): string {
  const runs: { name: string; times: number }[] = [];
  for (const name of touches) {
    const last = runs.at(-1);
    if (last?.name === name) last.times += 1;
    else runs.push({ name, times: 1 });
  }
  return runs.map(({ name, times }) => (times > 1 ? `${name} ×${times}` : name)).join(" → ");
}
