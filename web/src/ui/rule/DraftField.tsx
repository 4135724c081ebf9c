// A short text that counts once it is done: on Enter, or when the focus leaves. What is half written asks nothing.
import { useId, useState } from "react";

export function DraftField({ label, value, list, onCommit }: { label: string; value: string; list?: string; onCommit: (value: string) => void }) {
  const id = useId();
  const [draft, setDraft] = useState(value);
  const [from, setFrom] = useState(value);
  if (from !== value) {
    setFrom(value);
    setDraft(value);
  }
  const commit = () => draft !== value && onCommit(draft);
  return (
    <span className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className="input draft"
        autoComplete="off"
        value={draft}
        {...(list ? { list } : {})}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === "Enter" && !event.nativeEvent.isComposing && commit()}
      />
    </span>
  );
}
