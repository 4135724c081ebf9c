// A number of a table or a form that counts once it is done: on Enter, or when the focus leaves.
import { useState } from "react";

interface Props {
  label: string;
  value: number | null;
  /** Whether it may be left empty. */
  optional?: boolean;
  least?: number;
  placeholder?: string;
  onCommit: (value: number | null) => void;
}

export function NumberCell({ label, value, optional = false, least = Number.NEGATIVE_INFINITY, placeholder, onCommit }: Props) {
  const written = value === null ? "" : String(value);
  const [text, setText] = useState(written);
  const [from, setFrom] = useState(written);
  if (from !== written) {
    setFrom(written);
    setText(written);
  }
  const number = Number(text.trim());
  const right = text.trim() === "" ? optional : Number.isFinite(number) && number >= least;
  const commit = () => right && text !== written && onCommit(text.trim() === "" ? null : number);
  return (
    <input
      className="input draft number-cell"
      inputMode="decimal"
      autoComplete="off"
      aria-label={label}
      aria-invalid={!right}
      placeholder={placeholder}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => event.key === "Enter" && commit()}
    />
  );
}
