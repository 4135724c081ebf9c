// The journey as a whole, in one strip.
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { People } from "../../api/types";
import { IntervalBar } from "../../charts/Bars";
import { useCount } from "../../ui/count";
import { useFormat } from "../../ui/format";
import { Delta, Figure, useFrame } from "./frame";
import type { Welcome } from "./frame";
import { peopleIn } from "./metric";

function Total({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="total">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function PeopleTotal({ of, welcome }: { of: "started" | "goal" | "left" | "open"; welcome: Welcome }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { map, before, unit } = useFrame();
  const count = useCount();
  const people: People = map.totals[of];
  const value = peopleIn(people, unit);
  const other = unit === "instances" ? people.customers : people.instances;
  const name = t(`totals.${of}`);
  const against = { now: value, before: before ? peopleIn(before.totals[of], unit) : undefined, text: format.whole };
  return (
    <Total name={name}>
      <Figure
        className="total-number"
        info={{ title: `${name} · ${t(`unit.${unit}`)}`, definition: t(`define.${of}`), pick: people.pick, against }}
        text={format.count(value)}
        full={format.whole(value)}
      />
      <Delta {...against} welcome={welcome} sized />
      <span className="total-note">
        {count(unit === "instances" ? "customers" : "journeys", other)}
      </span>
    </Total>
  );
}

export function Totals() {
  const { t } = useTranslation();
  const format = useFormat();
  const { map, before, currency } = useFrame();
  const { conversion, time_to_goal: time, value } = map.totals;
  const { share, low, high } = conversion;
  const there = before?.totals;
  const ofConversion = { now: share ?? null, before: there && (there.conversion.share ?? null), share: true, text: format.percent };
  const ofTime = { now: time.median_s ?? null, before: there && (there.time_to_goal.median_s ?? null), text: format.duration };
  const ofValue = { now: value ?? null, before: there && (there.value ?? null), text: (of: number) => format.money(of, currency) };
  return (
    <dl className="totals card">
      <PeopleTotal of="started" welcome="neither" />
      <PeopleTotal of="goal" welcome="more" />
      <Total name={t("totals.conversion")}>
        <Figure
          className="total-number"
          info={{
            title: t("totals.conversion"),
            definition: t("define.conversion"),
            pick: map.totals.goal.pick,
            people: t("people.arrived"),
            against: ofConversion,
          }}
          text={format.percent(share)}
          full={`${format.percent(share)} (${format.whole(conversion.hits)} / ${format.whole(conversion.of)})`}
        />
        <Delta {...ofConversion} welcome="more" />
        {share != null && low != null && high != null && (
          <span className="total-note">
            <IntervalBar share={share} low={low} high={high} />
            {t("totals.interval", { low: format.percent(low), high: format.percent(high) })}
          </span>
        )}
      </Total>
      <PeopleTotal of="left" welcome="less" />
      <PeopleTotal of="open" welcome="neither" />
      <Total name={t("totals.time")}>
        <Figure
          className="total-number"
          info={{
            title: t("totals.time"),
            definition: t("define.timeToGoal"),
            pick: map.totals.goal.pick,
            people: t("people.arrived"),
            against: ofTime,
          }}
          text={format.duration(time.median_s)}
        />
        <Delta {...ofTime} welcome="less" />
        <span className="total-note">{t("totals.p90", { time: format.duration(time.p90_s) })}</span>
      </Total>
      {value != null && (
        <Total name={t("totals.value")}>
          <Figure
            className="total-number"
            info={{
              title: t("totals.value"),
              definition: t("define.totalValue"),
              pick: map.totals.goal.pick,
              people: t("people.arrived"),
              against: ofValue,
            }}
            text={format.money(value, currency)}
          />
          <Delta {...ofValue} welcome="more" sized />
          <span className="total-note">
            {map.totals.goal.instances > 0 &&
              t("totals.valueEach", { value: format.money(value / map.totals.goal.instances, currency) })}
          </span>
        </Total>
      )}
    </dl>
  );
}
