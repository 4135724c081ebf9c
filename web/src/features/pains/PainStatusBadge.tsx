import { useTranslation } from "react-i18next";

import type { PainStatus } from "../../api/types";

/** Where a pain stands: a word, with a colour for what nobody is at yet and for what came back. */
export function PainStatusBadge({ status }: { status: PainStatus }) {
  const { t } = useTranslation();
  const look = status === "came_back" || status === "found" ? "badge badge-bad" : status === "closed" ? "badge" : "badge badge-accent";
  return <span className={look}>{t(`pain.status.${status}`)}</span>;
}
