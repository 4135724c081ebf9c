// What the numbers of attribution say of themselves, and how each measure is written.
import { useTranslation } from "react-i18next";

import type { AttributedValue, AttributionNumbers, People } from "../../api/types";
import { useChannelName } from "../../ui/channel";
import { useFormat } from "../../ui/format";
import type { FigureInfo } from "../../ui/answer/figure";
import type { AttributionView, Measure, Model } from "./attributionView";

type Conversions = AttributionNumbers["conversions"];

/** What a value has by a model; null where there is none. */
export function measureOf({ credits }: AttributedValue, model: Model, measure: Measure): number | null {
  return credits.find((credit) => credit.model === model)?.[measure] ?? null;
}

/** First and last touch credit people one can list; other models divide among all who were touched. */
function behind(of: AttributedValue, model: Model): People {
  return model === "first" ? of.first : model === "last" ? of.last : of.touched;
}

export interface AttributionInfo {
  /** What a value of the credited column is called. */
  value(of: Pick<AttributedValue, "value">): string;
  touch(value: string | null): string;
  conversions(of: Conversions): FigureInfo;
  without(of: Conversions): FigureInfo;
  ended(of: People, what: "lost" | "open"): FigureInfo;
  touched(of: AttributedValue): FigureInfo;
  credit(of: AttributedValue, model: Model): FigureInfo;
  path(of: AttributionNumbers["paths"][number]): FigureInfo;
}

export function useAttributionInfo(view: AttributionView): AttributionInfo {
  const { t } = useTranslation();
  const channel = useChannelName();
  const touch = (value: string | null) => (value === null ? t("groups.other") : view.credit === "channel" ? channel(value) : value);
  const value = (of: Pick<AttributedValue, "value">) => touch(of.value ?? null);
  return {
    value,
    touch,
    conversions: ({ people }) => ({ title: t("attribution.conversions"), definition: t("define.attribution.conversions"), pick: people.pick }),
    without: ({ people }) => ({ title: t("attribution.without"), definition: t("define.attribution.without"), pick: people.pick }),
    ended: ({ pick }, what) => ({ title: t(`attribution.${what}`), definition: t(`define.attribution.${what}`), pick }),
    touched: (of) => ({ title: [value(of), t("attribution.touched")].join(" · "), definition: t("define.attribution.touched"), pick: of.touched.pick }),
    credit: (of, model) => ({
      title: [value(of), t(`model.${model}`)].join(" · "),
      definition: t(`define.model.${model}`),
      pick: behind(of, model).pick,
      people: t(model === "first" || model === "last" ? `attribution.people.${model}` : "attribution.people.touched"),
    }),
    path: ({ touches, people }) => ({ title: touches.map((each) => touch(each ?? null)).join(" → "), definition: t("define.attribution.path"), pick: people.pick }),
  };
}

export function useMeasureText(currency: string | null): (measure: Measure, value: number | null) => string {
  const format = useFormat();
  return (measure, value) => {
    if (measure === "share") return format.percent(value);
    if (measure === "value" || measure === "cost_per_conversion") return format.money(value, currency);
    // Small credits differ in their hundredths, large ones need none.
    return format.decimal(value === null || Math.abs(value) < 10 ? value : Math.round(value * 10) / 10);
  };
}
