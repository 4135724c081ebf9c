// Shows what only some roles may use to those who may use it; the others read which role it takes, or nothing.
import { Lock } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { NEEDED, may, useMay, useRole } from "./rights";
import type { Ability } from "./rights";

export function Allowed({ to, said = false, children }: { to: Ability; /** Whether the others are told. */ said?: boolean; children: ReactNode }) {
  const { t } = useTranslation();
  const role = useRole();
  const allowed = useMay()(to);
  if (allowed) return children;
  if (!said || role === null) return null;
  return (
    <p className="needs">
      <Lock size={14} aria-hidden />
      {may(role, to) ? t("rights.limited", { ability: t(`ability.${to}`) }) : t("rights.needs", { ability: t(`ability.${to}`), needed: t(`role.${NEEDED[to]}`), role: t(`role.${role}`) })}
    </p>
  );
}
