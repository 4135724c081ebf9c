// Two maps side by side, each in a column of its own with the same numbers; stages that are the same stand in one line.
import type { CSSProperties, ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { JourneyMap, StageMetrics } from "../../api/types";
import { useFormat } from "../../ui/format";
import { sentence, useLocalized } from "../../ui/language";
import { useRead } from "../../ui/read";
import type { Pair } from "./beside";
import { paired } from "./beside";
import { FrameProvider, useFrame } from "./frame";
import { MetricCell, rampMax } from "./MetricCell";
import { metricValue } from "./metric";
import { Lost, Reached, Time, ToNext } from "./StageRows";
import { Totals } from "./Totals";
import "./beside.css";

export default function Beside({ zone }: { zone: string }) {
  const { t } = useTranslation();
  const frame = useFrame();
  const { map, before, versus, metric, unit } = frame;
  if (!before || !versus) return null;
  const pairs = paired(map.stages, before.stages);
  const values = (of: JourneyMap) => of.touchpoints.map((touchpoint) => metricValue(touchpoint, metric, unit, of.totals.started));
  const max = rampMax([...values(map), ...values(before)], metric);
  return (
    <div className="beside">
      <FrameProvider value={{ ...frame, both: false }}>
        <Side which={t("versus.own")} name={versus.own} isOwn pairs={pairs} max={max} zone={zone} />
      </FrameProvider>
      <FrameProvider value={{ ...frame, map: before, before: null, versus: null, both: false }}>
        <Side which={t("versus.other")} name={versus.other} isOwn={false} pairs={pairs} max={max} zone={zone} />
      </FrameProvider>
    </div>
  );
}

interface SideProps {
  which: string;
  name: string;
  isOwn: boolean;
  pairs: readonly Pair<StageMetrics>[];
  /** The largest value of the metric on either side. */
  max: number;
  zone: string;
}

function Side({ which, name, isOwn, pairs, max, zone }: SideProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const read = useRead();
  const localized = useLocalized();
  const { map } = useFrame();
  const { meta, journey } = map;
  const provenance = {
    read: read(meta),
    asOf: format.dateTime(meta.as_of_us, meta.zone),
    zone,
    version: journey.version,
  };
  return (
    <section className="beside-side" aria-label={t("action.of", { action: which, of: name })} style={{ "--lines": pairs.length + 3 } as CSSProperties}>
      <header className="beside-head">
        <span className={isOwn ? "compare-which compare-own" : "compare-which"}>{which}</span>
        <h2>{name}</h2>
        <p className="sub">
          {localized(journey.definition.name)} · {t("scope.versionN", { n: journey.version })}
        </p>
      </header>
      <Totals />
      {pairs.map(({ own, other }) => {
        const [stage, there] = isOwn ? [own, other] : [other, own];
        return stage ? (
          <StageBox key={stage.stage} stage={stage} there={there} max={max} />
        ) : (
          <p key={there?.stage} className="beside-none sub">
            {t("beside.none", { stage: localized(there?.name) })}
          </p>
        );
      })}
      <p className="provenance">{t("map.provenance", provenance)}</p>
    </section>
  );
}

/** `there`: the same stage of the map on the other side. */
function StageBox({ stage, there, max }: { stage: StageMetrics; there: StageMetrics | null; max: number }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const { map, before, metric, unit } = useFrame();
  const name = localized(stage.name);
  const touchpoints = map.touchpoints.filter((touchpoint) => touchpoint.stage === stage.stage);
  const props = { stage, before: before && there ? there : undefined };
  return (
    <article className="beside-stage card">
      <h3>
        <span className="stage-order" aria-hidden>
          {map.stages.indexOf(stage) + 1}
        </span>
        {name}
      </h3>
      <dl className="beside-numbers">
        <Row name={t("row.reached")} note={t(`unit.${unit}`)}>
          <Reached {...props} />
        </Row>
        <Row name={t("row.toNext")}>
          <ToNext {...props} />
        </Row>
        <Row name={t("row.time")}>
          <Time {...props} />
        </Row>
        <Row name={t("row.lost")} note={t(`unit.${unit}`)}>
          <Lost {...props} />
        </Row>
      </dl>
      {touchpoints.length > 0 && (
        <>
          <p className="sub">
            {sentence(t("thing.touchpoint"))} · {t(`metric.${metric}`)}
          </p>
          <ul className="beside-touchpoints" aria-label={`${name} · ${sentence(t("thing.touchpoint"))}`}>
            {touchpoints.map((touchpoint) => (
              <li key={touchpoint.touchpoint}>
                <MetricCell
                  reach={touchpoint}
                  before={before?.touchpoints.find((each) => each.touchpoint === touchpoint.touchpoint)}
                  max={max}
                  place={`${name} · ${localized(touchpoint.name)}`}
                  label={localized(touchpoint.name)}
                />
              </li>
            ))}
          </ul>
        </>
      )}
    </article>
  );
}

function Row({ name, note, children }: { name: string; note?: string; children: ReactNode }) {
  return (
    <div>
      <dt>
        {name}
        {note && <span className="sub"> {note}</span>}
      </dt>
      <dd>{children}</dd>
    </div>
  );
}
