// Lengths of time as definitions write them (`30m`, `7d`), in words.
import { useTranslation } from "react-i18next";

const UNITS = ["ms", "s", "m", "h", "d", "w"] as const;

/** 「30 分钟」; a text that is no length of time stands for itself. */
export function useSpan(): (span: string) => string {
  const { t } = useTranslation();
  return (span) => {
    const [, count, name] = /^(\d+)(ms|s|m|h|d|w)$/.exec(span) ?? [];
    const unit = UNITS.find((each) => each === name);
    return unit ? t(`span.${unit}`, { count: Number(count) }) : span;
  };
}
