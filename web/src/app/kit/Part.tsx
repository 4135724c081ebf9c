// A part of the page of the kit: what belongs together, under its name.
import type { ReactNode } from "react";

export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="card kit-part" aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}
