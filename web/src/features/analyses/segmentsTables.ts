// Segments as tables: sizes, overlaps, and the days of the trend.
import { useTranslation } from "react-i18next";

import type { SegmentsAnswer, SegmentsNumbers } from "../../api/types";
import { useFormat } from "../../ui/format";
import { shownGroups, useGroupWords } from "./groups";
import { intervalOf } from "./interval";
import { useShareText } from "./Sentence";
import { useSizeInfo } from "./segments/Size";
import { useOverlapInfo } from "./overlapInfo";
import type { AnswerTable, Cell } from "../../ui/answer/table";
import { named, numeric } from "../../ui/answer/table";

export function useSegmentsTables(label: (id: string) => string, dimension: string | undefined): (answer: SegmentsAnswer) => AnswerTable[] {
  const { t } = useTranslation();
  const format = useFormat();
  const interval = useShareText().interval;
  const word = useGroupWords(dimension);
  const info = useSizeInfo();
  const overlapInfo = useOverlapInfo(label);
  const count = (value: number): Cell => ({ value, text: format.whole(value) });
  return (answer) => {
    const groups = shownGroups(answer.groups, ({ population }) => population.customers);
    const apart = groups.length > 0;
    const sizes = (numbers: SegmentsNumbers, of: string): Cell[][] =>
      numbers.segments.map((segment) => {
        const opened = info(segment);
        return [
          named(label(segment.id)),
          ...(apart ? [named(of)] : []),
          { value: segment.members.customers, text: format.whole(segment.members.customers), info: apart ? { ...opened, title: `${opened.title} · ${of}` } : opened },
          { value: segment.share.share ?? null, text: format.percent(segment.share.share), note: interval(intervalOf(segment.share)) },
        ];
      });
    return [
      {
        id: "sizes",
        title: t("overlap.sizes"),
        columns: [{ name: t("nav.segments") }, ...(apart ? [{ name: t("groups.group") }] : []), numeric(t("segments.size")), numeric(t("segments.share"))],
        rows: [...sizes(answer, t("groups.all")), ...groups.flatMap((group) => sizes(group, word(group)))],
      },
      {
        id: "overlaps",
        title: t("overlap.title"),
        columns: [{ name: t("overlap.combination") }, numeric(t("overlap.members")), numeric(t("overlap.only")), numeric(t("overlap.jaccard"))],
        rows: answer.overlaps
          .filter(({ segments }) => segments.length > 1)
          .map((overlap) => [
            named(overlap.segments.map(label).join(" ∩ ")),
            { ...count(overlap.members.customers), info: overlapInfo(overlap, "members") },
            { ...count(overlap.only.customers), info: overlapInfo(overlap, "only") },
            { value: overlap.share_of_union.share ?? null, text: format.percent(overlap.share_of_union.share) },
          ]),
      },
      {
        id: "trend",
        title: t("overlap.trendTitle"),
        columns: [{ name: t("overlap.day") }, numeric(t("overlap.population")), ...answer.segments.map(({ id }) => numeric(label(id)))],
        rows: answer.trend.map((at) => [
          { value: at.day, text: format.day(at.day) },
          count(at.population.customers),
          ...at.members.map((members) => ({
            ...count(members.customers),
            info: { title: format.day(at.day), definition: t("define.segments.day"), pick: members.pick },
          })),
        ]),
      },
    ].filter(({ rows }) => rows.length > 0);
  };
}
