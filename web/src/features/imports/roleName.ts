// What a column can be, in the reader's language.
import { useCallback } from "react";
import { useTranslation } from "react-i18next";

import type { Role } from "./mapping";

export function useRoleName(): (role: Role) => string {
  const { t } = useTranslation();
  return useCallback((role: Role) => t(`importing.role.${role}`), [t]);
}
