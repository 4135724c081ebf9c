// A fault of a definition in the reader's language: by its code, with what it names. One without is told as the server tells it.
import { useTranslation } from "react-i18next";

import type { Fault } from "../../../api/types";

/** `zoneName`: zones are told by their names where they are known. */
export function useFaultText(zoneName: (zone: string) => string): (fault: Fault) => string {
  const { t, i18n } = useTranslation();
  return ({ code, values = [], message, path }) => {
    if (code == null || !i18n.exists(`place.fault.${code}`)) return `${path}: ${message}`;
    const [a = "", b = "", c = "", d = ""] = values;
    // Of these the first or third names a zone.
    const named = code === "parent_circular" ? { a: zoneName(a), b: zoneName(b) } : code === "outside_zone" ? { a, b, c: zoneName(c) } : { a, b, c };
    if (code === "rule_range") {
      const name = `place.${path}`;
      return t("place.fault.rule_range", { a, b, c, rule: i18n.exists(name) ? t(name as "place.rules.cleaning.gap_seconds") : path });
    }
    return t(`place.fault.${code}` as "place.fault.shape_crosses", { ...named, d });
  };
}
