// Which map is which where two are compared, and how each number tells the difference.
import { useTranslation } from "react-i18next";

import { useCount } from "../../ui/count";
import { useFrame } from "./frame";
import { isTrait } from "../../ui/scope/group";
import { Segmented } from "../../ui/Controls";
import { LAYOUTS, VALUES, isBeside } from "./view";
import type { MapView } from "./view";

interface Props {
  view: MapView;
  onChange: (change: Partial<MapView>) => void;
}

export function CompareLegend({ view, onChange }: Props) {
  const { t } = useTranslation();
  const count = useCount();
  const { map, before, versus, of } = useFrame();
  if (!before || !versus) return null;
  // A journey may be in several groups of a channel or place: their differences are no parts of a whole.
  const beside = isBeside(view);
  const overlap = view.compare.kind === "group" && [of, view.compare.group].some((group) => group?.by === "value" && !isTrait(group.dimension));
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
        {t(beside ? "versus.besideHow" : "versus.how")}
        {overlap && ` ${t("versus.overlap")}`}
      </span>
      <span className="compare-ways">
        {view.compare.kind !== "journey" && (
          <Segmented
            label={t("versus.layout")}
            value={view.layout}
            choices={LAYOUTS.map((layout) => ({ id: layout, label: t(`versus.layout.${layout}`) }))}
            onChange={(layout) => onChange({ layout })}
          />
        )}
        {!beside && (
          <Segmented
            label={t("versus.values")}
            value={view.values}
            choices={VALUES.map((values) => ({ id: values, label: t(`versus.values.${values}`) }))}
            onChange={(values) => onChange({ values })}
          />
        )}
      </span>
    </div>
  );
}
