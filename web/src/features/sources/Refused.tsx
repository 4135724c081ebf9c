// What the doors refused of a source, by reason: how often, when, and what the newest looked like from outside.
import { useTranslation } from "react-i18next";

import type { Source } from "../../api/types";
import { useFormat } from "../../ui/format";
import { TableScroll } from "../../ui/TableScroll";
import { whyOf } from "./keyScope";

export function Refused({ zone, source }: { zone: string; source: Source }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (source.refused.length === 0) return null;
  return (
    <section className="card" aria-labelledby="refused-title">
      <header className="section-head">
        <h2 id="refused-title">{t("refused.title")}</h2>
        <span className="section-note">{t("refused.note")}</span>
      </header>
      <TableScroll labelledBy="refused-title">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("refused.why")}</th>
              <th scope="col" className="numeric">
                {t("refused.times")}
              </th>
              <th scope="col">{t("refused.first")}</th>
              <th scope="col">{t("refused.last")}</th>
              <th scope="col">{t("refused.newest")}</th>
            </tr>
          </thead>
          <tbody>
            {source.refused.map(({ code, count, first_us, last_us, example }) => {
              const why = whyOf(code);
              const looks = [`${example.method} ${example.path}`, example.content_type, example.content_encoding, example.origin ?? "", example.bytes == null ? "" : t("refused.bytes", { n: format.whole(example.bytes) })];
              return (
                <tr key={code}>
                  <th scope="row">
                    {why === null ? <code>{code}</code> : t(`refused.why.${why}`)}
                    {why !== null && <span className="sub refused-mend">{t(`refused.mend.${why}`)}</span>}
                  </th>
                  <td className="numeric">{format.whole(count)}</td>
                  <td className="moment">{format.dateTime(first_us, zone)}</td>
                  <td className="moment">{format.dateTime(last_us, zone)}</td>
                  <td>
                    <code>{looks.filter((part) => part !== "").join(" · ")}</code>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}
