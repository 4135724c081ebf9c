// The segments of a workspace, to choose one. Loaded when somebody opens it.
import { useQuery } from "@tanstack/react-query";
import { Button as AriaButton } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { segmentsQuery } from "../../api/segments";
import { useLocalized } from "../language";
import { Failure } from "../States";
import type { Group } from "./group";

interface Props {
  workspace: string;
  chosen: Group | null;
  onChoose: (group: Group) => void;
}

export default function SegmentChooser({ workspace, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const list = useQuery(segmentsQuery(workspace));
  if (list.error) return <Failure error={list.error} retry={() => void list.refetch()} />;
  if (!list.data) return <div className="skeleton chooser-calendar" />;
  if (list.data.segments.length === 0) return <p className="chooser-note">{t("group.noSegments")}</p>;
  return (
    <ul className="listbox" aria-label={t("group.bySegment")}>
      {list.data.segments.map(({ segment }) => {
        const isChosen = chosen?.by === "segment" && chosen.segment === segment.id;
        return (
          <li key={segment.id}>
            <AriaButton className="option option-button" aria-pressed={isChosen} onPress={() => onChoose({ by: "segment", segment: segment.id })}>
              <span className="check">{isChosen ? "✓" : ""}</span>
              <span className="option-label">{localized(segment.name)}</span>
              <span className="option-note">{segment.id}</span>
            </AriaButton>
          </li>
        );
      })}
    </ul>
  );
}
