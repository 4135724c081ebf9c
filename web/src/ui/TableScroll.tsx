// A table that may be wider than the page. It scrolls by itself, also by the keyboard, so it is a region with a name.
import type { ReactNode } from "react";

type Named = { label: string; labelledBy?: undefined } | { label?: undefined; labelledBy: string };

export function TableScroll({ label, labelledBy, children }: Named & { children: ReactNode }) {
  return (
    // A scrollable region must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="table-scroll" role="region" aria-label={label} aria-labelledby={labelledBy} tabIndex={0}>
      {children}
    </div>
  );
}
