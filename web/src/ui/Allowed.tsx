// Shows what only some roles may use to those who may use it; the others read which role it takes, or nothing.
import { Lock } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { NEEDED, may, useRole } from "./rights";
import type { Ability } from "./rights";

export function Allowed({ to, said = false, children }: { to: Ability; /** Whether the others are told. */ said?: boolean; children: ReactNode }) {
  const { t } = useTranslation();
  const role = useRole();
  if (may(role, to)) return children;
  if (!said || role === null) return null;
  return (
    <p className="needs">
      <Lock size={14} aria-hidden />
      {t("rights.needs", { ability: t(`ability.${to}`), needed: t(`role.${NEEDED[to]}`), role: t(`role.${role}`) })}
    </p>
  );
}
