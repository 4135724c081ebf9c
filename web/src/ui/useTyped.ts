// What somebody types or drags right now. The address that keeps it answers a little later, and what it said before must not come
// back in between: a caret would jump, and an input method would lose what it composes.
import { useState } from "react";

interface Typed<T> {
  /** What the control shows: its own value while somebody is at it, else the one that is kept. */
  shown: T;
  type: (value: T) => void;
  onBlur: () => void;
}

export function useTyped<T>(kept: T, onChange: (value: T) => void): Typed<T> {
  const [own, setOwn] = useState<{ value: T } | null>(null);
  return {
    shown: own ? own.value : kept,
    type: (value) => {
      setOwn({ value });
      onChange(value);
    },
    onBlur: () => setOwn(null),
  };
}
