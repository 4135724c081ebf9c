// What the number of people in several segments says of itself.
import { useTranslation } from "react-i18next";

import type { SegmentsNumbers } from "../../api/types";
import type { FigureInfo } from "../../ui/answer/figure";

export function useOverlapInfo(label: (id: string) => string): (overlap: SegmentsNumbers["overlaps"][number], what: "members" | "only") => FigureInfo {
  const { t } = useTranslation();
  return (overlap, what) => ({
    title: overlap.segments.map(label).join(" ∩ "),
    definition: t(`define.overlap.${what}`),
    pick: overlap[what].pick,
  });
}
