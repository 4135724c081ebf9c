// What is decided about a pain. It is saved against the version it was made from.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "../../api/client";
import { handlePain } from "../../api/queries";
import type { PainInfo } from "../../api/types";
import { Picker } from "../../ui/Controls";
import { DayField } from "../../ui/DayField";
import { TextField, focusFault } from "../../ui/Fields";
import { Failure } from "../../ui/States";
import { decision, draftOf, isChanged, needsOwner, statusChoices } from "./handling";

export function HandlingForm({ workspace, info, onSaved }: { workspace: string; info: PainInfo; onSaved: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(info));
  const [asked, setAsked] = useState(false);
  const reload = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ["pain", workspace, info.pain.key] }),
      client.invalidateQueries({ queryKey: ["pains", workspace] }),
    ]);
  const save = useMutation({
    mutationFn: () => handlePain(workspace, info.pain.key, decision(draft, info.version)),
    onSuccess: async () => {
      onSaved();
      await reload();
    },
  });
  const ownerMissing = needsOwner(draft.status) && draft.owner.trim() === "";
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setAsked(true);
    if (ownerMissing) focusFault(event.currentTarget);
    else save.mutate();
  };
  const conflict = save.error instanceof ApiError && save.error.status === 409;
  return (
    <form className="form" onSubmit={submit} noValidate>
      <Picker
        label={t("pain.status")}
        value={draft.status}
        choices={statusChoices(info.status).map((status) => ({ id: status, label: t(`pain.status.${status}`) }))}
        onChange={(status) => setDraft({ ...draft, status })}
      />
      <TextField
        label={t("pain.owner")}
        value={draft.owner}
        required={needsOwner(draft.status)}
        fault={asked && ownerMissing ? t("pain.ownerNeeded") : undefined}
        onChange={(owner) => setDraft({ ...draft, owner })}
      />
      <DayField label={t("pain.due")} value={draft.due} onChange={(due) => setDraft({ ...draft, due })} />
      <TextField label={t("form.note")} lines={2} value={draft.note} hint={t("form.noteHint")} onChange={(note) => setDraft({ ...draft, note })} />
      {save.error && <Failure error={save.error} {...(conflict ? { retry: () => void reload() } : {})} />}
      <div className="form-actions">
        <button type="submit" className="button button-primary" disabled={save.isPending || !isChanged(draft, info)}>
          {t("form.save")}
        </button>
        {save.isPending && <span className="sub">{t("form.saving")}</span>}
      </div>
    </form>
  );
}
