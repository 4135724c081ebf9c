// Any number of event names, found by typing where there are many.
import { ChevronDown } from "lucide-react";
import { useState } from "react";
import { Button as AriaButton, Dialog, DialogTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";

interface Props {
  label: string;
  names: readonly string[];
  chosen: readonly string[];
  /** What is said where none is chosen. */
  unchosen?: string;
  onChange: (names: string[]) => void;
}

/** With more names than this a field to look for one is shown. */
const MANY = 8;
/** Names listed at once; a workspace may have thousands. */
const LISTED_MAX = 200;

export function EventPicker({ label, names, chosen, unchosen, onChange }: Props) {
  const { t } = useTranslation();
  const [sought, setSought] = useState("");
  // What a link names stays choosable, also where this workspace has no such event.
  const known = [...new Set([...names.filter((name) => !name.startsWith("$")), ...chosen])];
  const found = known.filter((name) => name.toLowerCase().includes(sought.trim().toLowerCase()));
  const closed = chosen.length === 0 ? (unchosen ?? t("rule.chooseEvents")) : chosen.join(t("rule.orEvents"));
  return (
    <DialogTrigger onOpenChange={() => setSought("")}>
      <AriaButton className="button select-button event-button" aria-label={`${label}: ${closed}`}>
        <span className="select-value">{closed}</span>
        <ChevronDown size={14} aria-hidden />
      </AriaButton>
      <Popover className="popover" offset={4}>
        <Dialog className="chooser event-chooser" aria-label={label}>
          {known.length > MANY && (
            <input
              className="input"
              type="search"
              aria-label={t("rule.seekEvent")}
              placeholder={t("rule.seekEvent")}
              // The list opens on request, in a dialog: one types what one looks for.
              // oxlint-disable-next-line jsx-a11y/no-autofocus
              autoFocus
              value={sought}
              onChange={(event) => setSought(event.target.value)}
            />
          )}
          <ul className="listbox" aria-label={label}>
            {found.slice(0, LISTED_MAX).map((name) => {
              const isChosen = chosen.includes(name);
              return (
                <li key={name}>
                  <AriaButton
                    className="option option-button"
                    aria-pressed={isChosen}
                    onPress={() => onChange(isChosen ? chosen.filter((other) => other !== name) : [...chosen, name])}
                  >
                    <span className="check">{isChosen ? "✓" : ""}</span>
                    <span className="option-label">{name}</span>
                  </AriaButton>
                </li>
              );
            })}
          </ul>
          {found.length === 0 && <p className="chooser-note">{t("rule.noEvent")}</p>}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
