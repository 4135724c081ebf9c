// What every number of an answer needs to explain itself, handed down once.
import { createContext, use } from "react";

import type { Meta } from "../../api/types";
import type { Explained } from "../../ui/explain";
import { Num } from "../../ui/explain";

export interface Answered {
  meta: Meta;
  /** The journey whose instances are counted. */
  journey?: { id: string; version: number };
}

const AnswerContext = createContext<Answered | null>(null);
export const AnswerProvider = AnswerContext.Provider;

/** What a number says of itself beside its value. */
export interface FigureInfo {
  title: string;
  definition: string;
  /** Opens it to its customers; absent where it stands for no group of people. */
  pick?: string;
  /** Who these people are, where they are not exactly the ones the number counts. */
  people?: string;
  opensAt?: "customers";
}

/** What a number is of, from what there is of its parts: 「2024/03/04 · 第 2 周 · 一线」. */
export function titled(...parts: (string | undefined)[]): string {
  return parts.filter(Boolean).join(" · ");
}

export function useExplained(): (info: FigureInfo, value: string) => Explained {
  const answered = use(AnswerContext);
  if (!answered) throw new Error("a number stands outside of its answer");
  const { meta, journey } = answered;
  return (info, value) => ({ ...info, value, question: meta.question, meta, ...(journey ? { journey } : {}) });
}

/** A number of the answer: opens its explanation. */
export function Figure({ info, text, full = text, className }: { info: FigureInfo; text: string; /** In full, where `text` is shortened. */ full?: string; className?: string }) {
  const explained = useExplained();
  return (
    <Num explain={() => explained(info, full)} of={info.title} {...(className ? { className } : {})}>
      {text}
    </Num>
  );
}

/** A number within a sentence. */
export function Said({ info, text }: { info: FigureInfo; text: string }) {
  return <Figure info={info} text={text} className="num-inline" />;
}
