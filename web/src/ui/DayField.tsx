// A day of a form, typed or taken from a calendar.
import { CalendarDate, parseDate } from "@internationalized/date";
import { Calendar as CalendarIcon, X } from "lucide-react";
import { Button as AriaButton, Calendar, DateInput, DatePicker, DateSegment, Dialog, Group, Label, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { Month } from "./Month";

/** A day as `2024-05-20`, or none as an empty text. */
export function DayField({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  return (
    <DatePicker
      className="form-field"
      granularity="day"
      firstDayOfWeek="mon"
      value={value ? parseDate(value) : null}
      onChange={(day) => onChange(day instanceof CalendarDate ? day.toString() : "")}
    >
      <Label className="form-label">{label}</Label>
      <div className="day-field">
        <Group className="input day-input">
          <DateInput className="day-segments">{(segment) => <DateSegment segment={segment} className="day-segment" />}</DateInput>
          <AriaButton className="button button-quiet button-icon">
            <CalendarIcon size={14} aria-hidden />
          </AriaButton>
        </Group>
        {value && (
          <AriaButton slot={null} className="button button-quiet button-icon" aria-label={t("form.clear", { field: label })} onPress={() => onChange("")}>
            <X size={14} aria-hidden />
          </AriaButton>
        )}
      </div>
      <Popover className="popover" offset={4}>
        <Dialog className="chooser">
          <Calendar className="calendar">
            <Month />
          </Calendar>
        </Dialog>
      </Popover>
    </DatePicker>
  );
}
