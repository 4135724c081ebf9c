// The settings of retention: what starts, what counts as coming back, and how time is counted.
import { useTranslation } from "react-i18next";

import type { WorkspaceInfo } from "../../api/types";
import { Picker } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { useCalendarWords } from "./calendarWords";
import { CheckedField } from "./CheckedField";
import { RuleField } from "../../ui/rule/RuleField";
import { CALENDAR, CLOCKS, LASTS, READINGS, ROLLING, STARTS, WEEK_STARTS, bracketsOf, bracketsText } from "./timeViews";
import type { Calendar, RetentionView } from "./timeViews";

interface Props {
  workspace: WorkspaceInfo;
  view: RetentionView;
  onChange: (change: Partial<RetentionView>) => void;
}

/** Stands for what the API shows by itself, and for cohorts as long as the unit. */
const USUAL = "usual";

export function RetentionEditor({ workspace, view, onChange }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useCalendarWords();
  const weekly = view.calendar === "week" || view.cohort === "week";
  const units = CALENDAR.map((id) => ({ id, label: words.unit(id) }));
  const lasts = [...new Set(view.last === null ? LASTS : [...LASTS, view.last])].toSorted((a, b) => a - b);
  return (
    <section className="card editor" aria-label={t("retention.edit")}>
      <RuleField workspace={workspace} label={t("retention.start")} rule={view.start} unchosen={t("rule.anyEvent")} onChange={(start) => onChange({ start })} />
      <RuleField workspace={workspace} label={t("retention.back")} rule={view.back} unchosen={t("rule.anyEvent")} onChange={(back) => onChange({ back })} />
      <div className="scope">
        <Picker label={t("retention.starts")} value={view.starts} choices={STARTS.map((id) => ({ id, label: t(`retention.starts.${id}`), note: t(`retention.starts.${id}.note`) }))} onChange={(starts) => onChange({ starts })} />
        <Picker label={t("retention.unit")} value={view.calendar} choices={units} onChange={(calendar) => onChange({ calendar })} />
        <Picker
          label={t("retention.cohort")}
          value={view.cohort ?? USUAL}
          choices={[{ id: USUAL, label: t("retention.cohortSame") }, ...units.map(({ id, label }) => ({ id: id as string, label }))]}
          onChange={(id) => onChange({ cohort: CALENDAR.find((each): each is Calendar => each === id) ?? null })}
        />
        <Picker
          label={t("retention.reading")}
          value={view.reading}
          choices={READINGS.map((id) => ({ id, label: t(`retention.reading.${id}`), note: t(`retention.reading.${id}.note`) }))}
          onChange={(reading) => onChange({ reading })}
        />
        {view.reading === "brackets" ? (
          <CheckedField label={t("retention.brackets")} value={bracketsText(view.brackets)} read={bracketsOf} hint={t("retention.bracketsHow")} onChange={(brackets) => onChange({ brackets })} />
        ) : (
          <Picker
            label={t("retention.last")}
            value={view.last === null ? USUAL : String(view.last)}
            choices={[{ id: USUAL, label: t("retention.lastUsual") }, ...lasts.map((last) => ({ id: String(last), label: format.whole(last) }))]}
            onChange={(id) => onChange({ last: id === USUAL ? null : Number(id) })}
          />
        )}
        {ROLLING.includes(view.calendar) && (
          <Picker label={t("retention.clock")} value={view.clock} choices={CLOCKS.map((id) => ({ id, label: t(`retention.clock.${id}`), note: t(`retention.clock.${id}.note`) }))} onChange={(clock) => onChange({ clock })} />
        )}
        {weekly && <WeekStart value={view.weekStart} onChange={(weekStart) => onChange({ weekStart })} />}
      </div>
    </section>
  );
}

type Start = RetentionView["weekStart"];

export function WeekStart({ value, onChange }: { value: Start; onChange: (start: Start) => void }) {
  const { t } = useTranslation();
  return <Picker label={t("calendar.weekStart")} value={value} choices={WEEK_STARTS.map((id) => ({ id, label: t(`calendar.${id}`) }))} onChange={onChange} />;
}
