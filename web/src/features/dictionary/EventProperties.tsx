// What comes with an event: how often, in which types, how many different values, and some of them.
import { useTranslation } from "react-i18next";

import type { DictionaryEntry, EventProperty } from "../../api/types";
import { ShareBar } from "../../charts/Bars";
import { NOTHING, useFormat } from "../../ui/format";
import { TableScroll } from "../../ui/TableScroll";
import { StatusBadge } from "./StatusBadge";
import { useWords } from "./words";

const EXAMPLES = 5;

export function EventProperties({ entry }: { entry: DictionaryEntry }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <section className="card" aria-labelledby="properties-title">
      <header className="section-head">
        <h2 id="properties-title">{t("dictionary.properties")}</h2>
        {entry.items > 0 && <span className="sub">{t("dictionary.items", { n: format.whole(entry.items) })}</span>}
        {entry.properties_beyond > 0 && <span className="sub">{t("dictionary.beyond", { n: format.whole(entry.properties_beyond) })}</span>}
      </header>
      <TableScroll labelledBy="properties-title">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("dictionary.property.name")}</th>
              <th scope="col">{t("dictionary.present")}</th>
              <th scope="col">{t("dictionary.types")}</th>
              <th scope="col" className="numeric">
                {t("dictionary.distinct")}
              </th>
              <th scope="col">{t("dictionary.examples")}</th>
            </tr>
          </thead>
          <tbody>
            {entry.properties.map((property) => (
              <Row key={property.name} property={property} zone={entry.zone} />
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}

function Row({ property, zone }: { property: EventProperty; zone: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  const title = property.note?.title || words.property(property.name);
  const share = property.of > 0 ? property.present / property.of : null;
  const scalar = property.types.some(({ type }) => type !== "list" && type !== "object");
  return (
    <tr>
      <th scope="row">
        {title ?? <code>{property.name}</code>} {title && <code className="sub">{property.name}</code>} <StatusBadge status={property.note?.status} />
      </th>
      <td>
        <span className="dictionary-share">
          <ShareBar share={share} />
          <span>{format.percent(share)}</span>
        </span>
        {property.present < property.of && <span className="sub">{t("dictionary.missing", { n: format.whole(property.of - property.present) })}</span>}
      </td>
      <td>
        {property.types.length === 1
          ? words.kinds(property.types.map(({ type }) => type))
          : property.types.map((of) => (
              <span key={of.type} className="dictionary-type">
                {t("dictionary.typeOf", { type: words.kinds([of.type]), n: format.whole(of.count), at: format.date(of.first_us, zone) })}
              </span>
            ))}
      </td>
      <td className="numeric">{scalar ? t(property.distinct_exact ? "dictionary.distinctExact" : "dictionary.distinctAbout", { n: format.whole(property.distinct) }) : NOTHING}</td>
      <td className="dictionary-text">
        <span className="badges">
          {property.examples.slice(0, EXAMPLES).map((example) => (
            <code key={example.value} className="badge">
              {example.value}
            </code>
          ))}
        </span>
        {property.examples_masked && <span className="sub">{t("dictionary.masked")}</span>}
        {property.examples.length === 0 && !property.examples_masked && NOTHING}
      </td>
    </tr>
  );
}
