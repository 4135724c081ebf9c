// What numbers can be shown apart by. Loaded when somebody opens it.
import { useQuery } from "@tanstack/react-query";
import { Button as AriaButton } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { dimensionsQuery } from "../../api/queries";
import { useFacetWords } from "../../ui/facet";
import { useFormat } from "../../ui/format";
import { sentence } from "../../ui/language";
import { Failure } from "../../ui/States";

interface Props {
  workspace: string;
  chosen: string | null;
  onChoose: (dimension: string) => void;
}

export default function DimensionChooser({ workspace, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useFacetWords();
  const answer = useQuery(dimensionsQuery(workspace));
  if (answer.error) return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  if (!answer.data) return <div className="skeleton chooser-calendar" />;
  if (answer.data.dimensions.length === 0) return <p className="chooser-note">{t("group.noDimensions")}</p>;
  return (
    <ul className="listbox" aria-label={t("by.label")}>
      {answer.data.dimensions.map(({ name, of, distinct }) => (
        <li key={name}>
          <AriaButton className="option option-button" aria-pressed={name === chosen} onPress={() => onChoose(name)}>
            <span className="check">{name === chosen ? "✓" : ""}</span>
            <span className="option-label">{sentence(words.dimension(name))}</span>
            <span className="option-note">{t(of === "customer" ? "by.ofCustomers" : "by.ofEvents", { n: format.whole(distinct) })}</span>
          </AriaButton>
        </li>
      ))}
    </ul>
  );
}
