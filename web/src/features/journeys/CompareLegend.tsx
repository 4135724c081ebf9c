// Which map is which where two are compared, and how each number tells the difference.
import { useTranslation } from "react-i18next";

import { useCount } from "../../ui/count";
import { useFrame } from "./frame";
import { isTrait } from "../../ui/scope/group";
import type { Group } from "../../ui/scope/group";

export function CompareLegend({ against }: { against: Group | null }) {
  const { t } = useTranslation();
  const count = useCount();
  const { map, before, versus, of } = useFrame();
  if (!before || !versus) return null;
  // A journey may be in several groups of a channel or place: their differences are no parts of a whole.
  const overlap = [of, against].some((group) => group?.by === "value" && !isTrait(group.dimension));
  return (
    <div className="compare-legend card" role="note">
      <span className="compare-side">
        <span className="compare-which compare-own">{t("versus.own")}</span>
        <strong>{versus.own}</strong>
        <span className="sub">{count("journeys", map.totals.started.instances)}</span>
      </span>
      <span className="compare-side">
        <span className="compare-which">{t("versus.other")}</span>
        <strong>{versus.other}</strong>
        <span className="sub">{count("journeys", before.totals.started.instances)}</span>
      </span>
      <span className="sub">
        {t("versus.how")}
        {overlap && ` ${t("versus.overlap")}`}
      </span>
    </div>
  );
}
