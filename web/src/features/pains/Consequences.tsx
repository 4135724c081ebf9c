// What follows from a pain: effects grouped under it, and what customers did next.
import { useTranslation } from "react-i18next";

import type { Journey, NextStep, Pain } from "../../api/types";
import { ShareBar } from "../../charts/Bars";
import { useChannelName } from "../../ui/channel";
import { useFormat } from "../../ui/format";
import { usePlaces } from "../../ui/places";
import { useSentence } from "./words";

export function Effects({ pain }: { pain: Pain }) {
  const { t } = useTranslation();
  const format = useFormat();
  const sentence = useSentence();
  if (pain.effects.length === 0) return null;
  return (
    <section className="card pain-card" aria-labelledby="pain-effects">
      <h2 id="pain-effects">{t("pain.effects")}</h2>
      <p className="sub">{t("pain.effectsNote")}</p>
      <ul className="effects">
        {pain.effects.map((effect) => (
          <li key={effect.key}>
            <p>{sentence(effect)}</p>
            <p className="sub">
              {t("effect.rates", {
                here: format.percent(effect.observed.rate),
                hereCounts: t("pain.counts", { hits: format.whole(effect.observed.hits), exposed: format.whole(effect.observed.exposed) }),
                reference: format.percent(effect.reference.rate),
              })}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function NextSteps({ pain, definition }: { pain: Pain; definition: Journey | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const channel = useChannelName();
  const places = usePlaces(definition);
  const steps = pain.next ?? [];
  const all = pain.observed.hits;
  if (steps.length === 0) return null;
  const place = (step: NextStep) =>
    [step.stage && places.stage(step.stage), step.touchpoint && places.touchpoint(step.touchpoint)].filter(Boolean).join(" · ") ||
    t("next.nothing");
  return (
    <section className="card pain-card" aria-labelledby="pain-next">
      <h2 id="pain-next">{t("pain.next")}</h2>
      <p className="sub">{t("pain.nextNote", { n: format.whole(all) })}</p>
      <div className="table-scroll">
        <table className="table next-table">
          <thead>
            <tr>
              <th scope="col">{t("next.place")}</th>
              <th scope="col">{t("matrix.channel")}</th>
              <th scope="col" className="numeric">
                {t("next.instances")}
              </th>
              <th scope="col">{t("next.share")}</th>
            </tr>
          </thead>
          <tbody>
            {steps.map((step) => (
              <tr key={`${step.stage} ${step.touchpoint} ${step.channel} ${step.later}`}>
                <th scope="row">
                  {place(step)}
                  {step.later && step.stage != null && <span className="sub next-later">{t("next.later")}</span>}
                </th>
                <td>{step.channel ? channel(step.channel) : "–"}</td>
                <td className="numeric">{format.whole(step.instances)}</td>
                <td>
                  <span className="next-share">{format.percent(all > 0 ? step.instances / all : null)}</span>
                  <ShareBar share={all > 0 ? step.instances / all : null} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
