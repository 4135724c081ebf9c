// The goal of the journey: where it was, where it is, where it should come and by when, and who answers for it.
import { useTranslation } from "react-i18next";

import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { Figure, useFrame } from "./frame";
import { goalState } from "../../ui/goal";

export function GoalCard() {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const { map } = useFrame();
  const { definition } = map.journey;
  const { goal, owner, review } = definition;
  const { conversion } = map.totals;
  const { share, low, high } = conversion;
  const { scale, sinceBaseline, target } = goalState(goal, conversion);
  const at = (value: number) => `${(value / scale) * 100}%`;
  return (
    <section className="goal-card card" aria-label={t("goal.label")}>
      <div className="goal-name">
        <h2>
          <span className="sub">{t("goal.label")}</span> {localized(goal.name)}
        </h2>
        {(owner || review) && (
          <ul className="goal-facts">
            {owner && (
              <li>
                <span className="sub">{t("goal.owner")}</span> {owner}
              </li>
            )}
            {review && (
              <li>
                <span className="sub">{t("goal.review")}</span> {format.day(review)}
              </li>
            )}
          </ul>
        )}
      </div>
      <div className="goal-track" aria-hidden>
        {low != null && high != null && <span className="goal-range" style={{ left: at(low), width: at(high - low) }} />}
        {share != null && <span className="goal-now" style={{ left: at(share) }} />}
        {goal.baseline != null && <span className="goal-baseline" style={{ left: at(goal.baseline) }} />}
        {goal.target != null && <span className="goal-target" style={{ left: at(goal.target) }} />}
      </div>
      <dl className="goal-numbers">
        <div>
          <dt>
            <span className="goal-key goal-key-baseline" aria-hidden />
            {t("goal.baseline")}
          </dt>
          <dd>{goal.baseline == null ? t("goal.notSet") : format.percent(goal.baseline)}</dd>
        </div>
        <div>
          <dt>
            <span className="goal-key goal-key-now" aria-hidden />
            {t("goal.now")}
          </dt>
          <dd>
            <Figure
              className="strong"
              info={{ title: t("totals.conversion"), definition: t("define.conversion"), pick: map.totals.goal.pick, people: t("people.arrived") }}
              text={format.percent(share)}
            />
            {low != null && high != null && (
              <span className="sub">{t("totals.interval", { low: format.percent(low), high: format.percent(high) })}</span>
            )}
            {sinceBaseline !== null && (
              <span className="sub">{t("goal.sinceBaseline", { by: format.points(sinceBaseline, t("points.unit")) })}</span>
            )}
          </dd>
        </div>
        <div>
          <dt>
            <span className="goal-key goal-key-target" aria-hidden />
            {t("goal.target")}
          </dt>
          <dd>
            {goal.target == null ? t("goal.notSet") : format.percent(goal.target)}
            {goal.by && <span className="sub">{t("goal.by", { day: format.day(goal.by) })}</span>}
            {target && (
              <span className={target.state === "met" ? "sub delta-good" : target.state === "missed" ? "sub delta-bad" : "sub"}>
                {target.state !== "unclear" && (
                  <span className="mark" aria-hidden>
                    {target.state === "met" ? "▲" : "▼"}
                  </span>
                )}
                {t(`goal.${target.state}`, { by: format.points(Math.abs(target.short), t("points.unit")).replace("+", "") })}
              </span>
            )}
          </dd>
        </div>
      </dl>
    </section>
  );
}
