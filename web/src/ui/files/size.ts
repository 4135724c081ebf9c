// Bytes as people read them: 3.4 MB.
import { useTranslation } from "react-i18next";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** Files are told in powers of 1024, as file managers do. */
export function sizeText(bytes: number, language: string): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const unit = UNITS[power] ?? "byte";
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: power === 0 ? "long" : "short", maximumFractionDigits: power > 1 ? 1 : 0 }).format(bytes / 1024 ** power);
}

export function useSize(): (bytes: number) => string {
  const { i18n } = useTranslation();
  return (bytes) => sizeText(bytes, i18n.language);
}
