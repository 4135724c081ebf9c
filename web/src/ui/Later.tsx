// What may stand a moment after the rest: it is made in pieces, between which the page answers, and holds up nothing that
// is waited for. While new contents are made the ones before stand.
import type { ReactNode } from "react";
import { useDeferredValue } from "react";

export function Later({ children }: { children: ReactNode }) {
  return useDeferredValue(children, null);
}
