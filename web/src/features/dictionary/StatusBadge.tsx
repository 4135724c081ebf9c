// What people think of a name.
import { useTranslation } from "react-i18next";

import type { NameStatus } from "../../api/types";

export function StatusBadge({ status }: { status: NameStatus | null | undefined }) {
  const { t } = useTranslation();
  if (status == null) return null;
  return <span className="badge">{t(`dictionary.status.${status}`)}</span>;
}
