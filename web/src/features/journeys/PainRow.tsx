// Known pains on the map: the row that says how many each stage has, and the sentence on top.
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { useFrame } from "./frame";
import { painsOf } from "./pains";

export function PainRow() {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const { map, pains, workspace } = useFrame();
  const journey = map.journey.id;
  if (pains === null) return null;
  return (
    <tr className="pain-row">
      <th scope="row">
        {t("lane.pains")}
        <span className="row-note">{t("lane.pains.note")}</span>
      </th>
      {pains.length === 0 ? (
        <td colSpan={map.stages.length}>
          {t("lane.painsNone")}{" "}
          <Link to="/w/$workspace/pains" params={{ workspace }} search={{ journey }}>
            {t("lane.painsFind")}
          </Link>
        </td>
      ) : (
        map.stages.map((stage) => {
          const { count, worst } = painsOf(pains, stage.stage);
          const n = format.whole(count);
          return (
            <td key={stage.stage}>
              {worst === null ? (
                <span className="sub">{t("lane.painsCount", { n })}</span>
              ) : (
                <>
                  <Link
                    className="pain-count"
                    to="/w/$workspace/pains"
                    params={{ workspace }}
                    search={{ journey, stage: stage.stage }}
                    aria-label={t("lane.painsLabel", { stage: localized(stage.name), n })}
                  >
                    {t("lane.painsCount", { n })}
                  </Link>
                  <p className="pain-worst">{localized(worst.pain.sentence)}</p>
                </>
              )}
            </td>
          );
        })
      )}
    </tr>
  );
}

/** The pain that costs most, in its own sentence, and the way to all of them. */
export function PainFinding() {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const { map, pains, workspace } = useFrame();
  const first = pains?.[0];
  if (!pains || !first) return null;
  return (
    <p className="finding">
      <Link to="/w/$workspace/pains/$pain" params={{ workspace, pain: first.pain.key }}>
        {localized(first.pain.sentence)}
      </Link>
      <Link className="finding-more" to="/w/$workspace/pains" params={{ workspace }} search={{ journey: map.journey.id }}>
        {t("finding.pains", { n: format.whole(pains.length) })}
      </Link>
    </p>
  );
}
