// A length of time: one of the usual ones, or any other as it is written.
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Picker } from "../../ui/Controls";
import { CheckedField } from "./CheckedField";
import { isSpan } from "./fields";

interface Choice {
  id: string;
  label: string;
}

interface Props {
  label: string;
  value: string;
  /** The usual ones, whatever stands for no limit, and the value itself. */
  choices: readonly Choice[];
  onChange: (span: string) => void;
}

/** Stands for a length that is about to be written. */
const OWN = "own";

export function SpanPicker({ label, value, choices, onChange }: Props) {
  const { t } = useTranslation();
  const [own, setOwn] = useState(false);
  return (
    <>
      <Picker
        label={label}
        value={own ? OWN : value}
        choices={[...choices, { id: OWN, label: t("span.own") }]}
        onChange={(id) => {
          setOwn(id === OWN);
          if (id !== OWN) onChange(id);
        }}
      />
      {own && (
        <CheckedField
          label={t("span.ownOf", { label })}
          value={isSpan(value) ? value : ""}
          hint={t("span.how")}
          read={(text) => {
            const span = text.trim().toLowerCase();
            return isSpan(span) ? span : null;
          }}
          onChange={onChange}
        />
      )}
    </>
  );
}
