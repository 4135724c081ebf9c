// A segment being written: its name, who is in it, and how many that is; saved as its first or its next version.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { saveSegment } from "../../../api/segments";
import type { Segment, SegmentVersion, WorkspaceInfo } from "../../../api/types";
import { Button } from "../../../ui/Controls";
import { TextField, focusFault } from "../../../ui/Fields";
import { KEY, keyOf } from "../../../ui/keys";
import { useLanguage, useLocalized } from "../../../ui/language";
import { Failure } from "../../../ui/States";
import { LiveSize } from "./LiveSize";
import { emptyTree, renamed, treeOf, whoOf } from "./who";
import { WhoEditor } from "./WhoEditor";

interface Props {
  workspace: WorkspaceInfo;
  /** The newest version of the one that is edited; null for a new one. */
  from: SegmentVersion | null;
  taken: readonly string[];
  onSaved: (segment: string) => void;
  onCancel: () => void;
}

export function SegmentForm({ workspace, from, taken, onSaved, onCancel }: Props) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const language = useLanguage();
  const client = useQueryClient();
  const before = from?.segment;
  const [name, setName] = useState(localized(before?.name));
  const [about, setAbout] = useState(localized(before?.description));
  const [key, setKey] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const [tree, setTree] = useState(() => (before ? treeOf(before.who) : emptyTree()));
  const [tried, setTried] = useState(false);
  const id = before?.id ?? key ?? keyOf(name, taken, "segment");
  const who = whoOf(tree);
  const faults = {
    name: name.trim() === "" ? t("form.needed") : undefined,
    key: before ? undefined : !KEY.test(id) ? t("segments.keyHow") : taken.includes(id) ? t("segments.keyTaken") : undefined,
    who: who ? undefined : t("segments.unfinished"),
  };
  const save = useMutation({
    mutationFn: (segment: Segment) => saveSegment(workspace.id, segment, from?.version ?? 0, note.trim()),
    onSuccess: async (_, segment) => {
      await Promise.all(
        ["segments", "segment", "segment-versions", "size", "analysis", "compare", "map"].map((kind) => client.invalidateQueries({ queryKey: [kind] })),
      );
      onSaved(segment.id);
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setTried(true);
    if (!who || faults.name || faults.key) return focusFault(event.currentTarget);
    const description = about.trim() === "" ? null : renamed(before?.description, language, about.trim());
    save.mutate({ id, name: renamed(before?.name, language, name.trim()), ...(description === null ? {} : { description }), who });
  };
  const said = (fault: string | undefined) => (tried ? fault : undefined);
  return (
    <form className="segment-form" onSubmit={submit} noValidate>
      <div className="segment-main">
        <section className="card segment-fields" aria-label={t("segments.about")}>
          <div className="segment-names">
            <TextField label={t("segments.name")} value={name} onChange={setName} required fault={said(faults.name)} />
            {!before && <TextField label={t("segments.key")} value={id} onChange={setKey} fault={said(faults.key)} hint={t("segments.keyHint")} />}
          </div>
          <TextField label={t("segments.description")} value={about} onChange={setAbout} />
        </section>
        <section className="card segment-who" aria-labelledby="who-title">
          <h2 id="who-title">{t("who.title")}</h2>
          <WhoEditor workspace={workspace} own={before?.id ?? null} tree={tree} onChange={setTree} />
          {said(faults.who) && (
            <p className="form-fault" role="alert">
              {faults.who}
            </p>
          )}
        </section>
      </div>
      <aside className="segment-side">
        <LiveSize workspace={workspace} name={name} tree={tree} />
        <section className="card segment-fields" aria-label={t("form.save")}>
          {before && <TextField label={t("form.note")} value={note} onChange={setNote} hint={t("segments.noteHint")} />}
          {save.error && <Failure error={save.error} />}
          <div className="form-actions">
            <Button type="submit" look="primary" isDisabled={save.isPending}>
              {t(save.isPending ? "form.saving" : before ? "segments.saveNext" : "segments.save")}
            </Button>
            <Button onPress={onCancel}>{t("common.cancel")}</Button>
          </div>
        </section>
      </aside>
    </form>
  );
}
