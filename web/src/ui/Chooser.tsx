// A button that opens a list of choices, some of which open a page of their own: a calendar, a list of values.
import { ChevronDown, ChevronLeft } from "lucide-react";
import type { ReactNode } from "react";
import { Suspense, useId, useState } from "react";
import { Button as AriaButton, Dialog, DialogTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";

/** Without `choose` a choice is shown but cannot be taken; its note says why. */
export interface Option {
  label: string;
  note: string;
  chosen: boolean;
  choose?: () => void;
}

export interface Page {
  label: string;
  chosen: boolean;
  /** `done` closes the list. */
  page: (done: () => void) => ReactNode;
}

export interface Section {
  /** Said above its options where there are several sections. */
  title?: string;
  options: (Option | Page)[];
}

export function Chooser({ label, closed, sections }: { label: string; closed: string; sections: Section[] }) {
  const { t } = useTranslation();
  const id = useId();
  const [open, setOpen] = useState(false);
  const [shown, setShown] = useState<Page | null>(null);
  const toggle = (next: boolean) => {
    setOpen(next);
    setShown(null);
  };
  return (
    <div className="field">
      <span className="field-label" aria-hidden>
        {label}
      </span>
      <DialogTrigger isOpen={open} onOpenChange={toggle}>
        <AriaButton className="button select-button" aria-label={`${label}: ${closed}`}>
          <span className="select-value">{closed}</span>
          <ChevronDown size={14} aria-hidden />
        </AriaButton>
        <Popover className="popover" offset={4}>
          <Dialog className="chooser" aria-label={label}>
            {shown ? (
              <>
                <AriaButton className="option option-button chooser-back" onPress={() => setShown(null)}>
                  <ChevronLeft size={14} aria-hidden />
                  {t("common.back")}
                </AriaButton>
                <Suspense fallback={<div className="skeleton chooser-calendar" />}>{shown.page(() => toggle(false))}</Suspense>
              </>
            ) : (
              sections.map((section, index) => (
                <div key={section.title ?? ""} className="listbox">
                  {section.title && (
                    <p id={`${id}-${index}`} className="option-title">
                      {section.title}
                    </p>
                  )}
                  <ul {...(section.title ? { "aria-labelledby": `${id}-${index}` } : {})}>
                    {section.options.map((option) => (
                      <li key={option.label}>
                        <AriaButton
                          className="option option-button"
                          aria-pressed={option.chosen}
                          isDisabled={!("page" in option) && !option.choose}
                          onPress={() => {
                            if ("page" in option) return setShown(option);
                            option.choose?.();
                            toggle(false);
                          }}
                        >
                          <span className="check">{option.chosen ? "✓" : ""}</span>
                          <span className="option-label">{option.label}</span>
                          {"note" in option && <span className="option-note">{option.note}</span>}
                        </AriaButton>
                      </li>
                    ))}
                  </ul>
                </div>
              ))
            )}
          </Dialog>
        </Popover>
      </DialogTrigger>
    </div>
  );
}
