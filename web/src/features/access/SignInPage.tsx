// Signing in with an e-mail address and a password, and then back to the page that was wanted.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { enter, signIn } from "../../api/access";
import { PasswordField, TextField, focusFault } from "../../ui/Fields";
import { useSession } from "../../ui/rights";
import { usePageTitle } from "../../ui/title";
import { emailFault, wayBack } from "./checks";
import { Onward } from "./Onward";
import { ProviderButton } from "./ProviderButton";
import { Refusal, useWait } from "./Wait";
import { useFaultText } from "./words";
import "./access.css";

export function SignInPage() {
  const { t } = useTranslation();
  const { to } = useSearch({ from: "/sign-in" });
  const session = useSession();
  const provider = session?.provider;
  usePageTitle(t("signIn.title"));
  if (session?.person || session?.open) return <Onward to={to} />;
  return (
    <>
      <h1>{t("signIn.title")}</h1>
      {session?.setup && <p>{t("setup.where")}</p>}
      {!session?.setup && provider && <ProviderButton provider={provider} to={wayBack(to, location.origin)} focused />}
      {!session?.setup && provider?.passwords === "administrators" && (
        <details className="provider-else">
          <summary>{t("provider.passwords")}</summary>
          <SignInForm focused={false} />
        </details>
      )}
      {!session?.setup && provider?.passwords === "everyone" && <p className="provider-or">{t("provider.or")}</p>}
      {!session?.setup && provider?.passwords !== "administrators" && <SignInForm focused={!provider} />}
      {!session?.setup && provider && <p className="sub">{t("provider.signOut", { name: provider.name })}</p>}
    </>
  );
}

function SignInForm({ focused }: { /** Whether it is what people come for. */ focused: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [asked, setAsked] = useState(false);
  const enters = useMutation({
    mutationFn: () => signIn(email.trim(), password),
    onSuccess: (session) => enter(client, session),
    onError: () => {
      setPassword("");
      setAsked(false);
      form.current?.querySelector<HTMLInputElement>("[name=password]")?.focus();
    },
  });
  const wait = useWait(enters.error);
  const fault = useFaultText(asked);
  useEffect(() => {
    if (focused) form.current?.querySelector("input")?.focus();
  }, [focused]);
  const faults = { email: emailFault(email), password: password === "" ? ("needed" as const) : null };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setAsked(true);
    if (faults.email || faults.password) focusFault(event.currentTarget);
    else if (wait === 0 && !enters.isPending) enters.mutate();
  };
  return (
    <form ref={form} className="form" noValidate onSubmit={submit}>
      <TextField email label={t("signIn.email")} known={{ name: "email", autoComplete: "username" }} required value={email} fault={fault(faults.email)} onChange={setEmail} />
      <PasswordField label={t("signIn.password")} known={{ name: "password", autoComplete: "current-password" }} value={password} fault={fault(faults.password)} onChange={setPassword} />
      {enters.error && <Refusal error={enters.error} wait={wait} />}
      <div className="form-actions">
        <button type="submit" className={focused ? "button button-primary" : "button"} disabled={enters.isPending || wait > 0}>
          {t(enters.isPending ? "signIn.doing" : "signIn.do")}
        </button>
      </div>
      <p className="sub">{t("signIn.forgotten")}</p>
    </form>
  );
}
