// How much was read for an answer. Whoever sees only some stores is not told how many events there are.
import { useTranslation } from "react-i18next";

import { useFormat } from "./format";

export function useRead(): (meta: { rows_scanned?: number | null; elapsed_ms: number }) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return ({ rows_scanned: rows, elapsed_ms }) => {
    const ms = format.elapsed(elapsed_ms);
    return rows == null ? t("read.untold", { ms }) : t("read.events", { rows: format.whole(rows), ms });
  };
}
