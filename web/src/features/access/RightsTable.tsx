// What each role may do, as a table.
import { useTranslation } from "react-i18next";

import { ABILITIES, ROLES, may, useRole } from "../../ui/rights";
import { TableScroll } from "../../ui/TableScroll";

export function RightsTable() {
  const { t } = useTranslation();
  const own = useRole();
  return (
    <section className="card" aria-labelledby="rights-title">
      <header className="section-head">
        <h2 id="rights-title">{t("rights.title")}</h2>
        <span className="section-note">{t("rights.note")}</span>
      </header>
      <TableScroll labelledBy="rights-title">
        <table className="table rights">
          <thead>
            <tr>
              <th scope="col">{t("rights.what")}</th>
              {ROLES.map((role) => (
                <th key={role} scope="col" className="rights-mark">
                  {t(`role.${role}`)} {role === own && <span className="badge badge-accent">{t("members.you")}</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {ABILITIES.map((ability) => (
              <tr key={ability}>
                <th scope="row">{t(`ability.${ability}`)}</th>
                {ROLES.map((role) => {
                  const allowed = may(role, ability);
                  return (
                    <td key={role} className={allowed ? "rights-mark rights-yes" : "rights-mark"}>
                      <span aria-hidden>{allowed ? "✓" : "–"}</span>
                      <span className="visually-hidden">{t(allowed ? "rights.yes" : "rights.no")}</span>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}
