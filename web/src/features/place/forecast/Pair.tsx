// Both plans beside each other: as it is, and after the change.
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Floor, PlaceForecast } from "../../../api/types";
import { useFormat } from "../../../ui/format";
import { Side } from "../Side";
import { AfterPlan } from "./AfterPlan";
import type { Change, Told } from "./change";
import { NowPlan } from "./NowPlan";
import type { Mode } from "./NowPlan";
import { useAfterNames } from "./words";
import type { After } from "./layout";

interface Props {
  site: string;
  now: Floor;
  /** null: nothing changes yet, or it is unknown what would. */
  after: After | null;
  change: Change;
  answer: PlaceForecast | undefined;
  told: Told;
  mode: Mode | null;
  first: string | null;
  onZone: (zone: string) => void;
  onMove: (zone: string, by_m: [number, number]) => void;
  /** Said below the plan as it is. */
  how: string;
  /** In place of the plan after the change, where there is none. */
  children?: ReactNode;
}

export function Pair({ site, now, after, change, answer, told, mode, first, onZone, onMove, how, children }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const named = useAfterNames();
  const coverage = format.whole((answer?.coverage ?? 0) * 100);
  return (
    <div className="place-pair">
      <Side
        name={t("place.forecast.now")}
        file={`${site}-forecast-now`}
        said={answer ? t("place.forecast.nowSaid", { count: answer.meta.days.length, days: format.whole(answer.meta.days.length), visits: format.whole(answer.visits), told: t(`place.forecast.told.${told}`) }) : t("place.forecast.nowBefore")}
      >
        <NowPlan floor={now} change={change} answer={answer} told={told} mode={mode} first={first} onZone={onZone} onMove={onMove} />
        <p className="flow-read" role="status">
          {how}
        </p>
      </Side>
      {after ? (
        <Side name={t("place.forecast.after")} file={`${site}-forecast-after`} className="place-answer" said={answer ? t("place.forecast.afterSaid", { told: t(`place.forecast.told.${told}`), coverage }) : t("place.forecast.afterWaits")}>
          <AfterPlan floor={named(after)} answer={answer} told={told} />
        </Side>
      ) : (
        children
      )}
    </div>
  );
}
