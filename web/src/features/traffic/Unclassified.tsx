// What no rule takes, most events first; of each a rule can be made.
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { TrafficPreview, TrafficUnclassified } from "../../api/types";
import { Button } from "../../ui/Controls";
import { NOTHING, useFormat } from "../../ui/format";
import { TableScroll } from "../../ui/TableScroll";

export function Unclassified({ preview, zone, onTake }: { preview: TrafficPreview; zone: string; onTake: (of: TrafficUnclassified) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { unclassified, unclassified_combinations: all } = preview;
  return (
    <section className="card traffic-left" aria-labelledby="unclassified-title">
      <header className="section-head">
        <h2 id="unclassified-title">{t("traffic.unclassified")}</h2>
        {all > 0 && <span className="sub">{t("traffic.combinations", { shown: format.whole(unclassified.length), n: format.whole(all) })}</span>}
      </header>
      {all === 0 ? (
        <p className="traffic-how">{t("traffic.none")}</p>
      ) : (
        <TableScroll labelledBy="unclassified-title">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t("traffic.field.source")}</th>
                <th scope="col">{t("traffic.field.medium")}</th>
                <th scope="col">{t("traffic.field.referrer_host")}</th>
                <th scope="col">{t("traffic.field.campaign")}</th>
                <th scope="col" className="numeric">
                  {t("traffic.events")}
                </th>
                <th scope="col">{t("traffic.lastSeen")}</th>
                <th scope="col">
                  <span className="visually-hidden">{t("traffic.makeRule")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {unclassified.map((of) => (
                <tr key={JSON.stringify([of.source, of.medium, of.referrer_host, of.campaign])}>
                  <th scope="row">{of.source}</th>
                  <td>{of.medium}</td>
                  <td>{of.referrer_host || NOTHING}</td>
                  <td>{of.campaign || NOTHING}</td>
                  <td className="numeric">{format.whole(of.events)}</td>
                  <td>{format.date(of.last_us, zone)}</td>
                  <td>
                    <Button look="quiet" aria-label={t("traffic.makeRuleFor", { name: `${of.source} / ${of.medium}` })} onPress={() => onTake(of)}>
                      <Plus size={14} aria-hidden />
                      {t("traffic.makeRule")}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableScroll>
      )}
    </section>
  );
}
