// Saves the draft as the next version, with why. What the server finds wrong leads to where it is; where somebody saved a version
// meanwhile, both changes are put together, and neither is lost.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { ApiError } from "../../../api/client";
import { saveSite, siteQuery } from "../../../api/places";
import type { Fault, Site, SiteVersion } from "../../../api/types";
import { Button } from "../../../ui/Controls";
import { TextField } from "../../../ui/Fields";
import { useFormat } from "../../../ui/format";
import { Failure } from "../../../ui/States";

interface Props {
  workspace: string;
  draft: Site;
  /** The version the draft was made from. */
  base: number;
  /** How a fault is told. */
  words: (fault: Fault) => string;
  onSaved: (version: number) => void;
  onFaults: (faults: readonly Fault[]) => void;
  onGo: (fault: Fault) => void;
  onMerge: (theirs: SiteVersion) => void;
  onClose: () => void;
}

export function SaveDialog({ workspace, draft, base, words, onSaved, onFaults, onGo, onMerge, onClose }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [note, setNote] = useState("");
  const save = useMutation({
    mutationFn: () => saveSite(workspace, draft, base, note.trim()),
    onSuccess: async ({ version }) => {
      onSaved(version);
      await Promise.all(["sites", "site", "site-versions", "place"].map((key) => client.invalidateQueries({ queryKey: [key] })));
    },
    onError: (error) => error instanceof ApiError && error.code === "definition_invalid" && onFaults(error.details),
  });
  const { error } = save;
  const conflict = error instanceof ApiError && error.status === 409;
  const refused = error instanceof ApiError && error.code === "definition_invalid" ? error.details : [];
  return (
    <ModalOverlay className="scrim" isOpen onOpenChange={(open) => !open && onClose()}>
      <Modal className="ask">
        <Dialog className="ask-body">
          <Heading slot="title">{t("place.editor.saveTitle")}</Heading>
          {conflict ? (
            <Conflict workspace={workspace} site={draft.id} base={base} zone={draft.time_zone} onMerge={onMerge} onClose={onClose} />
          ) : (
            <form
              className="form"
              noValidate
              onSubmit={(event) => {
                event.preventDefault();
                save.mutate();
              }}
            >
              <p className="sub">{t("place.editor.saveHow", { next: base + 1 })}</p>
              <TextField label={t("form.note")} value={note} hint={t("editor.noteHint")} onChange={setNote} />
              {refused.length > 0 && (
                <div className="failure" role="alert">
                  <p className="failure-title">{t("editor.saveFaults", { count: refused.length, n: refused.length })}</p>
                  <ul>
                    {refused.map((fault) => (
                      <li key={`${fault.path} ${fault.message}`}>
                        <Button look="quiet" onPress={() => onGo(fault)}>
                          {words(fault)}
                        </Button>
                      </li>
                    ))}
                  </ul>
                </div>
              )}
              {error && refused.length === 0 && <Failure error={error} />}
              <div className="form-actions">
                <Button type="submit" look="primary" isDisabled={save.isPending}>
                  {t(save.isPending ? "form.saving" : "segments.saveNext")}
                </Button>
                <Button onPress={onClose}>{t("common.cancel")}</Button>
              </div>
            </form>
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

interface ConflictProps {
  workspace: string;
  site: string;
  base: number;
  zone: string;
  onMerge: (theirs: SiteVersion) => void;
  onClose: () => void;
}

function Conflict({ workspace, site, base, zone, onMerge, onClose }: ConflictProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const newest = useQuery({ ...siteQuery(workspace, site, null), staleTime: 0, refetchOnMount: "always" });
  const theirs = newest.data && newest.data.version > base ? newest.data : undefined;
  return (
    <>
      {newest.error && <Failure error={newest.error} retry={() => void newest.refetch()} />}
      {theirs && (
        <>
          <p role="alert">{t("place.editor.conflict", { version: theirs.version, by: theirs.by, when: format.dateTime(theirs.saved_at_us, zone) })}</p>
          {theirs.note && <p className="history-note">{theirs.note}</p>}
          <p className="sub">{t("editor.mergeHow")}</p>
        </>
      )}
      <div className="form-actions">
        <Button look="primary" isDisabled={theirs === undefined} onPress={() => theirs && onMerge(theirs)}>
          {t("editor.merge")}
        </Button>
        <Button onPress={onClose}>{t("editor.keepEditing")}</Button>
      </div>
    </>
  );
}
