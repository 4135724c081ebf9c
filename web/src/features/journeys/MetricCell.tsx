// One number of the chosen metric on the blue ramp, wherever the map shows one: touchpoints, cells, the matrix.
import { useTranslation } from "react-i18next";

import type { Reach } from "../../api/types";
import type { Format } from "../../ui/format";
import { NOTHING, useFormat } from "../../ui/format";
import { Num } from "../../ui/explain";
import { Delta, useExplained, useFrame } from "./frame";
import { isShare, metricValue, rampStep } from "./metric";
import type { Metric } from "./view";

export function metricText(format: Format, metric: Metric, value: number | null, currency: string | null): string {
  if (value === null) return NOTHING;
  if (isShare(metric)) return format.percent(value);
  if (metric === "value") return format.money(value, currency);
  return metric === "score" ? format.decimal(value) : format.count(value);
}

/** The metric's value of a place in the frame's unit. */
export function useMetric(): (reach: Reach | undefined) => number | null {
  const { map, metric, unit } = useFrame();
  return (reach) => (reach ? metricValue(reach, metric, unit, map.totals.started) : null);
}

/** The largest value of `places`, which the ramp's darkest step stands for; shares are measured against 100 %. */
export function rampMax(values: (number | null)[], metric: Metric): number {
  return isShare(metric) ? 1 : Math.max(0, ...values.map((value) => value ?? 0));
}

export function MetricCell({
  reach,
  before,
  max,
  place,
  label,
}: {
  reach: Reach;
  before: Reach | undefined;
  max: number;
  /** Where it is, for the explanation's title: `比较 · 查看商品详情 · 网站`. */
  place: string;
  /** Shown before the number. */
  label?: string;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const explained = useExplained();
  const { metric, unit, currency, before: beforeMap } = useFrame();
  const read = useMetric();
  const value = read(reach);
  const then = beforeMap && before ? metricValue(before, metric, unit, beforeMap.totals.started) : beforeMap ? 0 : undefined;
  const step = rampStep(value, max);
  const text = metricText(format, metric, value, currency);
  const full = metric === "reached" && value !== null ? format.whole(value) : text;
  const title = `${place} · ${t(`metric.${metric}`)}`;
  const against = { now: value, before: then, share: isShare(metric), text: (of: number) => metricText(format, metric, of, currency) };
  return (
    <Num
      className={`cell seq-${step}`}
      of={title}
      explain={() =>
        explained(
          {
            title,
            definition: t(`define.${metric}`),
            against,
            pick: metric === "to_goal" ? reach.goal.pick : reach.reached.pick,
            ...(metric === "reached" || metric === "share" ? {} : { people: t(metric === "to_goal" ? "people.arrivedFromHere" : "people.reachedHere") }),
          },
          full,
        )
      }
    >
      {label !== undefined && <span className="cell-label" aria-hidden>{label}</span>}
      <span className="cell-value">
        {text}
        <Delta {...against} />
      </span>
    </Num>
  );
}
