// Which way a number went, as far as its interval tells.
import { useTranslation } from "react-i18next";

import type { ChangeVerdict } from "../../api/types";
import { MARKS } from "./words";

export function Verdict({ verdict }: { verdict: ChangeVerdict }) {
  const { t } = useTranslation();
  return (
    <span className="badge change-verdict">
      <span aria-hidden>{MARKS[verdict]}</span> {t(`change.verdict.${verdict}`)}
    </span>
  );
}

/** What kind of evidence this is; it stands wherever the numbers are. */
export function Notice() {
  const { t } = useTranslation();
  return <p className="change-notice">{t("change.notice")}</p>;
}
