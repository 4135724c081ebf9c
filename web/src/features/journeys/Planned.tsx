// Planned against actual: who kept to the planned way, whether keeping to it goes with arriving, and what the others
// did instead.
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { IntervalBar, ShareBar } from "../../charts/Bars";
import type { Deviation, People, Share } from "../../api/types";
import { NOTHING, useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { Delta, Figure, useFrame } from "./frame";
import "./panels.css";

const FIRST = 6;

export default function Planned() {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const { map, before } = useFrame();
  const [all, setAll] = useState(false);
  const { planned } = map;
  const other = before?.planned;
  const onWay = { now: planned.on_way_share.share ?? null, before: other && (other.on_way_share.share ?? null), share: true, text: format.percent };
  const name = (id: string) => localized(map.stages.find((stage) => stage.stage === id)?.name) || id;
  const { deviations } = planned;
  return (
    <section className="card section panel" aria-labelledby="planned-title">
      <header className="section-head">
        <h2 id="planned-title">{t("planned.title")}</h2>
        <p className="section-note">{t("planned.note")}</p>
      </header>
      <ol className="planned-way" aria-label={t("planned.way")}>
        {planned.stages.map((stage) => (
          <li key={stage}>{name(stage)}</li>
        ))}
      </ol>
      <dl className="planned-numbers">
        <div>
          <dt>{t("planned.onWay")}</dt>
          <dd>
            <Figure
              className="total-number"
              info={{ title: t("planned.onWay"), definition: t("define.onWay"), pick: planned.on_way.pick, against: onWay }}
              text={format.percent(planned.on_way_share.share)}
              full={counted(planned.on_way_share)}
            />
            <Delta {...onWay} welcome="more" />
            <ShareBar share={planned.on_way_share.share ?? null} />
          </dd>
        </div>
        <WayTotal name={t("planned.onWayToGoal")} people={planned.on_way} share={planned.on_way_to_goal} before={other?.on_way_to_goal} />
        <WayTotal name={t("planned.offWayToGoal")} people={planned.off_way} share={planned.off_way_to_goal} before={other?.off_way_to_goal} />
      </dl>
      <p className="panel-warning">{t("planned.association")}</p>
      {deviations.length === 0 ? (
        <p className="panel-note">{t("planned.none")}</p>
      ) : (
        <div className="table-scroll">
          <table className="table">
            <caption className="visually-hidden">{t("planned.deviations")}</caption>
            <thead>
              <tr>
                <th scope="col">{t("planned.deviations")}</th>
                <th scope="col" className="numeric">
                  {t("unit.instances")}
                </th>
                <th scope="col">{t("planned.share")}</th>
                <th scope="col">{t("metric.to_goal")}</th>
              </tr>
            </thead>
            <tbody>
              {deviations.slice(0, all ? undefined : FIRST).map((deviation) => (
                <Row
                  key={`${deviation.kind} ${deviation.from} ${deviation.to}`}
                  deviation={deviation}
                  before={other ? (other.deviations.find((each) => same(each, deviation)) ?? null) : undefined}
                  name={name}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {deviations.length > FIRST && (
        <button type="button" className="button button-quiet" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t("panel.fewer") : t("panel.all", { n: deviations.length })}
        </button>
      )}
    </section>
  );

  function counted(share: Share): string {
    return share.share == null ? NOTHING : `${format.percent(share.share)} (${format.whole(share.hits)} / ${format.whole(share.of)})`;
  }
}

function same(a: Deviation, b: Deviation): boolean {
  return a.kind === b.kind && a.from === b.from && a.to === b.to;
}

function WayTotal({ name, people, share, before }: { name: string; people: People; share: Share; before: Share | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { share: value, low, high } = share;
  const against = { now: value ?? null, before: before && (before.share ?? null), share: true, text: format.percent };
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Figure
          className="total-number"
          info={{ title: name, definition: t("define.wayToGoal"), pick: people.pick, people: t("people.onThisWay"), against }}
          text={format.percent(value)}
          full={value == null ? NOTHING : `${format.percent(value)} (${format.whole(share.hits)} / ${format.whole(share.of)})`}
        />
        <Delta {...against} welcome="more" />
        {value != null && low != null && high != null && (
          <span className="total-note">
            <IntervalBar share={value} low={low} high={high} />
            {t("totals.interval", { low: format.percent(low), high: format.percent(high) })}
          </span>
        )}
      </dd>
    </div>
  );
}

function Row({
  deviation,
  before,
  name,
}: {
  deviation: Deviation;
  /** Null: nobody did so there. Undefined: nothing is compared. */
  before: Deviation | null | undefined;
  name: (stage: string) => string;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { kind, from, to, people, share, to_goal: goal } = deviation;
  const what = from == null ? t("planned.began", { stage: name(to) }) : `${name(from)} → ${name(to)}`;
  const title = `${t(`planned.kind.${kind}`)} · ${what}`;
  return (
    <tr>
      <th scope="row">
        <span className="badge">{t(`planned.kind.${kind}`)}</span> {what}
      </th>
      <td className="numeric">
        <Figure
          info={{ title, definition: t(`define.deviation.${kind}`), pick: people.pick }}
          text={format.count(people.instances)}
          full={format.whole(people.instances)}
        />
      </td>
      <td>
        <span className="share-cell">
          <ShareBar share={share.share ?? null} />
          {format.percent(share.share)}
          <Delta now={share.share ?? null} before={before === undefined ? undefined : (before?.share.share ?? 0)} share text={format.percent} welcome="less" />
        </span>
      </td>
      <td>
        {format.percent(goal.share)}{" "}
        {goal.low != null && goal.high != null && (
          <span className="sub">{t("totals.interval", { low: format.percent(goal.low), high: format.percent(goal.high) })}</span>
        )}{" "}
        <Delta now={goal.share ?? null} before={before === undefined ? undefined : (before?.to_goal.share ?? null)} share text={format.percent} welcome="more" />
      </td>
    </tr>
  );
}
