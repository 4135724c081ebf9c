// A length of time: one of the usual ones, or any other as a number and its unit.
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Picker } from "../../ui/Controls";
import type { Choice } from "../../ui/Controls";
import { SpanField } from "../../ui/SpanField";
import { isSpan } from "./fields";
import { useSpan } from "./span";

interface Props {
  label: string;
  /** Empty: none. */
  value: string;
  /** The usual ones. */
  offered: readonly string[];
  /** What none is called, where there may be none. */
  none?: string;
  /** What may be chosen instead of a length. */
  more?: readonly Choice[];
  onChange: (span: string) => void;
}

/** Stands for none; ids of options are never empty. */
const NONE = "none";
/** Stands for a length that is about to be written. */
const OWN = "own";

export function SpanPicker({ label, value, offered, none, more = [], onChange }: Props) {
  const { t } = useTranslation();
  const span = useSpan();
  const [own, setOwn] = useState(false);
  const known = value === "" || offered.includes(value) || more.some(({ id }) => id === value) ? offered : [value, ...offered];
  return (
    <>
      <Picker
        label={label}
        value={own ? OWN : value || NONE}
        choices={[...(none === undefined ? [] : [{ id: NONE, label: none }]), ...known.map((id) => ({ id, label: span(id) })), ...more, { id: OWN, label: t("span.own") }]}
        onChange={(id) => {
          setOwn(id === OWN);
          if (id !== OWN) onChange(id === NONE ? "" : id);
        }}
      />
      {own && <SpanField label={t("span.ownOf", { label })} span={isSpan(value) ? value : ""} onChange={onChange} />}
    </>
  );
}
