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
  return (
    <Total name={name}>
      <Figure
        className="total-number"
        info={{ title: `${name} · ${t(`unit.${unit}`)}`, definition: t(`define.${of}`), pick: people.pick }}
        text={format.count(value)}
        full={format.whole(value)}
      />
      <Delta now={value} before={before ? peopleIn(before.totals[of], unit) : undefined} welcome={welcome} sized />
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
          }}
          text={format.percent(share)}
          full={`${format.percent(share)} (${format.whole(conversion.hits)} / ${format.whole(conversion.of)})`}
        />
        <Delta now={share ?? null} before={before ? (before.totals.conversion.share ?? null) : undefined} share welcome="more" />
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
          }}
          text={format.duration(time.median_s)}
        />
        <Delta now={time.median_s ?? null} before={before ? (before.totals.time_to_goal.median_s ?? null) : undefined} welcome="less" />
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
            }}
            text={format.money(value, currency)}
          />
          <Delta now={value} before={before ? (before.totals.value ?? null) : undefined} welcome="more" sized />
          <span className="total-note">
            {map.totals.goal.instances > 0 &&
              t("totals.valueEach", { value: format.money(value / map.totals.goal.instances, currency) })}
          </span>
        </Total>
      )}
    </dl>
  );
}
