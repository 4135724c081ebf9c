// Saves the draft as the next version, with why. Where somebody saved one meanwhile it tells what they changed, and puts
// both together; neither is lost.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { ApiError } from "../../../api/client";
import { diffQuery, journeyQuery, matchesNothing, saveJourney } from "../../../api/queries";
import type { Journey, JourneyVersion, WorkspaceInfo } from "../../../api/types";
import { Button } from "../../../ui/Controls";
import { TextField } from "../../../ui/Fields";
import { useFormat } from "../../../ui/format";
import { Failure } from "../../../ui/States";
import { ChangeList } from "../ChangeList";
import type { Part } from "./draft";
import { useFaultWords } from "./FaultList";
import { placed } from "./faults";
import type { Placed } from "./faults";
import type { Tried } from "./useTried";

/** What is derived from a journey's newest version. */
const OF_JOURNEYS = ["journeys", "journey", "versions", "map", "personas", "hierarchy", "pains"];

interface Props {
  workspace: WorkspaceInfo;
  draft: Journey;
  /** The version the draft was made from. */
  base: number;
  tried: Tried;
  onSaved: (version: number) => void;
  /** Puts the draft on top of a version that somebody else saved. */
  onMerge: (theirs: JourneyVersion) => void;
  onChoose: (part: Part) => void;
  onClose: () => void;
}

export function SaveDialog({ workspace, draft, base, tried, onSaved, onMerge, onChoose, onClose }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [note, setNote] = useState("");
  const save = useMutation({
    mutationFn: () => saveJourney(workspace.id, draft, base, note.trim()),
    onSuccess: async ({ version }) => {
      onSaved(version);
      await Promise.all(OF_JOURNEYS.map((key) => client.invalidateQueries({ queryKey: [key] })));
    },
  });
  const error = save.error;
  const conflict = error instanceof ApiError && error.status === 409;
  const refused = error instanceof ApiError && error.code === "definition_invalid" ? error.details.map((fault) => placed(draft, fault)) : [];
  const faults = refused.length > 0 ? refused : tried.stale ? [] : tried.faults;
  return (
    <ModalOverlay className="scrim" isOpen onOpenChange={(open) => !open && onClose()}>
      <Modal className="ask editor-save">
        <Dialog className="ask-body">
          <Heading slot="title">{t("editor.saveTitle")}</Heading>
          {conflict ? (
            <Conflict workspace={workspace} journey={draft.id} base={base} onMerge={onMerge} onClose={onClose} />
          ) : (
            <form
              className="form"
              noValidate
              onSubmit={(event) => {
                event.preventDefault();
                save.mutate();
              }}
            >
              <p className="sub">{t("editor.saveHow", { next: base + 1 })}</p>
              {!tried.stale && matchesNothing(tried.preview) && <p>{t("editor.saveNothing")}</p>}
              <TextField label={t("form.note")} value={note} hint={t("editor.noteHint")} onChange={setNote} />
              {faults.length > 0 && <Faults faults={faults} onChoose={onChoose} />}
              {error && refused.length === 0 && <Failure error={error} />}
              <div className="form-actions">
                <Button type="submit" look="primary" isDisabled={save.isPending || (faults.length > 0 && refused.length === 0)}>
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

/** Each fault leads to what it concerns. */
function Faults({ faults, onChoose }: { faults: readonly Placed[]; onChoose: (part: Part) => void }) {
  const { t } = useTranslation();
  const words = useFaultWords();
  return (
    <div className="failure" role="alert">
      <p className="failure-title">{t("editor.saveFaults", { count: faults.length, n: faults.length })}</p>
      <ul className="editor-faults">
        {faults.map((fault) => (
          <li key={`${fault.fault.path} ${fault.fault.message}`}>
            <Button look="quiet" onPress={() => onChoose(fault.part)}>
              {words(fault)}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface ConflictProps {
  workspace: WorkspaceInfo;
  journey: string;
  base: number;
  onMerge: (theirs: JourneyVersion) => void;
  onClose: () => void;
}

function Conflict({ workspace, journey, base, onMerge, onClose }: ConflictProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const newest = useQuery({ ...journeyQuery(workspace.id, journey, null), staleTime: 0, refetchOnMount: "always" });
  const theirs = newest.data && newest.data.version > base ? newest.data : undefined;
  const before = useQuery(journeyQuery(workspace.id, journey, base)).data?.journey;
  const diff = useQuery({ ...diffQuery(workspace.id, journey, base, theirs?.version ?? base), enabled: theirs !== undefined });
  return (
    <>
      {(newest.error ?? diff.error) && <Failure error={newest.error ?? diff.error} retry={() => void newest.refetch()} />}
      {theirs ? (
        <>
          <p role="alert">{t("editor.conflict", { version: theirs.version, by: theirs.by, when: format.dateTime(theirs.saved_at_us, workspace.zone) })}</p>
          {theirs.note && <p className="history-note">{theirs.note}</p>}
          {diff.data && (
            <div className="editor-conflict">
              <ChangeList changes={diff.data.changes} before={before} after={theirs.journey} />
            </div>
          )}
          <p className="sub">{t("editor.mergeHow")}</p>
        </>
      ) : (
        !newest.error && <div className="skeleton" aria-hidden />
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
