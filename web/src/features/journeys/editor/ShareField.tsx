// A share as a percentage, or none.
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { TextField } from "../../../ui/Fields";

interface Props {
  label: string;
  share: number | null | undefined;
  onChange: (share: number | undefined) => void;
}

const written = (share: number | null | undefined): string => (share == null ? "" : String(Number((share * 100).toFixed(6))));

export function ShareField({ label, share, onChange }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState(written(share));
  const [from, setFrom] = useState(share);
  if (from !== share) {
    setFrom(share);
    if (shareOf(text) !== (share ?? undefined)) setText(written(share));
  }
  const wrong = text.trim() !== "" && shareOf(text) === undefined;
  return (
    <TextField
      label={t("editor.percent", { label })}
      numeric
      value={text}
      fault={wrong ? t("editor.fault.share") : undefined}
      onChange={(typed) => {
        setText(typed);
        const read = shareOf(typed);
        if (typed.trim() === "" || read !== undefined) onChange(read);
      }}
    />
  );
}

/** Undefined where the text is no percentage. */
function shareOf(text: string): number | undefined {
  const percent = Number(text.trim().replace(/[%％]$/, ""));
  return text.trim() !== "" && percent >= 0 && percent <= 100 ? percent / 100 : undefined;
}
