// The zone of the clock that wrote a file's times, where they do not say it: chosen beside an example of what it makes of one.
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import type { MappingSuggestion, WorkspaceInfo } from "../../api/types";
import { Picker } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { zones } from "../../ui/zones";
import { momentOf, readClock } from "./clock";
import { NO_ZONE, columnWith, needsZone } from "./mapping";
import type { Draft } from "./mapping";

interface Props {
  workspace: WorkspaceInfo;
  suggestion: MappingSuggestion;
  draft: Draft;
  wrong: boolean;
  onChange: (draft: Draft) => void;
}

export function Zone({ workspace, suggestion, draft, wrong, onChange }: Props) {
  const { t } = useTranslation();
  const choices = useMemo(() => [{ id: NO_ZONE, label: t("importing.noZone") }, ...zones().map((id) => ({ id, label: id }))], [t]);
  if (!needsZone(draft, suggestion)) return null;
  return (
    <div className="zone-box" role="group" aria-label={t("importing.zone")}>
      <div className="form-field">
        <Picker label={t("importing.zone")} value={draft.zone} choices={choices} onChange={(zone) => onChange({ ...draft, zone })} />
        {wrong ? (
          <span className="form-fault" role="alert">
            {t("importing.lack.zone")}
          </span>
        ) : (
          <span className="sub">{t("importing.zoneHint")}</span>
        )}
      </div>
      <Example workspace={workspace} suggestion={suggestion} draft={draft} />
    </div>
  );
}

/** What becomes of the first time that can be read. */
function Example({ workspace, suggestion, draft }: Pick<Props, "workspace" | "suggestion" | "draft">) {
  const { t } = useTranslation();
  const format = useFormat();
  const samplesOf = (name: string | undefined) => suggestion.columns.find((column) => column.name === name)?.samples ?? [];
  const clock = columnWith(draft, "time_of_day");
  const days = samplesOf(columnWith(draft, "time"));
  const texts = clock === undefined ? days : days.flatMap((day) => samplesOf(clock).slice(0, 1).map((time) => `${day} ${time}`));
  const found = texts.map((text) => ({ text, reading: readClock(text, draft.format) })).find(({ reading }) => reading !== null);
  if (!found?.reading || draft.zone === NO_ZONE) return null;
  const us = momentOf(found.reading.ms, draft.zone);
  return (
    <p className="zone-example" role="status">
      {t("importing.zoneExample", { text: found.text, moment: format.dateTime(us, workspace.zone), zone: workspace.zone })}
    </p>
  );
}
