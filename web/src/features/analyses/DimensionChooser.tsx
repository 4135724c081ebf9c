// What numbers can be shown apart by: dimensions, and then whatever else events say of themselves. Loaded when somebody opens it.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { dictionaryQuery } from "../../api/dictionary";
import { dimensionsQuery } from "../../api/queries";
import type { DictionaryAnswer, DictionaryProperty } from "../../api/types";
import { useFacetWords } from "../../ui/facet";
import { useFormat } from "../../ui/format";
import { sentence } from "../../ui/language";
import { useStores } from "../../ui/rights";
import { Failure } from "../../ui/States";

interface Props {
  workspace: string;
  chosen: string | null;
  onChoose: (dimension: string) => void;
}

/** With more than this a field to look for one is shown. */
const MANY = 12;

/** Of the events themselves. */
const OF_EVENTS = ["event", "source"];

export default function DimensionChooser({ workspace, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useFacetWords();
  const [sought, setSought] = useState("");
  const answer = useQuery(dimensionsQuery(workspace));
  // Refused to those who are limited to stores, who then choose among dimensions.
  const limited = useStores(workspace) !== null;
  const dictionary = useQuery({ ...dictionaryQuery(workspace), enabled: !limited, refetchInterval: false });
  if (answer.error) return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  if (!answer.data) return <div className="skeleton chooser-calendar" />;
  const { dimensions } = answer.data;
  if (dimensions.length === 0) return <p className="chooser-note">{t("group.noDimensions")}</p>;
  const listed = dimensions.map(({ name, of, distinct }) => ({ name, note: t(of === "customer" ? "by.ofCustomers" : "by.ofEvents", { n: format.whole(distinct) }) }));
  const names = new Set(listed.map(({ name }) => name));
  const others = [
    ...OF_EVENTS.map((name) => ({ name, note: t("by.ofEvent") })),
    ...propertiesOf(dictionary.data).map(({ name, count }) => ({ name, note: t("by.property", { count, n: format.count(count) }) })),
  ].filter(({ name }) => !names.has(name));
  const all = [...listed, ...others].map((each) => ({ ...each, label: sentence(words.dimension(each.name)) }));
  const found = all.filter(({ name, label }) => `${name} ${label}`.toLowerCase().includes(sought.trim().toLowerCase()));
  return (
    <div className="group-chooser">
      {all.length > MANY && <input className="input" type="search" aria-label={t("by.seek")} placeholder={t("by.seek")} value={sought} onChange={(event) => setSought(event.target.value)} />}
      <ul className="listbox" aria-label={t("by.label")}>
        {found.map(({ name, note, label }) => (
          <li key={name}>
            <AriaButton className="option option-button" aria-pressed={name === chosen} onPress={() => onChoose(name)}>
              <span className="check">{name === chosen ? "✓" : ""}</span>
              <span className="option-label">{label}</span>
              <span className="option-note">{note}</span>
            </AriaButton>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Properties of single values: those of the sender's own, and columns of numbers. */
function propertiesOf(dictionary: DictionaryAnswer | undefined): DictionaryProperty[] {
  const single = (dictionary?.properties ?? []).filter(({ types }) => types.some((type) => type !== "list" && type !== "object"));
  return single.filter(({ name, types }) => name.startsWith("props.") || (!name.includes(".") && types[0] === "number"));
}
