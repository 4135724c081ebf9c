// Fields of forms: a line or some lines of text, a number, a day. Each says what is wrong with it below it.
import { CalendarDate, parseDate } from "@internationalized/date";
import { Calendar as CalendarIcon, ChevronLeft, ChevronRight, X } from "lucide-react";
import { useId } from "react";
import {
  Button as AriaButton,
  Calendar,
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
  DateInput,
  DatePicker,
  DateSegment,
  Dialog,
  Group,
  Heading,
  Label,
  Popover,
} from "react-aria-components";
import { useTranslation } from "react-i18next";

interface FieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  required?: boolean;
  /** Whether something is wrong that is said elsewhere. */
  wrong?: boolean;
  /** What is wrong with it. */
  fault?: string | undefined;
  /** What to write, where the label does not say it. */
  hint?: string;
}

export function TextField({ lines = 1, numeric = false, ...field }: FieldProps & { lines?: number; numeric?: boolean }) {
  const id = useId();
  const { label, value, onChange, required = false, wrong = false, fault, hint } = field;
  const about = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(" ");
  const props = {
    id,
    value,
    required,
    autoComplete: "off",
    "aria-invalid": wrong || fault !== undefined,
    ...(about ? { "aria-describedby": about } : {}),
  };
  return (
    <div className="form-field">
      <label htmlFor={id} className="form-label">
        {label}
      </label>
      {lines > 1 ? (
        <textarea className="input input-lines" rows={lines} {...props} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <input
          className="input"
          {...(numeric ? { inputMode: "decimal" as const } : {})}
          {...props}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      {hint && (
        <span id={`${id}-hint`} className="sub">
          {hint}
        </span>
      )}
      <Fault id={`${id}-fault`} text={fault} />
    </div>
  );
}

/** Takes the focus to the first field of a form that is wrong, once that shows. */
export function focusFault(form: HTMLFormElement): void {
  requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}

export function Fault({ id, text }: { id?: string; text: string | undefined }) {
  return text === undefined ? null : (
    <span {...(id ? { id } : {})} className="form-fault">
      {text}
    </span>
  );
}

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
            <header className="calendar-head">
              <AriaButton slot="previous" className="button button-quiet button-icon">
                <ChevronLeft size={16} aria-hidden />
              </AriaButton>
              <Heading className="calendar-title" />
              <AriaButton slot="next" className="button button-quiet button-icon">
                <ChevronRight size={16} aria-hidden />
              </AriaButton>
            </header>
            <CalendarGrid className="calendar-grid">
              <CalendarGridHeader>{(day) => <CalendarHeaderCell>{day}</CalendarHeaderCell>}</CalendarGridHeader>
              <CalendarGridBody>{(date) => <CalendarCell date={date} className="calendar-cell" />}</CalendarGridBody>
            </CalendarGrid>
          </Calendar>
        </Dialog>
      </Popover>
    </DatePicker>
  );
}
