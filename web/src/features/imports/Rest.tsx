// What the columns of a file do not say: how its times are written, and what happened where, if no column
// tells.
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import type { MappingSuggestion, WorkspaceInfo } from "../../api/types";
import { Picker } from "../../ui/Controls";
import { TextField } from "../../ui/Fields";
import { columnWith, formatsOf } from "./mapping";
import type { Draft, Lack } from "./mapping";
import { patternText } from "./pattern";

interface Props {
  workspace: WorkspaceInfo;
  suggestion: MappingSuggestion;
  draft: Draft;
  lacks: readonly Lack[];
  onChange: (draft: Draft) => void;
}

export function Rest({ workspace, suggestion, draft, lacks, onChange }: Props) {
  const { t } = useTranslation();
  const time = columnWith(draft, "time");
  const formats = useMemo(() => [...new Set([draft.format, ...formatsOf(suggestion, time)])], [draft.format, suggestion, time]);
  const said = (lack: Lack, text: string) => (lacks.includes(lack) ? text : undefined);
  const named = (format: string) => (format === "iso8601" || format.startsWith("unix_") ? t(`importing.format.${format as "iso8601" | "unix_s" | "unix_ms" | "unix_us"}`) : patternText(format));
  const channels = [...new Set([...workspace.channels.slice(0, 4), "web", "app", "mini_program", "store"])].join(t("common.comma"));
  return (
    <fieldset className="form rest">
      <legend>{t("importing.rest")}</legend>
      {time !== undefined && (
        <div className="rest-row">
          <Picker label={t("importing.timeFormat", { column: time })} value={draft.format} choices={formats.map((id) => ({ id, label: named(id) }))} onChange={(format) => onChange({ ...draft, format })} />
        </div>
      )}
      <div className="rest-row">
        {columnWith(draft, "event") === undefined && (
          <TextField label={t("importing.event")} value={draft.event} onChange={(event) => onChange({ ...draft, event })} required fault={said("event", t("form.needed"))} hint={t("importing.eventHint")} />
        )}
        {columnWith(draft, "channel") === undefined && (
          <TextField label={t("importing.channel")} value={draft.channel} onChange={(channel) => onChange({ ...draft, channel })} required fault={said("channel", t("form.needed"))} hint={t("importing.channelHint", { examples: channels })} />
        )}
        <TextField label={t("importing.source")} value={draft.source} onChange={(source) => onChange({ ...draft, source })} required fault={said("source", t("form.needed"))} hint={t("importing.sourceHint")} />
      </div>
      {draft.identifiers.length > 1 && (
        <label className="check-line">
          <input type="checkbox" checked={draft.link} onChange={(event) => onChange({ ...draft, link: event.target.checked })} /> {t("importing.link")}
        </label>
      )}
    </fieldset>
  );
}
