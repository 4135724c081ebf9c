// Counted things as each language says them: 「1 位客户」, “1 customer”, “2 customers”.
import { useTranslation } from "react-i18next";

import { useFormat } from "./format";

export type Counted = "customers" | "paths" | "journeys" | "subjects" | "events" | "times" | "sessions" | "attempts" | "stages" | "touchpoints";

/** The number is written in full. */
export function useCount(): (of: Counted, n: number) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return (of, n) => t(`count.${of}`, { count: n, n: format.whole(n) });
}
