// What joins walks to receipts and members: whether the site's rules ask for it, what it came to, and how it is brought in.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { placeQuery } from "../../../api/places";
import { Allowed } from "../../../ui/Allowed";
import { useFormat } from "../../../ui/format";
import type { ViewProps } from "../viewProps";

export function SaidBeside({ workspace, site, days }: ViewProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const visits = useQuery({ ...placeQuery(workspace, site.id, "visits", { scope: {} }), enabled: days.length > 0 });
  const report = visits.data?.meta.report;
  const rules = site.rules;
  const kinds = [
    { id: "receipts", on: rules?.receipts != null, did: report && t("place.did.receipts", { receipts: format.whole(report.receipts), matched: format.whole(report.receipts_matched) }), event: rules?.receipts?.events ?? ["purchase"] },
    { id: "members", on: rules?.members != null, did: report && t("place.did.members", { scans: format.whole(report.scans), visits: format.whole(report.members), returned: format.whole(report.returned) }), event: rules?.members?.events ?? ["member_scan"] },
  ] as const;
  return (
    <section className="card" aria-labelledby="beside-title">
      <header className="section-head">
        <h2 id="beside-title">{t("place.beside.title")}</h2>
        <p className="section-note">{t("place.beside.note")}</p>
      </header>
      <div className="place-beside">
        {kinds.map(({ id, on, did, event }) => (
          <div key={id} className="place-beside-one">
            <h3>
              {t(`place.rules.${id}`)} <span className={on ? "badge badge-accent" : "badge"}>{t(on ? "place.beside.on" : "place.beside.off")}</span>
            </h3>
            <p>{t(`place.rules.${id}.how`)}</p>
            <p className="sub">{t(`place.beside.${id}`, { events: event.join(", "), site: site.id })}</p>
            {on && did && <p role="status">{did}</p>}
          </div>
        ))}
      </div>
      <Allowed to="manage_sources">
        <div className="form-actions place-beside-actions">
          <Link className="button" to="/w/$workspace/imports" params={{ workspace }}>
            {t("place.beside.import")}
          </Link>
          <Link className="button" to="/w/$workspace/sites/$site/edit" params={{ workspace, site: site.id }}>
            {t("place.beside.rules")}
          </Link>
        </div>
      </Allowed>
    </section>
  );
}
