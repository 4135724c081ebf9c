// The form of a dated change: what was changed, on which day, and the number that should have moved.
import { useQuery } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "../../api/client";
import { namedViewsQuery } from "../../api/namedViews";
import { journeyQuery, journeysQuery } from "../../api/queries";
import { segmentsQuery } from "../../api/segments";
import type { DatedChange, WorkspaceInfo } from "../../api/types";
import { Picker } from "../../ui/Controls";
import { DayField } from "../../ui/DayField";
import { Fault, TextField, focusFault } from "../../ui/Fields";
import { useLocalized } from "../../ui/language";
import { Failure } from "../../ui/States";
import { AS_IT_IS, FIGURES, OF_MAP, WEEKS, measurable, read, takesStage } from "./form";
import type { Draft } from "./form";

interface Props {
  workspace: WorkspaceInfo;
  start: Draft;
  /** What is changed; null: it is new. */
  known: DatedChange | null;
  error: Error | null;
  saving: boolean;
  onSave: (change: DatedChange) => void;
  onReload: () => void;
}

/** Stands for no comparison group. */
const NONE = "*";

export function ChangeForm({ workspace, start, known, error, saving, onSave, onReload }: Props) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const [draft, setDraft] = useState(start);
  const [asked, setAsked] = useState(false);
  const views = measurable(useQuery(namedViewsQuery(workspace.id)).data?.views ?? []);
  const segments = useQuery(segmentsQuery(workspace.id)).data?.segments ?? [];
  const segmentName = (key: string) => localized(segments.find(({ segment }) => segment.id === key)?.segment.name) || key;
  const result = read(draft, { views, change: known, figureName: (figure) => t(`change.figure.${figure}`), segmentName });
  const faults = asked && "faults" in result ? result.faults : {};
  const change = (fields: Partial<Draft>) => setDraft((before) => ({ ...before, ...fields }));
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setAsked(true);
    if ("change" in result) onSave(result.change);
    else focusFault(event.currentTarget);
  };
  const conflict = error instanceof ApiError && error.status === 409;
  const windows = WEEKS.includes(Number(draft.windowDays)) ? WEEKS : [...WEEKS, Number(draft.windowDays)];
  const metrics = [
    { id: OF_MAP, label: t("change.ofMap") },
    ...(known && start.metric === AS_IT_IS ? [{ id: AS_IT_IS, label: known.metric.name }] : []),
    ...views.map(({ id, named }) => ({ id: `view:${id}`, label: named.name })),
  ];
  return (
    <form className="form" onSubmit={submit} noValidate>
      <TextField label={t("change.title")} lines={2} required value={draft.title} hint={t("change.titleHint")} fault={faults.title && t("change.titleNeeded")} onChange={(title) => change({ title })} />
      <div>
        <DayField label={t("change.day")} value={draft.day} onChange={(day) => change({ day })} />
        <Fault text={faults.day && t("change.dayNeeded")} />
        <p className="sub">{t("change.dayHint", { zone: workspace.zone })}</p>
      </div>
      <Picker label={t("change.metric")} value={draft.metric} choices={metrics} onChange={(metric) => change({ metric })} />
      {views.length === 0 && <p className="sub">{t("change.viewsHint")}</p>}
      {draft.metric === OF_MAP && <OfMap workspace={workspace.id} draft={draft} onChange={change} />}
      <Fault text={faults.journey && t("change.journeyNeeded")} />
      <Picker
        label={t("change.window")}
        value={draft.windowDays}
        choices={windows.map((days) => ({ id: String(days), label: t("change.days", { count: days, n: days }) }))}
        onChange={(windowDays) => change({ windowDays })}
      />
      <TextField label={t("change.leftOut")} numeric value={draft.leftOutDays} hint={t("change.leftOutHint")} fault={faults.leftOutDays && t("change.leftOutFault")} onChange={(leftOutDays) => change({ leftOutDays })} />
      {segments.length > 0 && (
        <div>
          <Picker
            label={t("change.group")}
            value={draft.group || NONE}
            choices={[{ id: NONE, label: t("change.groupNone") }, ...segments.map(({ segment }) => ({ id: segment.id, label: localized(segment.name) }))]}
            onChange={(group) => change({ group: group === NONE ? "" : group })}
          />
          <p className="sub">{t("change.groupHint")}</p>
        </div>
      )}
      <TextField label={t("change.note")} lines={2} value={draft.note} onChange={(note) => change({ note })} />
      {error && <Failure error={error} {...(conflict ? { retry: onReload } : {})} />}
      <div className="form-actions">
        <button type="submit" className="button button-primary" disabled={saving}>
          {t("form.save")}
        </button>
        {saving && <span className="sub">{t("form.saving")}</span>}
      </div>
    </form>
  );
}

/** Which number of which map. */
function OfMap({ workspace, draft, onChange }: { workspace: string; draft: Draft; onChange: (fields: Partial<Draft>) => void }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const journeys = useQuery(journeysQuery(workspace)).data?.journeys ?? [];
  const stages = useQuery({ ...journeyQuery(workspace, draft.journey, null), enabled: draft.journey !== "" }).data?.journey.stages ?? [];
  // A stage belongs to its journey: with another journey it is its first, unless both have it.
  const stage = stages.length === 0 || stages.some(({ id }) => id === draft.stage) ? draft.stage : (stages[0]?.id ?? "");
  useEffect(() => {
    if (stage !== draft.stage) onChange({ stage });
  });
  return (
    <>
      <Picker label={t("proposal.journey")} value={draft.journey} choices={journeys.map(({ id, name }) => ({ id, label: localized(name) }))} onChange={(journey) => onChange({ journey })} />
      <Picker label={t("change.figure")} value={draft.figure} choices={FIGURES.map((figure) => ({ id: figure, label: t(`change.figure.${figure}`) }))} onChange={(figure) => onChange({ figure })} />
      {takesStage(draft.figure) && <Picker label={t("proposal.stage")} value={stage} choices={stages.map(({ id, name }) => ({ id, label: localized(name) }))} onChange={(id) => onChange({ stage: id })} />}
    </>
  );
}
