// A number with its 95 % interval, as text.
import { useTranslation } from "react-i18next";

import type { Estimate } from "../api/types";

/** The interval of `estimate`, each end written by `write`. */
export function useInterval(): (estimate: Estimate, write: (value: number) => string) => string {
  const { t } = useTranslation();
  return ({ low, high }, write) => t("totals.interval", { low: write(low), high: write(high) });
}
