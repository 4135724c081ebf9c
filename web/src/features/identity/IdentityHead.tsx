// The head of the pages about identities: what they are for, and the way from one to another.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { usePageTitle } from "../../ui/title";

const PAGES = [
  { page: "review", to: "/w/$workspace/identity" },
  { page: "decisions", to: "/w/$workspace/identity/decisions" },
  { page: "policy", to: "/w/$workspace/identity/policy" },
] as const;

export type IdentityTab = (typeof PAGES)[number]["page"];

export function IdentityHead({ workspace, tab, children }: { workspace: string; tab: IdentityTab; children?: ReactNode }) {
  const { t } = useTranslation();
  const title = t(`identity.${tab}`);
  usePageTitle(title);
  return (
    <>
      <header className="page-head">
        <div>
          <h1>{title}</h1>
          <p className="page-note">{t(`identity.${tab}.note`)}</p>
        </div>
        {children && <div className="page-actions">{children}</div>}
      </header>
      <nav className="identity-tabs" aria-label={t("identity.pages")}>
        {PAGES.map(({ page, to }) => (
          <Link key={page} to={to} params={{ workspace }} search={{}} className="tab" {...(page === tab ? { "aria-current": "page" as const, "data-selected": true } : {})}>
            {t(`identity.${page}`)}
          </Link>
        ))}
      </nav>
    </>
  );
}
