// The first administrator, made through the link that the server printed when it started without anybody.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { enter, setUp } from "../../api/access";
import { PasswordField, TextField, focusFault } from "../../ui/Fields";
import { useSession } from "../../ui/rights";
import { Command } from "../../ui/States";
import { usePageTitle } from "../../ui/title";
import { PASSWORD_MIN, emailFault, nameFault, passwordFault } from "./checks";
import { Onward } from "./Onward";
import { Refusal, useWait } from "./Wait";
import { useFaultText } from "./words";
import "./access.css";

export function SetupPage() {
  const { t } = useTranslation();
  const { token } = useSearch({ from: "/setup" });
  const session = useSession();
  usePageTitle(t("setup.title"));
  if (session?.person || session?.open) return <Onward />;
  return (
    <>
      <h1>{t("setup.title")}</h1>
      {!session?.setup ? (
        <>
          <p>{t("setup.done")}</p>
          <p>
            <Link to="/sign-in" search={{}} className="button button-primary">
              {t("signIn.title")}
            </Link>
          </p>
        </>
      ) : token === undefined ? (
        <>
          <p>{t("setup.where")}</p>
          <Command>throughline serve</Command>
        </>
      ) : (
        <>
          <p>{t("setup.what")}</p>
          <SetupForm token={token} />
        </>
      )}
    </>
  );
}

function SetupForm({ token }: { token: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [draft, setDraft] = useState({ name: "", email: "", password: "" });
  const [asked, setAsked] = useState(false);
  const make = useMutation({
    mutationFn: () => setUp({ token, name: draft.name.trim(), email: draft.email.trim(), password: draft.password }),
    onSuccess: (session) => enter(client, session),
  });
  const wait = useWait(make.error);
  const fault = useFaultText(asked);
  const faults = { name: nameFault(draft.name), email: emailFault(draft.email), password: passwordFault(draft.password) };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setAsked(true);
    if (faults.name || faults.email || faults.password) focusFault(event.currentTarget);
    else if (wait === 0 && !make.isPending) make.mutate();
  };
  return (
    <form className="form" noValidate onSubmit={submit}>
      <TextField label={t("account.name")} known={{ name: "name", autoComplete: "name" }} required value={draft.name} fault={fault(faults.name)} onChange={(name) => setDraft({ ...draft, name })} />
      <TextField email label={t("signIn.email")} known={{ name: "email", autoComplete: "username" }} required value={draft.email} fault={fault(faults.email)} onChange={(email) => setDraft({ ...draft, email })} />
      <PasswordField
        label={t("signIn.password")}
        known={{ name: "password", autoComplete: "new-password" }}
        hint={t("password.rule", { n: PASSWORD_MIN })}
        value={draft.password}
        fault={fault(faults.password)}
        onChange={(password) => setDraft({ ...draft, password })}
      />
      {make.error && <Refusal error={make.error} wait={wait} />}
      <div className="form-actions">
        <button type="submit" className="button button-primary" disabled={make.isPending || wait > 0}>
          {t("setup.do")}
        </button>
      </div>
    </form>
  );
}
