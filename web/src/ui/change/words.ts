// Numbers before and after, in the words of the interface. None of them says that a change moved a number.
import { useTranslation } from "react-i18next";

import type { ChangeResult, ChangeVerdict, ComparedDay, ComparedSide, MeasuredEffect, NetEffect } from "../../api/types";
import { NOTHING, useFormat } from "../format";

export type Of = ChangeResult["of"];

/** Looks of verdicts: which way it went is no praise, so they have one colour and a mark each. */
export const MARKS = { up: "▲", down: "▼", unclear: "＝", unknown: "?", waiting: "…" } as const satisfies Record<ChangeVerdict, string>;

export const ROLES = ["before", "left_out", "after", "beyond"] as const satisfies readonly ComparedDay["role"][];

export interface ChangeWords {
  value: (of: Of, value: number | null | undefined) => string;
  /** With its sign. */
  difference: (of: Of, value: number) => string;
  effect: (of: Of, effect: MeasuredEffect) => string;
  /** The interval of an effect; nothing where there is none. */
  interval: (of: Of, effect: Pick<MeasuredEffect, "low" | "high">) => string;
  net: (of: Of, net: NetEffect) => string;
  /** Of how many. */
  base: (side: ComparedSide) => string;
}

const sign = (number: number) => (number < 0 ? "−" : "+");

export function useChangeWords(): ChangeWords {
  const { t } = useTranslation();
  const format = useFormat();
  const value = (of: Of, number: number | null | undefined) => {
    if (number == null) return NOTHING;
    if (of === "share") return format.percent(number);
    return of === "duration" ? format.duration(number) : format.whole(number);
  };
  const difference = (of: Of, number: number) => (of === "share" ? format.points(number, t("points.unit")) : `${sign(number)}${value(of, of === "people" ? Math.round(Math.abs(number)) : Math.abs(number))}`);
  const interval = (of: Of, { low, high }: Pick<MeasuredEffect, "low" | "high">) =>
    low == null || high == null ? "" : t("totals.interval", { low: difference(of, low), high: difference(of, high) });
  return {
    value,
    difference,
    interval,
    effect: (of, effect) => difference(of, effect.difference),
    net: (of, net) => {
      if (net.scale === "difference") return [difference(of, net.value), interval(of, net)].filter(Boolean).join(" ");
      const within = net.low == null || net.high == null ? "" : t("totals.interval", { low: format.change(net.low), high: format.change(net.high) });
      return [format.change(net.value), within].filter(Boolean).join(" ");
    },
    base: ({ headline, began }) => (headline.share ? t("change.base", { hits: format.whole(headline.share.hits), of: format.whole(headline.share.of) }) : t("change.began", { n: format.whole(began) })),
  };
}
