// Who has one value of one dimension: first the dimension, then its value. Loaded when somebody opens it.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { dimensionsQuery } from "../../api/queries";
import type { Dimension } from "../../api/types";
import { Picker } from "../Controls";
import { useFacetWords } from "../facet";
import { useFormat } from "../format";
import { Failure } from "../States";
import { isTrait } from "./group";
import type { Group } from "./group";

/** With more values than this a field to look for one is shown. */
const MANY = 8;

interface Props {
  workspace: string;
  chosen: Group | null;
  onChoose: (group: Group) => void;
}

export default function GroupChooser({ workspace, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const answer = useQuery(dimensionsQuery(workspace));
  if (answer.error) return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  if (!answer.data) return <div className="skeleton chooser-calendar" />;
  const [first] = answer.data.dimensions;
  if (!first) return <p className="chooser-note">{t("group.noDimensions")}</p>;
  return <Values dimensions={answer.data.dimensions} first={first} chosen={chosen} onChoose={onChoose} />;
}

function Values({ dimensions, first, chosen, onChoose }: { dimensions: Dimension[]; first: Dimension } & Pick<Props, "chosen" | "onChoose">) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useFacetWords();
  const [name, setName] = useState(chosen?.by === "value" ? chosen.dimension : first.name);
  const [sought, setSought] = useState("");
  const dimension = dimensions.find((each) => each.name === name) ?? first;
  const text = (value: string) => words.value(dimension.name, value);
  const found = dimension.values.filter(({ value }) => `${value} ${text(value)}`.toLowerCase().includes(sought.trim().toLowerCase()));
  return (
    <div className="group-chooser">
      <Picker
        label={t("group.dimension")}
        value={dimension.name}
        choices={dimensions.map((each) => ({
          id: each.name,
          label: words.title(each.name),
          note: t(isTrait(each.name) ? "group.ofCustomers" : "group.ofEvents"),
        }))}
        onChange={(next) => {
          setName(next);
          setSought("");
        }}
      />
      {dimension.values.length > MANY && (
        <input
          className="input"
          type="search"
          aria-label={t("group.seek")}
          placeholder={t("group.seek")}
          value={sought}
          onChange={(event) => setSought(event.target.value)}
        />
      )}
      <p className="chooser-note">{t(isTrait(dimension.name) ? "group.ofCustomersNote" : "group.ofEventsNote")}</p>
      <ul className="listbox" aria-label={words.dimension(dimension.name)}>
        {found.map(({ value, rows }) => {
          const isChosen = chosen?.by === "value" && chosen.dimension === dimension.name && chosen.value === value;
          return (
            <li key={value}>
              <AriaButton
                className="option option-button"
                aria-pressed={isChosen}
                onPress={() => onChoose({ by: "value", dimension: dimension.name, value })}
              >
                <span className="check">{isChosen ? "✓" : ""}</span>
                <span className="option-label">{text(value)}</span>
                <span className="option-note">{t("count.events", { count: rows, n: format.count(rows) })}</span>
              </AriaButton>
            </li>
          );
        })}
      </ul>
      {dimension.distinct > dimension.values.length && (
        <p className="chooser-note">{t("group.more", { shown: format.whole(dimension.values.length), all: format.whole(dimension.distinct) })}</p>
      )}
    </div>
  );
}
