// A number of an answer. What it needs beside its own words to explain itself is handed down once, by the page of the answer.
import { createContext, use } from "react";

import type { Explained, Way } from "../explain";
import { Num } from "../explain";

/** What a number says of itself beside its value. */
export interface FigureInfo {
  title: string;
  definition: string;
  /** Opens it to its customers; absent where it stands for no group of people. */
  pick?: string;
  /** Who these people are, where they are not exactly the ones the number counts. */
  people?: string;
  opensAt?: "customers";
  /** Where the page shows what is behind it. */
  way?: Way;
}

/** Makes the explanation of a number of an answer. */
export type Explaining = (info: FigureInfo, value: string) => Explained;

const ExplainingContext = createContext<Explaining | null>(null);
export const ExplainingProvider = ExplainingContext.Provider;

/** What a number is of, from what there is of its parts: 「2024/03/04 · 第 2 周 · 一线」. */
export function titled(...parts: (string | undefined)[]): string {
  return parts.filter(Boolean).join(" · ");
}

export function useExplained(): Explaining {
  const explaining = use(ExplainingContext);
  if (!explaining) throw new Error("a number stands outside of its answer");
  return explaining;
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
