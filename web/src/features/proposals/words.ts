// Proposals in the words of the interface.
import { useTranslation } from "react-i18next";

import type { Cost, Gain, Proposal, RestsOn } from "../../api/types";
import { useInterval } from "../../ui/estimate";
import { useFormat } from "../../ui/format";
import type { Places } from "../../ui/places";

export function useRestsOn(): (on: RestsOn, places?: Places) => string {
  const { t } = useTranslation();
  return (on, places) => {
    if (on.on === "words") return on.text;
    const cause = t(`signal.${on.kind}`);
    const signals = (on.signals ?? []).map((id) => places?.signal(id) ?? id).join(t("common.comma"));
    return signals ? t("proposal.restsOnSignals", { cause, signals }) : t("proposal.restsOnCause", { cause });
  };
}

/** What it should bring a month, each with its interval; nothing where nobody has said. */
export function useGain(): (gain: Gain | undefined, currency: string | null | undefined) => { value: string; interval: string }[] {
  const { t } = useTranslation();
  const format = useFormat();
  const interval = useInterval();
  return (gain, currency) => {
    const money = (value: number) => format.money(value, currency);
    const [customers, value] = [gain?.customers_per_month, gain?.money_per_month];
    return [
      ...(customers
        ? [{ value: t("pain.perMonthCustomers", { count: customers.value, n: format.rough(customers.value) }), interval: interval(customers, format.rough) }]
        : []),
      ...(value ? [{ value: t("pain.perMonthMoney", { amount: money(value.value) }), interval: interval(value, money) }] : []),
    ];
  };
}

export function useCost(): (cost: Cost | undefined, currency: string | null | undefined) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return (cost, currency) =>
    cost?.known === "amount"
      ? t("proposal.costOf", { amount: format.money(cost.amount, currency), source: cost.source })
      : t("proposal.costMissing");
}

const FIELDS = ["title", "journey", "stage", "pain", "rests_on", "gain", "cost", "currency", "owner", "due", "status"] as const;

/** Names and values of a proposal's fields in its history. */
export function useFieldWords(currency: string | null | undefined, places: Places) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const restsOn = useRestsOn();
  const gain = useGain();
  const cost = useCost();
  const field = (name: string) => {
    const known = FIELDS.find((each) => each === name);
    return known ? t(`proposal.${known}`) : name;
  };
  const value = (name: string, of: unknown) => {
    if (name === "rests_on") return restsOn(of as RestsOn, places);
    if (name === "gain") {
      const said = gain(of as Gain, currency);
      return said.map((each) => t("pain.withInterval", each)).join(t("common.comma")) || t("proposal.gainNone");
    }
    if (name === "cost") return cost(of as Cost, currency);
    const text = typeof of === "string" ? of : JSON.stringify(of);
    if (name === "due") return format.day(text);
    if (name === "stage") return places.stage(text);
    const status = `proposal.status.${text}`;
    return name === "status" && i18n.exists(status) ? t(status as "proposal.status.proposed") : text;
  };
  return { field, value };
}

/** Whether it is done with. */
export function isClosed({ status }: Pick<Proposal, "status">): boolean {
  return status === "done" || status === "dropped";
}
