// Fields of forms: a line or some lines of text, a number, a password. Each says what is wrong with it below it.
import { useId, useState } from "react";
import type { Ref } from "react";
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

/** What browsers and password managers recognise a field by. */
interface Known {
  name: string;
  autoComplete: string;
}

/** Of a single line. */
interface LineProps {
  ref?: Ref<HTMLInputElement> | undefined;
  /** What is typed is given up; the overlay around the field stays open. */
  onEscape?: () => void;
}

export function TextField({ lines = 1, numeric = false, email = false, known, ref, onEscape, ...field }: FieldProps & LineProps & { lines?: number; numeric?: boolean; email?: boolean; known?: Known }) {
  const id = useId();
  const { label, value, onChange, required = false, wrong = false, fault, hint } = field;
  const about = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(" ");
  const props = {
    id,
    value,
    required,
    autoComplete: "off",
    ...known,
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
          ref={ref}
          className="input"
          onKeyDown={(event) => {
            if (onEscape === undefined || event.key !== "Escape" || event.nativeEvent.isComposing) return;
            event.stopPropagation();
            onEscape();
          }}
          {...(numeric ? { inputMode: "decimal" as const } : {})}
          {...(email ? { type: "email", spellCheck: false } : {})}
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

/** A password, which can be shown while it is typed. */
export function PasswordField({ known, ...field }: Omit<FieldProps, "wrong"> & { known: Known }) {
  const { t } = useTranslation();
  const id = useId();
  const [shown, setShown] = useState(false);
  const { label, value, onChange, required = true, fault, hint } = field;
  const about = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(" ");
  return (
    <div className="form-field">
      <label htmlFor={id} className="form-label">
        {label}
      </label>
      <div className="password">
        <input
          id={id}
          className="input"
          type={shown ? "text" : "password"}
          {...known}
          value={value}
          required={required}
          spellCheck={false}
          autoCapitalize="off"
          aria-invalid={fault !== undefined}
          {...(about ? { "aria-describedby": about } : {})}
          onChange={(event) => onChange(event.target.value)}
        />
        <button type="button" className="button button-quiet" aria-controls={id} aria-label={t(shown ? "form.hideOf" : "form.showOf", { field: label })} onClick={() => setShown(!shown)}>
          {t(shown ? "form.hide" : "form.show")}
        </button>
      </div>
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
