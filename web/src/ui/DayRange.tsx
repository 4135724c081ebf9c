// A range of days from a calendar. A module of its own, loaded when a calendar is opened.
import type { CalendarDate } from "@internationalized/date";
import { RangeCalendar } from "react-aria-components";

import { Month } from "./Month";

export interface DayRangeProps {
  label: string;
  from: CalendarDate;
  to: CalendarDate;
  min: CalendarDate;
  max: CalendarDate;
  onChange: (from: CalendarDate, to: CalendarDate) => void;
}

export default function DayRange({ label, from, to, min, max, onChange }: DayRangeProps) {
  return (
    <RangeCalendar
      className="calendar"
      aria-label={label}
      defaultValue={{ start: from, end: to }}
      defaultFocusedValue={to}
      minValue={min}
      maxValue={max}
      firstDayOfWeek="mon"
      // The calendar opens on request, in a dialog: its focus belongs on the chosen days.
      // oxlint-disable-next-line jsx-a11y/no-autofocus
      autoFocus
      onChange={(range) => onChange(range.start, range.end)}
    >
      <Month />
    </RangeCalendar>
  );
}
