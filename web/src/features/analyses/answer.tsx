// What every number of an analysis needs to explain itself, handed down once.
import type { ReactNode } from "react";

import type { Meta } from "../../api/types";
import { ExplainingProvider } from "../../ui/answer/figure";

export interface Answered {
  meta: Meta;
  /** The journey whose instances are counted. */
  journey?: { id: string; version: number };
}

export function AnswerProvider({ value: { meta, journey }, children }: { value: Answered; children: ReactNode }) {
  return <ExplainingProvider value={(info, value) => ({ ...info, value, question: meta.question, meta, ...(journey ? { journey } : {}) })}>{children}</ExplainingProvider>;
}
