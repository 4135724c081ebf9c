// The one-sentence finding, each number of it openable.
import type { ReactElement } from "react";
import { Trans, useTranslation } from "react-i18next";

import type { StageMetrics } from "../../api/types";
import { Num } from "../../ui/explain";
import { useFormat } from "../../ui/format";
import { useLanguage, useLocalized } from "../../ui/language";
import type { Expected, Finding as FindingOf } from "./finding";
import { finding } from "./finding";
import { useCount } from "../../ui/count";
import { useExplained, useFrame } from "./frame";
import type { FigureInfo } from "./frame";

/** A difference stays on one line with its unit. */
const NOWRAP = <span className="nowrap" />;

type LeftAt = Extract<FindingOf, { kind: "left_at" }>;

export function Finding() {
  const { t } = useTranslation();
  const format = useFormat();
  const { map, before } = useFrame();
  const found = finding(map, before);
  if (found.kind === "nobody") return <p className="finding">{t("finding.map.nobody")}</p>;
  if (found.kind === "none_left") {
    const numbers = { arrived: format.whole(found.arrived), open: format.whole(found.open) };
    return <p className="finding">{t("finding.map.noneLeft", numbers)}</p>;
  }
  return <LeftAtSentence found={found} />;
}

function LeftAtSentence({ found }: { found: LeftAt }) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const count = useCount();
  // A Chinese full stop brings its own space.
  const gap = useLanguage() === "zh-CN" ? "" : " ";
  const { map, versus } = useFrame();
  const explained = useExplained();
  const { stage } = found;
  const name = localized(found.stageName);
  const left: FigureInfo = {
    title: `${name} · ${t("figure.leftLast")}`,
    definition: t("define.leftLast"),
    pick: stage.left_last.pick,
  };
  const next = (of: StageMetrics): FigureInfo => ({
    title: `${localized(of.name)} · ${t("figure.toNext")}`,
    definition: t("define.toNext"),
    pick: of.onward.pick,
    people: t("people.wentOn"),
  });
  const total: FigureInfo = { title: t("totals.conversion"), definition: t("define.conversion"), pick: "goal", people: t("people.arrived") };
  /** `Trans` puts the translated text between the tags. */
  const number = (info: FigureInfo, value: string): ReactElement => (
    <Num className="num-inline" explain={() => explained(info, value)} of={info.title}>
      {value}
    </Num>
  );
  const other = versus?.other ?? "";
  const share = format.percent(found.shareOfLeft);
  const instances = count("journeys", stage.left_last.instances);
  const customers = count("customers", stage.left_last.customers);
  const sentences: ReactElement[] = [
    <Trans
      key="left"
      i18nKey="finding.map.leftAt"
      values={{ stage: name, share, instances, customers }}
      components={{
        stage: <strong />,
        share: number(left, share),
        instances: number(left, instances),
        customers: number(left, customers),
      }}
    />,
  ];
  const expectation = (key: "expectationMet" | "expectationMissed" | "shortest", of: Expected) => {
    const conversion = format.percent(of.conversion);
    sentences.push(
      <Trans
        key={key}
        i18nKey={`finding.map.${key}`}
        values={{
          stage: localized(of.stage.name),
          conversion,
          expected: format.percent(of.expected),
          gap: format.points(of.conversion - of.expected, t("points.unit")),
        }}
        components={{ stage: <strong />, conversion: number(next(of.stage), conversion), n: NOWRAP }}
      />,
    );
  };
  if (found.expected) expectation(found.expected.met ? "expectationMet" : "expectationMissed", found.expected);
  if (found.shortest) expectation("shortest", found.shortest);
  if (found.change?.direction === "unripe") {
    const open = format.whole(found.change.open);
    const info: FigureInfo = { title: t("totals.open"), definition: t("define.open"), pick: map.totals.open.pick };
    sentences.push(
      <Trans
        key="change"
        i18nKey="finding.map.unripe"
        values={{
          open: count("journeys", found.change.open),
          share: format.percent(found.change.share),
          before: format.percent(found.change.shareBefore),
          other,
        }}
        components={{ open: number(info, open), n: NOWRAP, other: <strong /> }}
      />,
    );
  } else if (found.change) {
    const now = format.percent(map.totals.conversion.share);
    sentences.push(
      <Trans
        key="change"
        i18nKey={versus?.by === "group" ? `finding.map.group.${found.change.direction}` : `finding.map.${found.change.direction}`}
        values={{ conversion: now, by: format.points(found.change.by, t("points.unit")), other }}
        components={{ conversion: number(total, now), n: NOWRAP, other: <strong /> }}
      />,
    );
  }
  if (found.few) sentences.push(<span key="few">{t("finding.few")}</span>);
  return <p className="finding">{sentences.flatMap((sentence, index) => (index > 0 ? [gap, sentence] : [sentence]))}</p>;
}
