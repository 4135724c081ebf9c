// The figures of zones: their names, what each means, and how each is written.
import { useTranslation } from "react-i18next";

import type { PlaceZone } from "../../api/types";
import type { FigureInfo } from "../../ui/answer/figure";
import { titled } from "../../ui/answer/figure";
import { useFormat } from "../../ui/format";
import { FIGURES } from "./view";
import type { ZoneFigure } from "./view";

export interface ZoneWords {
  name: (figure: ZoneFigure) => string;
  text: (figure: ZoneFigure, value: number | null) => string;
  info: (figure: ZoneFigure, of: string, behind?: () => void) => FigureInfo;
}

/** The figure's value; null where there is none, or where it is withheld. */
export function figureOf(figure: ZoneFigure, zone: PlaceZone): number | null {
  return zone[figure] ?? null;
}

/** The figures there are: what was bought is known only where the rules look at receipts. */
export function figuresOf(zones: readonly PlaceZone[]): readonly ZoneFigure[] {
  return FIGURES.filter((figure) => figure !== "bought" || zones.some(({ bought }) => bought != null));
}

export function useZoneWords(): ZoneWords {
  const { t } = useTranslation();
  const format = useFormat();
  return {
    name: (figure) => t(`place.figure.${figure}`),
    text: (figure, value) => {
      if (figure === "reach") return format.percent(value);
      return figure === "dwell_seconds" || figure === "median_seconds" ? format.duration(value) : value === null ? format.decimal(null) : format.whole(value);
    },
    info: (figure, of, behind) => ({
      title: titled(of, t(`place.figure.${figure}`)),
      definition: t(`place.define.figure.${figure}`),
      ...(behind ? { way: { text: t("place.visits.behind"), go: behind } } : {}),
    }),
  };
}
