// Changes and what is known of them, in words.
import { useTranslation } from "react-i18next";

import type { Floor, PlaceForecastValue } from "../../../api/types";
import { MARKS } from "../../../ui/change/words";
import { useFormat } from "../../../ui/format";
import { useLocalized } from "../../../ui/language";
import { useZoneName } from "../names";
import type { Change, Told } from "./change";
import type { After, Fault } from "./layout";
import { zonesOf } from "./layout";
import { changeOf, tells } from "./reading";
import type { Tells } from "./reading";

export interface StepWords {
  zone: (id: string) => string;
  swap: (one: string, other: string) => string;
  move: (zone: string, by_m: readonly [number, number]) => string;
  /** All steps in one sentence. */
  all: (change: Change) => string;
  fault: (fault: Fault) => string;
}

export function useStepWords(floors: readonly Floor[]): StepWords {
  const { t } = useTranslation();
  const format = useFormat();
  const zone = useZoneName(floors);
  const swap = (one: string, other: string) => t("place.forecast.swap", { one: zone(one), other: zone(other) });
  const move = (id: string, [right, up]: readonly [number, number]) => {
    const ways = [
      ...(right === 0 ? [] : [t(right > 0 ? "place.forecast.right" : "place.forecast.left", { m: format.decimal(Math.abs(right)) })]),
      ...(up === 0 ? [] : [t(up > 0 ? "place.forecast.up" : "place.forecast.down", { m: format.decimal(Math.abs(up)) })]),
    ];
    return t("place.forecast.move", { zone: zone(id), by: ways.length === 0 ? t("place.forecast.notYet") : ways.join(t("common.comma")) });
  };
  return {
    zone,
    swap,
    move,
    all: ({ swaps, moves, plan }) =>
      plan === null
        ? [...swaps.map(([one, other]) => swap(one, other)), ...moves.map((each) => move(each.zone, each.by_m))].join(t("place.forecast.and"))
        : t("place.forecast.toPlan", { day: format.day(plan) }),
    fault: (fault) => {
      switch (fault.is) {
        case "unknown":
        case "nothing":
        case "outside":
          return t(`place.forecast.fault.${fault.is}`, { zone: zone(fault.zone) });
        case "category":
        case "alike":
          return t(`place.forecast.fault.${fault.is}`, { zone: zone(fault.zone), other: zone(fault.other) });
        case "plans":
          return t("place.forecast.fault.plans", { from: format.day(fault.from), to: format.day(fault.to) });
        case "noPlan":
          return t("place.forecast.fault.noPlan", { day: format.day(fault.plan) });
        default:
          return t(`place.forecast.fault.${fault.is}`);
      }
    },
  };
}

export interface ValueWords {
  number: (value: number) => string;
  signed: (value: number) => string;
  change: (value: PlaceForecastValue) => string;
  /** ▲ and more, ▼ and fewer, or that it is within noise. */
  tells: (which: Tells) => string;
  mark: (value: PlaceForecastValue) => string;
}

export function useValueWords(): ValueWords {
  const { t } = useTranslation();
  const format = useFormat();
  const signed = (value: number) => {
    const size = format.rough(Math.abs(value));
    if (size === format.rough(0)) return size;
    return value > 0 ? `+${size}` : `−${size}`;
  };
  return {
    number: (value) => format.rough(value),
    signed,
    change: (value) => signed(changeOf(value)),
    // In one line, however narrow its column.
    tells: (which) => `${MARKS[which]} ${t(`place.forecast.tells.${which}`)}`.replaceAll(" ", "\u00a0"),
    mark: (value) => MARKS[tells(value)],
  };
}

/** What stands where on the floor after a change, as its picture writes it: goods that came from elsewhere by where they were. */
export function useAfterNames(): (after: After) => Floor {
  const { t } = useTranslation();
  const localized = useLocalized();
  return ({ floor, goods }) => ({
    ...floor,
    zones: zonesOf(floor).map((zone) => {
      const from = goods.get(zone.id);
      return from ? { ...zone, name: t("place.forecast.goodsOf", { zone: localized(from.name) }) } : zone;
    }),
  });
}

export const toldKey = (told: Told) => `place.forecast.told.${told}` as const;
