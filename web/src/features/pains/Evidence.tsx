// How a pain is known and how large it is; every number can be opened.
import { useTranslation } from "react-i18next";

import type { Pain, Rate, TrackedPain, WorkspaceInfo } from "../../api/types";
import { ShareBar } from "../../charts/Bars";
import { useInterval } from "../../ui/estimate";
import { Num } from "../../ui/explain";
import { useFormat } from "../../ui/format";
import { useReferenceSource, useRunningCost } from "../../ui/reference";
import type { Figure } from "./words";
import { chance, useCustomersFigure, useExplainPain, useMoneyFigure, usePoints } from "./words";

export function Evidence({ workspace, info }: { workspace: WorkspaceInfo; info: TrackedPain }) {
  const { t } = useTranslation();
  const format = useFormat();
  const interval = useInterval();
  const points = usePoints();
  const explain = useExplainPain(workspace);
  const { pain } = info;
  const money = useMoneyFigure()(pain);
  const customers = useCustomersFigure()(pain);
  const column = pain.money.known === "per_month" ? pain.money.observed : null;
  const observed = column == null ? t("pain.moneyObserved") : t("pain.moneyObservedIn", { column });
  const difference: Figure = {
    title: t("pain.difference"),
    value: format.points(pain.difference.value, t("points.unit")),
    interval: interval(pain.difference, (value) => format.points(value, "").trim()),
    definition: t("define.pain.difference"),
  };
  const excess: Figure = {
    title: t("pain.excess"),
    value: t("pain.excessValue", { count: pain.excess.value, n: format.rough(pain.excess.value) }),
    interval: interval(pain.excess, format.rough),
    definition: t("define.pain.excess"),
  };
  const rates: { name: string; rate: Rate; definition: string }[] = [
    { name: t("pain.observed"), rate: pain.observed, definition: t("define.pain.observed") },
    { name: t(`pain.comparison.${pain.comparison}`), rate: pain.reference, definition: t(`pain.comparison.${pain.comparison}.about`) },
  ];
  return (
    <section className="card pain-card" aria-labelledby="pain-evidence">
      <h2 id="pain-evidence">{t("pain.evidence")}</h2>
      <p className="pain-definition">{t(`define.pain.${pain.kind}`)}</p>
      <dl className="pain-rates">
        {rates.map(({ name, rate, definition }, index) => (
          <div key={name} className={index === 0 ? "pain-rate pain-rate-here" : "pain-rate"}>
            <dt>{name}</dt>
            <dd>
              <span className="pain-rate-number">
                {index === 0 ? (
                  <Num of={name} explain={() => explain(info, { title: name, value: format.percent(rate.rate), interval: null, definition })}>
                    {format.percent(rate.rate)}
                  </Num>
                ) : (
                  format.percent(rate.rate)
                )}
                {/* What is expected is a rate of nobody. */}
                {rate.exposed > 0 && (
                  <span className="sub">{t("pain.counts", { hits: format.whole(rate.hits), exposed: format.whole(rate.exposed) })}</span>
                )}
              </span>
              <ShareBar share={rate.rate ?? null} />
            </dd>
          </div>
        ))}
      </dl>
      <dl className="pain-sizes">
        {[difference, excess, customers, ...(money ? [money] : [])].map((figure) => (
          <div key={figure.title}>
            <dt>{figure.title}</dt>
            <dd>
              <Num className="pain-size" of={figure.title} explain={() => explain(info, figure)}>
                {figure.value}
              </Num>
              <span className="sub">{figure.interval}</span>
              {figure === money && <span className="sub">{observed}</span>}
            </dd>
          </div>
        ))}
        {pain.money.known === "missing" && (
          <div>
            <dt>{t("pain.money")}</dt>
            <dd>
              <span className="pain-missing">{t("pain.missing")}</span>
              <span className="sub">{t(`pain.moneyMissing.${pain.money.why}`)}</span>
            </dd>
          </div>
        )}
        <MarginLost pain={pain} />
        <Running pain={pain} />
      </dl>
      <p className="provenance">
        {t("pain.certainty", { q: chance(pain.q_value, format), looks: format.whole(pain.looks), margin: points(pain.margin) })}
      </p>
    </section>
  );
}

/** What of the money would be margin, by which catalogue; or what is missing for that. */
function MarginLost({ pain: { margin_lost: margin } }: { pain: Pain }) {
  const { t } = useTranslation();
  const format = useFormat();
  const interval = useInterval();
  const source = useReferenceSource();
  if (!margin) return null;
  if (margin.known === "missing") {
    return (
      <div>
        <dt>{t("pain.marginLost")}</dt>
        <dd>
          <span className="pain-missing">{t("pain.missing")}</span>
          <span className="sub">{t(`pain.marginMissing.${margin.why}`)}</span>
        </dd>
      </div>
    );
  }
  const write = (value: number) => format.money(value, margin.currency);
  return (
    <div>
      <dt>{t("pain.marginLost")}</dt>
      <dd>
        <span className="pain-size">{t("pain.perMonthMoney", { amount: write(margin.amount.value) })}</span>
        <span className="sub">{interval(margin.amount, write)}</span>
        <span className="sub">{t("pain.marginRate", { rate: format.percent(margin.rate), covered: format.percent(margin.covered) })}</span>
        <span className="sub">{source(margin.source)}</span>
      </dd>
    </div>
  );
}

/** What the place costs to run, beside what it loses. */
function Running({ pain }: { pain: Pain }) {
  const { t } = useTranslation();
  const { value, note } = useRunningCost()(pain.running_cost);
  return (
    <div>
      <dt>{t("runningCost.title")}</dt>
      <dd>
        {value === null ? <span className="pain-missing">{t("pain.missing")}</span> : <span className="pain-size">{value}</span>}
        <span className="sub">{note}</span>
      </dd>
    </div>
  );
}
