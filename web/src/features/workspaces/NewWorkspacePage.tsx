// A workspace being made, by administrators: its name, id, zone and currency. Then it asks what it is for.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { sessionQuery } from "../../api/access";
import { ApiError } from "../../api/client";
import { createWorkspace, workspacesQuery } from "../../api/queries";
import { Button, Picker } from "../../ui/Controls";
import { TextField, focusFault } from "../../ui/Fields";
import { keyOf } from "../../ui/keys";
import { useAdministers } from "../../ui/rights";
import { Failure } from "../../ui/States";
import { usePageTitle } from "../../ui/title";
import { ownZone, zones } from "../../ui/zones";
import { ID, currencies, currencyOf } from "./newWorkspace";
import "./workspaces.css";

/** In the picker: no currency. */
const NONE = "";

export function NewWorkspacePage() {
  const { t } = useTranslation();
  const administers = useAdministers();
  usePageTitle(t("newWorkspace.title"));
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t("newWorkspace.title")}</h1>
          <p className="page-note">{t("newWorkspace.note")}</p>
        </div>
      </header>
      {administers ? <WorkspaceForm /> : <p className="needs">{t("newWorkspace.needs")}</p>}
    </div>
  );
}

function WorkspaceForm() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const known = useQuery(workspacesQuery()).data?.workspaces.map(({ id }) => id) ?? [];
  const [name, setName] = useState("");
  const [written, setWritten] = useState<string | null>(null);
  const [zone, setZone] = useState(ownZone);
  const [currency, setCurrency] = useState(() => currencyOf(navigator.language) ?? NONE);
  const [tried, setTried] = useState(false);
  const spelled = useSpelled(name);
  const id = written ?? keyOf(spelled, known, "workspace");
  const make = useMutation({
    mutationFn: () => createWorkspace({ id, name: name.trim(), zone, ...(currency === NONE ? {} : { currency }) }),
    onSuccess: async () => {
      // Whoever makes a workspace owns it, which the session says.
      await Promise.all([workspacesQuery().queryKey, sessionQuery().queryKey].map((queryKey) => client.invalidateQueries({ queryKey })));
      await navigate({ to: "/w/$workspace", params: { workspace: id } });
    },
  });
  const exists = make.error instanceof ApiError && make.error.code === "exists";
  const faults = {
    name: name.trim() === "" ? t("form.needed") : undefined,
    id: ID.test(id) ? (known.includes(id) || exists ? t("newWorkspace.idTaken") : undefined) : t("newWorkspace.idFault"),
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setTried(true);
    const form = event.currentTarget;
    if (faults.name !== undefined || faults.id !== undefined) return focusFault(form);
    make.mutate(undefined, { onError: () => focusFault(form) });
  };
  const said = (fault: string | undefined) => (tried ? fault : undefined);
  return (
    <form className="card form new-workspace" onSubmit={submit} noValidate>
      <TextField label={t("newWorkspace.name")} value={name} onChange={setName} required fault={said(faults.name)} hint={t("newWorkspace.nameHint")} />
      <TextField
        label={t("newWorkspace.id")}
        value={id}
        onChange={(text) => {
          setWritten(text);
          make.reset();
        }}
        required
        fault={said(faults.id)}
        hint={t("newWorkspace.idHint")}
      />
      <Zone zone={zone} onChange={setZone} />
      <Currency currency={currency} onChange={setCurrency} />
      {make.error && !exists && <Failure error={make.error} />}
      <div className="form-actions">
        <Button type="submit" look="primary" isDisabled={make.isPending}>
          {t(make.isPending ? "form.saving" : "newWorkspace.make")}
        </Button>
      </div>
    </form>
  );
}

/** A name in letters. How Chinese is read is loaded once it is needed; until then its characters stand for themselves. */
function useSpelled(name: string): string {
  const [spell, setSpell] = useState<((name: string) => string) | null>(null);
  const needed = /\p{Script=Han}/u.test(name) && spell === null;
  useEffect(() => {
    let gone = false;
    if (needed) void import("../../ui/spell").then(({ spelled }) => !gone && setSpell(() => spelled));
    return () => {
      gone = true;
    };
  }, [needed]);
  return spell ? spell(name) : name;
}

function Zone({ zone, onChange }: { zone: string; onChange: (zone: string) => void }) {
  const { t } = useTranslation();
  const choices = useMemo(() => zones().map((id) => ({ id, label: id })), []);
  return (
    <div className="form-field">
      <Picker label={t("newWorkspace.zone")} value={zone} choices={choices} onChange={onChange} />
      <span className="sub">{t("newWorkspace.zoneHint")}</span>
    </div>
  );
}

function Currency({ currency, onChange }: { currency: string; onChange: (currency: string) => void }) {
  const { t, i18n } = useTranslation();
  const choices = useMemo(() => [{ id: NONE, label: t("newWorkspace.noCurrency") }, ...currencies(i18n.language)], [t, i18n.language]);
  return (
    <div className="form-field">
      <Picker label={t("newWorkspace.currency")} value={currency} choices={choices} onChange={onChange} />
      <span className="sub">{t("newWorkspace.currencyHint")}</span>
    </div>
  );
}
