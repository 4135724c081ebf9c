// Pains in the words of the interface: whom, how long, how much, and what a number of one rests on.
import { useTranslation } from "react-i18next";

import type { Facet, Pain, TrackedPain, WorkspaceInfo } from "../../api/types";
import { useInterval } from "../../ui/estimate";
import type { Explained, Fact } from "../../ui/explain";
import { useFacetWords } from "../../ui/facet";
import type { Format } from "../../ui/format";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { stretch } from "./list";

/** Whom a pain concerns; everyone without a facet. */
export function useWhom(): (facet: Facet | null | undefined) => string {
  const { t } = useTranslation();
  const words = useFacetWords();
  return (facet) =>
    facet ? t("pain.whomValue", { name: words.dimension(facet.dimension), value: words.value(facet.dimension, facet.value) }) : t("pain.everyone");
}

/** Since and until when it hurts, in days of the workspace. */
export function useWhen(workspace: WorkspaceInfo): (tracked: TrackedPain) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return (tracked) => {
    const { from_us, to_us } = stretch(tracked, workspace.first_us ?? null);
    const from = format.date(from_us, workspace.zone);
    // Its end is the first moment after it.
    const to = format.date(to_us === null ? null : to_us - 1, workspace.zone);
    if (from_us !== null && to_us !== null) return t("pain.fromTo", { from, to });
    if (from_us !== null) return t("pain.since", { from });
    return to_us === null ? t("pain.always") : t("pain.until", { to });
  };
}

/** A small chance; below a ten-thousandth the digits say nothing more. */
export function chance(value: number, format: Format): string {
  return value < 0.0001 ? "< 0.01%" : `${format.decimal(value * 100)}%`;
}

/** Percentage points of a threshold, which has no sign. */
export function usePoints(): (difference: number) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return (difference) => `${format.rough(difference * 100)}\u00a0${t("points.unit")}`;
}

/** What every number of a pain rests on. */
export function useFacts(workspace: WorkspaceInfo): (tracked: TrackedPain) => Fact[] {
  const { t } = useTranslation();
  const format = useFormat();
  const points = usePoints();
  const whom = useWhom();
  return (tracked) => {
    const { pain } = tracked;
    const day = (us: number | null | undefined) => (us == null ? t("pain.fact.openEnd") : format.date(us, workspace.zone));
    const { from_us, to_us } = tracked.looked;
    const looked = from_us == null && to_us == null ? t("period.all") : t("pain.fromTo", { from: day(from_us), to: day(to_us) });
    return [
      { name: t("pain.fact.kind", { kind: t(`pain.kind.${pain.kind}`) }), text: t(`define.pain.${pain.kind}`) },
      { name: t("pain.fact.whom"), text: whom(pain.facet) },
      { name: t("pain.fact.comparison"), text: t(`pain.comparison.${pain.comparison}.about`) },
      { name: t("pain.fact.margin"), text: t("pain.fact.marginValue", { margin: points(pain.margin) }) },
      { name: t("pain.fact.q"), text: t("pain.fact.qValue", { q: chance(pain.q_value, format), p: chance(pain.p_value, format) }) },
      { name: t("pain.fact.looks"), text: t("pain.fact.looksValue", { looks: format.whole(pain.looks) }) },
      { name: t("pain.fact.interval"), text: t("pain.fact.intervalValue") },
      { name: t("pain.fact.looked"), text: looked },
      { name: t("explain.asOf"), text: format.dateTime(tracked.as_of_us, workspace.zone) },
      { name: t("pain.fact.version"), text: t("scope.versionN", { n: tracked.journey_version }) },
      { name: t("pain.fact.question"), text: pain.question, code: true },
      { name: t("pain.fact.pick"), text: pain.pick, code: true },
    ];
  };
}

/** A number of a pain, ready to be opened. */
export interface Figure {
  title: string;
  value: string;
  interval: string | null;
  definition: string;
}

export function useExplainPain(workspace: WorkspaceInfo): (tracked: TrackedPain, figure: Figure, opensAt?: "customers") => Explained {
  const { t } = useTranslation();
  const facts = useFacts(workspace);
  return (tracked, { title, value, interval, definition }, opensAt) => ({
    title,
    value: interval ? t("pain.withInterval", { value, interval }) : value,
    definition,
    question: tracked.pain.question,
    pick: tracked.pain.pick,
    people: t("pain.people"),
    facts: facts(tracked),
    journey: { id: tracked.pain.journey, version: tracked.journey_version },
    ...(opensAt ? { opensAt } : {}),
  });
}

/** Customers hit a month beyond the comparison. */
export function useCustomersFigure(): (pain: Pain) => Figure {
  const { t } = useTranslation();
  const format = useFormat();
  const interval = useInterval();
  return ({ customers_per_month: size }) => ({
    title: t("pain.customers"),
    value: t("pain.perMonthCustomers", { count: size.value, n: format.rough(size.value) }),
    interval: interval(size, format.rough),
    definition: t("define.pain.customers"),
  });
}

/** Money lost a month; null where it is missing. */
export function useMoneyFigure(): (pain: Pain) => Figure | null {
  const { t } = useTranslation();
  const format = useFormat();
  const interval = useInterval();
  return ({ money }) => {
    if (money.known === "missing") return null;
    const write = (value: number) => format.money(value, money.currency);
    return {
      title: t("pain.money"),
      value: t("pain.perMonthMoney", { amount: write(money.amount.value) }),
      interval: interval(money.amount, write),
      definition: t("define.pain.money"),
    };
  };
}

/** The sentence of a pain, as the server says it. */
export function useSentence(): (pain: Pick<Pain, "sentence">) => string {
  const localized = useLocalized();
  return ({ sentence }) => localized(sentence);
}
