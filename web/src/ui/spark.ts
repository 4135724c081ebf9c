// What a small picture of numbers in time says to those who do not see it.
import { useTranslation } from "react-i18next";

import { useFormat } from "./format";

/** `unit`: what each value is the number of. */
export function useSparkText(): (unit: "days" | "slices", values: readonly number[]) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return (unit, values) => t(`spark.${unit}`, { n: values.length, most: format.whole(Math.max(0, ...values)), last: format.whole(values.at(-1) ?? 0) });
}
