// Figures that rest on reference tables, in the words of the interface: with their source, or with what is missing.
import { useTranslation } from "react-i18next";

import type { ReferenceSource, RunningCost } from "../api/types";
import { useChannelName } from "./channel";
import { useFormat } from "./format";

/** The version of a table a figure rests on. */
export function useReferenceSource(): (source: ReferenceSource) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return ({ table, version, source, valid_from }) =>
    t("reference.source", { table: t(`reference.table.${table}`), source, version, from: format.day(valid_from) });
}

/** What a place costs to run, and where that is from; or which table would tell. */
export function useRunningCost(): (cost: RunningCost | undefined) => { value: string | null; note: string } {
  const { t } = useTranslation();
  const format = useFormat();
  const channel = useChannelName();
  const source = useReferenceSource();
  return (cost) => {
    if (cost === undefined || cost.known === "missing") {
      return { value: null, note: t(`runningCost.missing.${cost?.why ?? "no_channel_costs"}`) };
    }
    const note = source(cost.source);
    if (cost.known === "channel") {
      const amount = format.money(cost.amount, cost.currency);
      return { value: t("runningCost.channel", { channel: channel(cost.channel), amount }), note };
    }
    const { site } = cost;
    const hours = format.rough(cost.hours);
    if (cost.amount == null) return { value: t("runningCost.hours", { site, hours }), note: `${t("runningCost.noRate")} ${note}` };
    return { value: t("runningCost.staff", { site, hours, amount: format.money(cost.amount, cost.currency) }), note };
  };
}
