// What people write about a name: what it is called, what it means, who answers for it, and what is to be thought of it.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { noteVersionsQuery, saveNote } from "../../api/dictionary";
import type { Subject } from "../../api/dictionary";
import type { NameNote, NameStatus } from "../../api/types";
import { useActor } from "../../ui/actor";
import { Button, Picker } from "../../ui/Controls";
import { Drawer } from "../../ui/Drawer";
import { TextField } from "../../ui/Fields";
import { useFormat } from "../../ui/format";
import { Failure } from "../../ui/States";

const STATUSES = ["none", "expected", "deprecated", "hidden"] as const;

interface Props {
  workspace: string;
  zone: string;
  subject: Subject;
  note: NameNote | null;
  onClose: () => void;
}

export function NoteForm({ workspace, zone, subject, note, onClose }: Props) {
  const { t } = useTranslation();
  const actor = useActor();
  const format = useFormat();
  const client = useQueryClient();
  const [title, setTitle] = useState(note?.title ?? "");
  const [description, setDescription] = useState(note?.description ?? "");
  const [owner, setOwner] = useState(note?.owner ?? "");
  const [status, setStatus] = useState<NameStatus | "none">(note?.status ?? "none");
  const list = useQuery(noteVersionsQuery(workspace, subject));
  const versions = list.data?.versions ?? [];
  const save = useMutation({
    mutationFn: () => {
      const fields = { title: title.trim(), description: description.trim(), owner: owner.trim(), status: status === "none" ? null : status };
      // A note that was taken back is not shown, and has versions all the same.
      return saveNote(workspace, subject, fields, note?.version ?? versions[0]?.version ?? 0);
    },
    onSuccess: async () => {
      await Promise.all(["dictionary", "dictionary-event", "dictionary-versions"].map((key) => client.invalidateQueries({ queryKey: [key, workspace] })));
      onClose();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Drawer title={t("dictionary.describeOf", { name: subject.name })} onClose={onClose}>
      <form className="form" onSubmit={submit} noValidate>
        <TextField label={t("dictionary.title")} value={title} onChange={setTitle} hint={t("dictionary.titleHint")} />
        <TextField label={t("dictionary.description")} lines={4} value={description} onChange={setDescription} hint={t("dictionary.descriptionHint")} />
        <TextField label={t("dictionary.owner")} value={owner} onChange={setOwner} />
        <div className="form-field">
          <Picker label={t("dictionary.status")} value={status} choices={STATUSES.map((id) => ({ id, label: t(`dictionary.status.${id}`), ...(id === "none" ? {} : { note: t(`dictionary.statusNote.${id}`) }) }))} onChange={setStatus} />
        </div>
        {save.error && <Failure error={save.error} />}
        <div className="form-actions">
          <Button type="submit" look="primary" isDisabled={save.isPending || !list.data}>
            {t(save.isPending ? "form.saving" : "form.save")}
          </Button>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
        </div>
      </form>
      {list.isPending && <div className="skeleton" aria-hidden />}
      {list.error && <Failure error={list.error} retry={() => void list.refetch()} />}
      {versions.length > 0 && (
        <section className="dictionary-versions">
          <h3>{t("dictionary.versions")}</h3>
          <ol>
            {versions.map((version) => (
              <li key={version.version} className="sub">
                {t("dictionary.version", { n: version.version, at: format.dateTime(version.saved_at_us, zone), by: actor(version.by) })}
              </li>
            ))}
          </ol>
        </section>
      )}
    </Drawer>
  );
}
