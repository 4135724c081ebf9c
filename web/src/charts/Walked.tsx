// A picture whose points are walked by arrow keys or under the pointer. What stands at the point is said, and written below.
import type { ReactNode } from "react";
import { useState } from "react";

import { walked } from "./walk";

interface Props {
  /** The whole picture in a sentence. */
  label: string;
  width: number;
  height: number;
  /** What stands at each point, in words. */
  texts: readonly string[];
  /** Points stand below each other: arrows up and down walk them. */
  down?: boolean;
  /** Draws it. `at`: the point reached; `here`: what makes an element the point's own for the pointer. */
  children: (at: number | null, here: (point: number) => { onPointerEnter: () => void }) => ReactNode;
}

export function Walked({ label, width, height, texts, down = false, children }: Props) {
  const [reached, setReached] = useState<number | null>(null);
  const at = reached !== null && reached < texts.length ? reached : null;
  const leave = () => setReached(null);
  return (
    <>
      {/* The picture is walked by arrow keys, so it takes the focus. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <svg
        className="picture lines-picture"
        width={width}
        height={height}
        role="img"
        aria-label={label}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        onKeyDown={(event) => {
          const next = walked(event.key, at, texts.length, down);
          if (next === null) return;
          event.preventDefault();
          setReached(next);
        }}
        onPointerLeave={leave}
        onBlur={leave}
      >
        {children(at, (point) => ({ onPointerEnter: () => setReached(point) }))}
      </svg>
      <p className="flow-read" role="status">
        {at === null ? "" : texts[at]}
      </p>
    </>
  );
}
