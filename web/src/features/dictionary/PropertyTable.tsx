// Properties of all events, by the names rules and filters use for them.
import { Pencil } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { DictionaryProperty } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { Button } from "../../ui/Controls";
import { NOTHING, useFormat } from "../../ui/format";
import { SortHead } from "../../ui/SortHead";
import type { Sorting } from "../../ui/SortHead";
import { TableScroll } from "../../ui/TableScroll";
import { ordered } from "./list";
import { NoteForm } from "./NoteForm";
import { StatusBadge } from "./StatusBadge";
import { useWords } from "./words";

type Column = "name" | "count" | "last_us" | "events";

export function PropertyTable({ workspace, zone, properties }: { workspace: string; zone: string; properties: readonly DictionaryProperty[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  const [by, setBy] = useState<Sorting<Column> | null>(null);
  const [edited, setEdited] = useState<DictionaryProperty | null>(null);
  const head = (column: Column, numeric = true) => <SortHead column={column} name={t(`dictionary.property.${column}`)} numeric={numeric} by={by} onSort={setBy} />;
  return (
    <section className="card" aria-labelledby="properties-title">
      <header className="section-head">
        <h2 id="properties-title">{t("dictionary.show.properties")}</h2>
        <span className="sub" role="status">
          {t("dictionary.propertiesOf", { n: format.whole(properties.length) })}
        </span>
      </header>
      <TableScroll labelledBy="properties-title">
        <table className="table">
          <thead>
            <tr>
              {head("name", false)}
              <th scope="col">{t("dictionary.types")}</th>
              {head("events")}
              {head("count")}
              {head("last_us")}
              <th scope="col">{t("dictionary.description")}</th>
              <Allowed to="manage_sources">
                <th scope="col">
                  <span className="visually-hidden">{t("dictionary.describe")}</span>
                </th>
              </Allowed>
            </tr>
          </thead>
          <tbody>
            {ordered(properties, by).map((property) => {
              const title = property.note?.title || words.property(property.name);
              return (
                <tr key={property.name}>
                  <th scope="row">
                    {title ?? <code>{property.name}</code>} {title && <code className="sub">{property.name}</code>} <StatusBadge status={property.note?.status} />
                  </th>
                  <td>
                    {words.kinds(property.types) || NOTHING}
                    {property.types.length > 1 && <span className="badge badge-bad dictionary-drift">{t("dictionary.drift")}</span>}
                  </td>
                  <td className="numeric">{format.whole(property.events)}</td>
                  <td className="numeric">{format.whole(property.count)}</td>
                  <td className="moment numeric">{property.last_us == null ? NOTHING : format.dateTime(property.last_us, zone)}</td>
                  <td className="dictionary-text">{property.note?.description || NOTHING}</td>
                  <Allowed to="manage_sources">
                    <td>
                      <Button look="quiet" icon aria-label={t("dictionary.describeOf", { name: property.name })} aria-haspopup="dialog" onPress={() => setEdited(property)}>
                        <Pencil size={14} aria-hidden />
                      </Button>
                    </td>
                  </Allowed>
                </tr>
              );
            })}
          </tbody>
        </table>
      </TableScroll>
      {properties.length === 0 && <p className="dictionary-none">{t("dictionary.noMatch")}</p>}
      {edited && <NoteForm workspace={workspace} zone={zone} subject={{ kind: "property", name: edited.name }} note={edited.note ?? null} onClose={() => setEdited(null)} />}
    </section>
  );
}
