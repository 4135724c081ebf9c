// Taking up an invitation: somebody new gives a name and a password, somebody known signs in with the one they have.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { accept, enter, invitedQuery } from "../../api/access";
import type { Invited } from "../../api/types";
import { PasswordField, TextField, focusFault } from "../../ui/Fields";
import { useLocalized } from "../../ui/language";
import { useSession } from "../../ui/rights";
import { Failure } from "../../ui/States";
import { useStoreNames } from "../../ui/Stores";
import { usePageTitle } from "../../ui/title";
import { PASSWORD_MIN, nameFault, passwordFault } from "./checks";
import { ProviderButton } from "./ProviderButton";
import { Refusal, useWait } from "./Wait";
import { useFaultText } from "./words";
import "./access.css";

export function InvitationPage() {
  const { t } = useTranslation();
  const localized = useLocalized();
  const { token } = useParams({ from: "/invitation/$token" });
  const invited = useQuery(invitedQuery(token));
  const session = useSession();
  const person = session?.person;
  const provider = session?.provider;
  const names = useStoreNames();
  usePageTitle(t("invitation.title"));
  return (
    <>
      <h1>{t("invitation.title")}</h1>
      {invited.error && (
        <>
          <Failure error={invited.error} retry={() => void invited.refetch()} />
          <p>
            <Link to="/">{t("page.home")}</Link>
          </p>
        </>
      )}
      {invited.isPending && <div className="skeleton" aria-hidden />}
      {invited.data && (
        <>
          <p>{t("invitation.what", { workspace: localized(invited.data.workspace.name) || invited.data.workspace.id, role: t(`role.${invited.data.role}`) })}</p>
          <p className="sub">
            {t(`role.${invited.data.role}.what`)} {invited.data.stores && t("stores.invited", { stores: names(invited.data.stores) })}
          </p>
          {person && person.email !== invited.data.email && <p className="needs">{t("invitation.other", { name: person.name })}</p>}
          {provider && (
            <>
              <p className="sub">{t("provider.invited", { email: invited.data.email, name: provider.name })}</p>
              <ProviderButton provider={provider} to={`/w/${encodeURIComponent(invited.data.workspace.id)}/journeys`} />
            </>
          )}
          {provider?.passwords !== "administrators" && <AcceptForm token={token} invited={invited.data} />}
        </>
      )}
    </>
  );
}

function AcceptForm({ token, invited }: { token: string; invited: Invited }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [asked, setAsked] = useState(false);
  const join = useMutation({
    mutationFn: () => accept(token, invited.known ? { password } : { name: name.trim(), password }),
    onSuccess: async (session) => {
      // Away first: what this page knows of the invitation is used up.
      await navigate({ to: "/w/$workspace/journeys", params: { workspace: invited.workspace.id }, replace: true });
      enter(client, session);
    },
  });
  const wait = useWait(join.error);
  const fault = useFaultText(asked);
  const faults = {
    name: invited.known ? null : nameFault(name),
    password: invited.known ? (password === "" ? ("needed" as const) : null) : passwordFault(password),
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setAsked(true);
    if (faults.name || faults.password) focusFault(event.currentTarget);
    else if (wait === 0 && !join.isPending) join.mutate();
  };
  return (
    <form className="form" noValidate onSubmit={submit}>
      <div className="form-field">
        <label className="form-label" htmlFor="invited-email">
          {t("signIn.email")}
        </label>
        <input id="invited-email" className="input" type="email" name="email" autoComplete="username" value={invited.email} readOnly />
      </div>
      {!invited.known && (
        <TextField label={t("account.name")} known={{ name: "name", autoComplete: "name" }} required value={name} fault={fault(faults.name)} onChange={setName} />
      )}
      <PasswordField
        label={t("signIn.password")}
        known={{ name: "password", autoComplete: invited.known ? "current-password" : "new-password" }}
        hint={invited.known ? t("invitation.known") : t("password.rule", { n: PASSWORD_MIN })}
        value={password}
        fault={fault(faults.password)}
        onChange={setPassword}
      />
      {join.error && <Refusal error={join.error} wait={wait} refused={t("password.refused")} />}
      <div className="form-actions">
        <button type="submit" className="button button-primary" disabled={join.isPending || wait > 0}>
          {t("invitation.do")}
        </button>
      </div>
    </form>
  );
}
