// A message as it was sent; laid out where it is JSON.
import { useTranslation } from "react-i18next";

import { Code } from "./Code";

function laidOut(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

export function Original({ text }: { text: string }) {
  const { t } = useTranslation();
  return <Code label={t("rejections.original")}>{laidOut(text)}</Code>;
}
