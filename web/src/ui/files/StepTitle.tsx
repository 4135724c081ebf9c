// What a step is about. It takes the focus when the step begins, so that whoever does not see the page is told.
import type { ReactNode } from "react";
import { useEffect, useRef } from "react";

export function StepTitle({ children }: { children: ReactNode }) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  return (
    <h2 ref={title} tabIndex={-1} className="wrap">
      {children}
    </h2>
  );
}
