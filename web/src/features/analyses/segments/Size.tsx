// How many members a segment has: the number, openable to its people, and its share of everybody with its interval.
import { useTranslation } from "react-i18next";

import type { SegmentSize, SegmentsAnswer } from "../../../api/types";
import { IntervalBar } from "../../../charts/Bars";
import { useFormat } from "../../../ui/format";
import { useLocalized } from "../../../ui/language";
import type { FigureInfo } from "../../../ui/answer/figure";
import { Figure } from "../../../ui/answer/figure";
import { intervalOf } from "../interval";
import { useShareText } from "../Sentence";

export function useSizeInfo(): (size: SegmentSize) => FigureInfo {
  const { t } = useTranslation();
  const localized = useLocalized();
  return (size) => ({
    title: localized(size.name) || t("segments.preview"),
    definition: t("define.segments.members", { who: localized(size.definition) }),
    pick: size.members.pick,
  });
}

/** Stands within an `AnswerProvider` of the answer. */
export function SizeFigure({ size, answer }: { size: SegmentSize; answer: Pick<SegmentsAnswer, "population"> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const share = useShareText();
  const info = useSizeInfo()(size);
  const at = intervalOf(size.share);
  const { customers } = size.members;
  return (
    <>
      <p className="segment-size">
        <Figure info={info} text={format.count(customers)} full={format.whole(customers)} className="total-number" />
        <span className="sub">{t("segments.of", { all: format.whole(answer.population.customers) })}</span>
      </p>
      {at && (
        <>
          <IntervalBar {...at} />
          <p className="sub">
            {share.share(at)}
            {t("share.aside", { text: share.interval(at) })}
          </p>
        </>
      )}
    </>
  );
}
