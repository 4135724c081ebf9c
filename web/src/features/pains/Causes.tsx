// Likely causes, likeliest first, each from named signals; or what to collect so that a cause can be told.
import { useTranslation } from "react-i18next";

import type { Journey, Pain, StockEvidence } from "../../api/types";
import { IntervalBar } from "../../charts/Bars";
import { useInterval } from "../../ui/estimate";
import { useFormat } from "../../ui/format";
import { usePlaces } from "../../ui/places";
import { useReferenceSource } from "../../ui/reference";

export function Causes({ pain, definition }: { pain: Pain; definition: Journey | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const interval = useInterval();
  const places = usePlaces(definition);
  if (pain.causes.length === 0) return <CannotTell pain={pain} />;
  return (
    <section className="card pain-card" aria-labelledby="pain-causes">
      <h2 id="pain-causes">{t("pain.causes")}</h2>
      <p className="sub">{t("pain.causesNote")}</p>
      <ol className="causes">
        {pain.causes.map((cause, index) => (
          <li key={cause.kind} className="cause">
            <span className="rank" aria-hidden>
              {index + 1}
            </span>
            <div>
              <p className="cause-name">{t(`signal.${cause.kind}`)}</p>
              <p className="sub">{t("cause.signals", { names: cause.signals.map(places.signal).join(t("common.comma")) })}</p>
              <p className="sub">
                {t("cause.rates", {
                  here: format.percent(cause.here.rate),
                  hereCounts: t("pain.counts", { hits: format.whole(cause.here.hits), exposed: format.whole(cause.here.exposed) }),
                  reference: format.percent(cause.reference.rate),
                  referenceCounts: t("pain.counts", { hits: format.whole(cause.reference.hits), exposed: format.whole(cause.reference.exposed) }),
                })}
              </p>
              {cause.stock && <Stock stock={cause.stock} />}
            </div>
            <div className="cause-share">
              <p>
                {t("cause.explains")} <strong>{format.percent(cause.explains.value)}</strong>
              </p>
              <IntervalBar share={cause.explains.value} low={cause.explains.low} high={cause.explains.high} />
              <p className="sub">{interval(cause.explains, format.percent)}</p>
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What a table of stock says of the same place and days. */
function Stock({ stock }: { stock: StockEvidence }) {
  const { t } = useTranslation();
  const format = useFormat();
  const source = useReferenceSource();
  const [counts, empty, low] = [stock.counts, stock.empty, stock.low].map(format.whole) as [string, string, string];
  return (
    <p className="sub">
      {t(stock.empty + stock.low > 0 ? "cause.stock" : "cause.stockFull", { counts, empty, low })} {source(stock.source)}
    </p>
  );
}

function CannotTell({ pain }: { pain: Pain }) {
  const { t } = useTranslation();
  const names = pain.collect.map((kind) => t(`signal.${kind}`)).join(t("common.comma"));
  return (
    <section className="card pain-card" aria-labelledby="pain-causes">
      <h2 id="pain-causes">{t("pain.causes")}</h2>
      <p>{pain.collect.length > 0 ? t("cause.cannotTell", { names }) : t("cause.cannotTellAtAll")}</p>
      {pain.collect.length > 0 && (
        <dl className="collect">
          {pain.collect.map((kind) => (
            <div key={kind}>
              <dt>
                {t(`signal.${kind}`)} <code>{kind}</code>
              </dt>
              <dd className="sub">{t(`collect.${kind}`)}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}
