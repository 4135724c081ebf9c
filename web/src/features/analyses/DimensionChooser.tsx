// What numbers can be shown apart by: dimensions, and then whatever else events say of themselves. Loaded when somebody opens it.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { dimensionsQuery } from "../../api/queries";
import { useFacetWords } from "../../ui/facet";
import { useFormat } from "../../ui/format";
import { EVENT_COLUMNS } from "../../ui/rule/rules";
import { useProperties } from "../../ui/rule/useProperties";
import { Failure } from "../../ui/States";
import { holdsNumbers } from "./bands";

interface Props {
  workspace: string;
  chosen: string | null;
  /** `numbers`: whether its values are known to be such. */
  onChoose: (dimension: string, numbers: boolean) => void;
}

/** With more than this a field to look for one is shown. */
const MANY = 12;
/** What nobody scrolls through; whoever looks for one types. */
const LISTED_MAX = 200;
/** Of the events themselves. */
const OF_EVENTS = ["event", "source"];

export default function DimensionChooser({ workspace, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useFacetWords();
  const [sought, setSought] = useState("");
  const answer = useQuery(dimensionsQuery(workspace));
  const properties = useProperties(workspace);
  if (answer.error) return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  if (!answer.data) return <div className="skeleton chooser-calendar" />;
  const listed = answer.data.dimensions.map(({ name, of, distinct }) => ({ name, note: t(of === "customer" ? "by.ofCustomers" : "by.ofEvents", { n: format.whole(distinct) }) }));
  const names = new Set(listed.map(({ name }) => name));
  // Also columns with so many values that they are no dimension.
  const further = properties.filter(({ name }) => name.startsWith("props.") || EVENT_COLUMNS.some((column) => column === name));
  const others = [...OF_EVENTS.map((name) => ({ name, note: t("by.ofEvent") })), ...further.map(({ name, count }) => ({ name, note: t("by.property", { count, n: format.count(count) }) }))];
  const all = [...listed, ...others.filter(({ name }) => !names.has(name))].map((each) => ({ ...each, label: words.title(each.name) }));
  const found = all.filter(({ name, label }) => `${name} ${label}`.toLowerCase().includes(sought.trim().toLowerCase()));
  return (
    <div className="group-chooser">
      {all.length > MANY && <input className="input" type="search" aria-label={t("by.seek")} placeholder={t("by.seek")} value={sought} onChange={(event) => setSought(event.target.value)} />}
      <ul className="listbox" aria-label={t("by.label")}>
        {found.slice(0, LISTED_MAX).map(({ name, note, label }) => (
          <li key={name}>
            <AriaButton className="option option-button" aria-pressed={name === chosen} onPress={() => onChoose(name, holdsNumbers(name, properties))}>
              <span className="check">{name === chosen ? "✓" : ""}</span>
              <span className="option-label">{label}</span>
              <span className="option-note">{note}</span>
            </AriaButton>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="chooser-note">{t("by.notFound")}</p>}
    </div>
  );
}
