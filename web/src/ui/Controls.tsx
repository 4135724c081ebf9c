// Buttons, selects and switches of the kit: React Aria behaviour, our looks.
import { Check, ChevronDown } from "lucide-react";
import type { ReactNode, Ref } from "react";
import type { ButtonProps, Key } from "react-aria-components";
import {
  Button as AriaButton,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select,
  SelectValue,
  ToggleButton,
  ToggleButtonGroup,
} from "react-aria-components";

interface LookProps extends Omit<ButtonProps, "className" | "style"> {
  look?: "plain" | "primary" | "quiet";
  /** Square, for a lone icon; give an `aria-label`. */
  icon?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ look = "plain", icon = false, ...props }: LookProps) {
  const names = ["button", look !== "plain" && `button-${look}`, icon && "button-icon"].filter(Boolean);
  return <AriaButton {...props} className={names.join(" ")} />;
}

export interface Choice<Id extends string = string> {
  id: Id;
  label: string;
  note?: string;
  disabled?: boolean;
}

function Options({ choices }: { choices: readonly Choice[] }) {
  return (
    <ListBox className="listbox">
      {choices.map((choice) => (
        <ListBoxItem
          key={choice.id}
          id={choice.id}
          textValue={choice.label}
          isDisabled={choice.disabled ?? false}
          className="option"
        >
          {({ isSelected }) => (
            <>
              <span className="check">{isSelected && <Check size={14} aria-hidden />}</span>
              <span>{choice.label}</span>
              {choice.note && <span className="option-note">{choice.note}</span>}
            </>
          )}
        </ListBoxItem>
      ))}
    </ListBox>
  );
}

/** One of several. */
export function Picker<Id extends string>({
  label,
  labelHidden = false,
  value,
  choices,
  onChange,
}: {
  label: string;
  labelHidden?: boolean;
  value: Id;
  choices: readonly Choice<Id>[];
  onChange: (id: Id) => void;
}) {
  const chosen = choices.find((choice) => choice.id === value);
  return (
    <Select className="field" value={value} onChange={(key: Key | null) => key !== null && onChange(key as Id)}>
      <Label className={labelHidden ? "visually-hidden" : "field-label"}>{label}</Label>
      <AriaButton className="button select-button">
        <SelectValue className="select-value">{() => chosen?.label ?? value}</SelectValue>
        <ChevronDown size={14} aria-hidden />
      </AriaButton>
      <Popover className="popover" offset={4}>
        <Options choices={choices} />
      </Popover>
    </Select>
  );
}

/** Any number of several; none chosen means all. */
export function MultiPicker({
  label,
  labelHidden = false,
  summary,
  values,
  choices,
  onChange,
}: {
  label: string;
  labelHidden?: boolean;
  /** What the closed control says. */
  summary: string;
  values: readonly string[];
  choices: readonly Choice[];
  onChange: (ids: string[]) => void;
}) {
  return (
    <Select
      className="field"
      selectionMode="multiple"
      value={[...values]}
      onChange={(keys: readonly Key[]) => onChange(keys.map(String))}
    >
      <Label className={labelHidden ? "visually-hidden" : "field-label"}>{label}</Label>
      <AriaButton className="button select-button">
        <SelectValue className="select-value">{() => summary}</SelectValue>
        <ChevronDown size={14} aria-hidden />
      </AriaButton>
      <Popover className="popover" offset={4}>
        <Options choices={choices} />
      </Popover>
    </Select>
  );
}

/** One of two or three, all visible. */
export function Segmented<Id extends string>({
  label,
  value,
  choices,
  onChange,
}: {
  label: string;
  value: Id;
  choices: readonly { id: Id; label: ReactNode }[];
  onChange: (id: Id) => void;
}) {
  return (
    <ToggleButtonGroup
      className="segmented"
      aria-label={label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(keys) => {
        const [first] = keys;
        if (first !== undefined) onChange(first as Id);
      }}
    >
      {choices.map((choice) => (
        <ToggleButton key={choice.id} id={choice.id} className="segment">
          {choice.label}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
