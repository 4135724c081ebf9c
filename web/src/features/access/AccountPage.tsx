// One's own account: who one is, where one belongs, and a new password.
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, Navigate } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { changePassword } from "../../api/access";
import type { Person, Session } from "../../api/types";
import { workspacesQuery } from "../../api/queries";
import { PasswordField, focusFault } from "../../ui/Fields";
import { useLocalized } from "../../ui/language";
import { useSession } from "../../ui/rights";
import { usePageTitle } from "../../ui/title";
import { PASSWORD_MIN, passwordFault } from "./checks";
import { Refusal, useWait } from "./Wait";
import { useFaultText } from "./words";
import "./access.css";

export function AccountPage() {
  const { t } = useTranslation();
  const session = useSession();
  usePageTitle(t("account.page"));
  if (!session?.person) return <Navigate to="/" replace />;
  const { person, roles } = session;
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t("account.page")}</h1>
        </div>
      </header>
      <dl className="facts card">
        <div>
          <dt>{t("account.name")}</dt>
          <dd>{person.name}</dd>
        </div>
        <div>
          <dt>{t("signIn.email")}</dt>
          <dd>{person.email}</dd>
        </div>
        {person.administrator && (
          <div>
            <dt>{t("accounts.administrator")}</dt>
            <dd>{t("accounts.administrator.what")}</dd>
          </div>
        )}
      </dl>
      <Roles roles={roles} />
      <section className="card card-body" aria-labelledby="password-title">
        <h2 id="password-title">{t("password.title")}</h2>
        <PasswordForm person={person} />
      </section>
    </div>
  );
}

function Roles({ roles }: { roles: Session["roles"] }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const workspaces = useQuery(workspacesQuery()).data?.workspaces ?? [];
  return (
    <section className="card card-body" aria-labelledby="roles-title">
      <h2 id="roles-title">{t("account.roles")}</h2>
      {roles.length === 0 && <p className="sub">{t("account.noRoles")}</p>}
      <ul className="role-list">
        {roles.map(({ workspace, role }) => (
          <li key={workspace}>
            <Link to="/w/$workspace/journeys" params={{ workspace }}>
              {localized(workspaces.find(({ id }) => id === workspace)?.name) || workspace}
            </Link>
            <span className="badge">{t(`role.${role}`)}</span>
            <span className="sub">{t(`role.${role}.what`)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function PasswordForm({ person }: { person: Person }) {
  const { t } = useTranslation();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [asked, setAsked] = useState(false);
  const change = useMutation({
    mutationFn: () => changePassword(current, next),
    onSuccess: () => {
      setCurrent("");
      setNext("");
      setAsked(false);
    },
  });
  const wait = useWait(change.error);
  const fault = useFaultText(asked);
  const faults = { current: current === "" ? ("needed" as const) : null, next: passwordFault(next) };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setAsked(true);
    if (faults.current || faults.next) focusFault(event.currentTarget);
    else if (wait === 0 && !change.isPending) change.mutate();
  };
  return (
    <form className="form" noValidate onSubmit={submit}>
      {/* Password managers keep the new password under this name. */}
      <input type="email" name="email" autoComplete="username" value={person.email} readOnly hidden />
      <PasswordField label={t("password.current")} known={{ name: "current", autoComplete: "current-password" }} value={current} fault={fault(faults.current)} onChange={setCurrent} />
      <PasswordField
        label={t("password.next")}
        known={{ name: "next", autoComplete: "new-password" }}
        hint={t("password.rule", { n: PASSWORD_MIN })}
        value={next}
        fault={fault(faults.next)}
        onChange={setNext}
      />
      <p className="sub">{t("password.others")}</p>
      {change.error && <Refusal error={change.error} wait={wait} refused={t("password.refused")} />}
      <div className="form-actions">
        <button type="submit" className="button button-primary" disabled={change.isPending || wait > 0}>
          {t("password.do")}
        </button>
        <span role="status" className="link-said">
          {change.isSuccess ? t("password.done") : ""}
        </span>
      </div>
    </form>
  );
}
