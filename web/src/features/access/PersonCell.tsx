// Who a row of people is about.
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  person: { name: string; email: string };
  isSelf: boolean;
  /** What else is said of the person. */
  children?: ReactNode;
}

export function PersonCell({ person, isSelf, children }: Props) {
  const { t } = useTranslation();
  return (
    <th scope="row">
      {person.name} {isSelf && <span className="badge badge-accent">{t("members.you")}</span>} {children}
      <span className="sub access-email">{person.email}</span>
    </th>
  );
}
