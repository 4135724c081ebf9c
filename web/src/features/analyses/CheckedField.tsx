// A short text that has to make sense before it counts; where it does not, it says how it is written.
import { useState } from "react";

import { DraftField } from "../../ui/rule/DraftField";

interface Props<Value> {
  label: string;
  value: string;
  /** null where the text makes no sense. */
  read: (text: string) => Value | null;
  /** How it is written. */
  hint: string;
  onChange: (value: Value) => void;
}

export function CheckedField<Value>({ label, value, read, hint, onChange }: Props<Value>) {
  const [wrong, setWrong] = useState(false);
  return (
    <span className="checked-field">
      <DraftField
        label={label}
        value={value}
        onCommit={(text) => {
          const given = read(text);
          setWrong(given === null);
          if (given !== null) onChange(given);
        }}
      />
      <span role="status" className={wrong ? "form-fault" : "visually-hidden"}>
        {wrong ? hint : ""}
      </span>
    </span>
  );
}
