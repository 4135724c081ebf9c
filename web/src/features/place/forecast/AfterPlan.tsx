// The floor after the change, its zones coloured and marked by what is forecast of them. A zone that is pressed is read out; the
// table has the same numbers for everybody.
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Floor, PlaceForecast, Zone } from "../../../api/types";
import { useFormat } from "../../../ui/format";
import { useLocalized } from "../../../ui/language";
import { FloorPlan, nameRoom } from "../FloorPlan";
import type { Frame } from "../geometry";
import { middleOf } from "../geometry";
import type { Told } from "./change";
import { zonesOf } from "./layout";
import { STEPS, TELLS, changeOf, stepOf, tells } from "./reading";
import { toldKey, useValueWords } from "./words";

interface Props {
  /** With the names it is drawn by. */
  floor: Floor;
  answer: PlaceForecast | undefined;
  told: Told;
}

export function AfterPlan({ floor, answer, told }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const values = useValueWords();
  const [picked, setPicked] = useState<string | null>(null);
  const of = new Map(answer?.zones.map((zone) => [zone.of, zone]));
  const withheld = new Set(answer?.withheld);
  const most = Math.max(0, ...[...of.values()].filter((zone) => tells(zone[told]) !== "unclear").map((zone) => Math.abs(changeOf(zone[told]))));
  const look = ({ id }: Zone) => {
    const zone = of.get(id);
    if (withheld.has(id)) return "withheld";
    if (!zone) return "bare";
    const step = stepOf(zone[told], most);
    const moves = zone.moves ? " moves" : "";
    return (step === 0 ? "noise" : `${tells(zone[told])}-${step}`) + moves;
  };
  const written: Floor = {
    ...floor,
    zones: zonesOf(floor).map((zone) => {
      const value = of.get(zone.id)?.[told];
      return value ? { ...zone, name: `${values.mark(value)} ${localized(zone.name)} ${values.number(value.forecast)}` } : zone;
    }),
  };
  const chosen = picked === null ? undefined : of.get(picked);
  const read = () => {
    if (picked !== null && withheld.has(picked)) return t("place.forecast.readWithheld", { k: answer?.meta.shown_from ?? 0 });
    if (!chosen) return t("place.forecast.readHow");
    const value = chosen[told];
    return t("place.forecast.read", {
      zone: localized(chosen.name),
      told: t(toldKey(told)),
      measured: format.whole(value.measured),
      forecast: values.number(value.forecast),
      change: values.change(value),
      low: values.number(value.low),
      high: values.number(value.high),
      coverage: format.whole((answer?.coverage ?? 0) * 100),
      tells: values.tells(tells(value)),
    });
  };
  return (
    <>
      <FloorPlan
        floor={written}
        label={t("place.forecast.afterOf", { told: t(toldKey(told)) })}
        highest={460}
        zoneLook={look}
        picked={picked}
        {...(answer ? { onZone: (zone: string) => setPicked(picked === zone ? null : zone) } : {})}
      >
        {(frame) => <Marks floor={written} frame={frame} markOf={(id) => markOf(of.get(id)?.[told], values.mark)} />}
      </FloorPlan>
      {answer && (
        <>
          <p className="flow-read" role="status">
            {read()}
          </p>
          <ul className="forecast-legend">
            {TELLS.map((which) => (
              <li key={which}>
                <span className="forecast-swatches" aria-hidden>
                  {which === "unclear" ? <span className="noise" /> : Array.from({ length: STEPS }, (_, step) => <span key={step} className={`${which}-${step + 1}`} />)}
                </span>
                {values.tells(which)}
              </li>
            ))}
            <li>
              <span className="forecast-swatches" aria-hidden>
                <span className="moves" />
              </span>
              {t("place.forecast.moves")}
            </li>
          </ul>
        </>
      )}
    </>
  );
}

function markOf(value: PlaceForecast["zones"][number]["reached"] | undefined, mark: (value: PlaceForecast["zones"][number]["reached"]) => string): string | null {
  return value && tells(value) !== "unclear" ? mark(value) : null;
}

/** The mark alone where a zone has no room for its name: its colour says nothing by itself. */
function Marks({ floor, frame, markOf: of }: { floor: Floor; frame: Frame; markOf: (zone: string) => string | null }) {
  return (
    <g aria-hidden>
      {zonesOf(floor).map(({ id, name, shape }) => {
        const mark = of(id);
        if (mark === null || nameRoom(String(name), shape, frame)) return null;
        const [x, y] = middleOf(shape);
        return (
          <text key={id} className="floor-name forecast-mark" x={frame.x(x)} y={frame.y(y) + 3.5} textAnchor="middle">
            {mark}
          </text>
        );
      })}
    </g>
  );
}
