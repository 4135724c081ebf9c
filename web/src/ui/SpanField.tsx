// A length of time as a number and its unit: `30d`.
import { useTranslation } from "react-i18next";

import { Picker } from "./Controls";
import { DraftField } from "./rule/DraftField";

const UNITS = ["m", "h", "d", "w"] as const;

export function spanParts(span: string): { count: string; unit: string } {
  const [, count = "", unit = "d"] = /^(\d+)(ms|s|m|h|d|w)$/.exec(span) ?? [];
  return { count, unit };
}

export function SpanField({ label, span, onChange }: { label: string; span: string; onChange: (span: string) => void }) {
  const { t } = useTranslation();
  const { count, unit } = spanParts(span);
  const units = UNITS.some((each) => each === unit) ? [...UNITS] : [unit, ...UNITS];
  return (
    <span className="span-field">
      <DraftField
        label={label}
        value={count}
        onCommit={(text) => {
          const n = Number(text.trim());
          if (Number.isInteger(n) && n > 0 && n < 1_000_000) onChange(`${n}${unit}`);
        }}
      />
      <Picker label={t("who.unit")} labelHidden value={unit} choices={units.map((id) => ({ id, label: t(`who.unit.${id}` as "who.unit.d") }))} onChange={(next) => onChange(`${count || "1"}${next}`)} />
    </span>
  );
}
