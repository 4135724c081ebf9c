// Saves a draft as the next version, with why. What the server finds wrong leads to where it is; where somebody saved a version
// meanwhile, both changes are put together, and neither is lost.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useState } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { ApiError } from "../../api/client";
import type { Fault, Saved } from "../../api/types";
import { Button } from "../Controls";
import { TextField } from "../Fields";
import { Failure } from "../States";

/** A fault in words, and the way to it. */
export interface FaultLink {
  fault: Fault;
  text: string;
  go: () => void;
}

interface Props {
  title: string;
  how: string;
  /** What it will be like once it is saved. */
  notice?: ReactNode;
  wide?: boolean;
  save: (note: string) => Promise<Saved>;
  /** First keys of the queries whose answers follow from it. */
  follows: readonly string[];
  /** Faults that are known before: with them nothing is sent. */
  known?: readonly FaultLink[];
  /** How those are told that the server finds. */
  told: (fault: Fault) => FaultLink;
  onFaults?: (faults: readonly Fault[]) => void;
  onSaved: (version: number) => void;
  /** Shown instead where somebody saved a version meanwhile. */
  conflict: ReactNode;
  onClose: () => void;
}

export function SaveDialog({ title, how, notice, wide = false, save: send, follows, known = [], told, onFaults, onSaved, conflict, onClose }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [note, setNote] = useState("");
  const save = useMutation({
    mutationFn: () => send(note.trim()),
    onSuccess: async ({ version }) => {
      onSaved(version);
      await Promise.all(follows.map((key) => client.invalidateQueries({ queryKey: [key] })));
    },
    onError: (error) => error instanceof ApiError && error.code === "definition_invalid" && onFaults?.(error.details),
  });
  const { error } = save;
  const refused = error instanceof ApiError && error.code === "definition_invalid" ? error.details : [];
  const faults = refused.length > 0 ? refused.map(told) : known;
  return (
    <ModalOverlay className="scrim" isOpen onOpenChange={(open) => !open && onClose()}>
      <Modal className={wide ? "ask ask-wide" : "ask"}>
        <Dialog className="ask-body">
          <Heading slot="title">{title}</Heading>
          {error instanceof ApiError && error.status === 409 ? (
            conflict
          ) : (
            <form
              className="form"
              noValidate
              onSubmit={(event) => {
                event.preventDefault();
                save.mutate();
              }}
            >
              <p className="sub">{how}</p>
              {notice}
              <TextField label={t("form.note")} value={note} hint={t("editor.noteHint")} onChange={setNote} />
              {faults.length > 0 && (
                <div className="failure" role="alert">
                  <p className="failure-title">{t("editor.saveFaults", { count: faults.length, n: faults.length })}</p>
                  <ul className="fault-list">
                    {faults.map(({ fault, text, go }) => (
                      <li key={`${fault.path} ${fault.message}`}>
                        <Button look="quiet" onPress={go}>
                          {text}
                        </Button>
                      </li>
                    ))}
                  </ul>
                </div>
              )}
              {error && refused.length === 0 && <Failure error={error} />}
              <div className="form-actions">
                <Button type="submit" look="primary" isDisabled={save.isPending || (known.length > 0 && refused.length === 0)}>
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
  /** The version somebody saved meanwhile, once it is there. */
  theirs: { note?: string | null } | undefined;
  said: string;
  error: unknown;
  retry: () => void;
  /** What they changed. */
  children?: ReactNode;
  onMerge: () => void;
  onClose: () => void;
}

export function Conflict({ theirs, said, error, retry, children, onMerge, onClose }: ConflictProps) {
  const { t } = useTranslation();
  return (
    <>
      {error !== null && <Failure error={error} retry={retry} />}
      {theirs ? (
        <>
          <p role="alert">{said}</p>
          {theirs.note && <p className="history-note">{theirs.note}</p>}
          {children}
          <p className="sub">{t("editor.mergeHow")}</p>
        </>
      ) : (
        error === null && <div className="skeleton" aria-hidden />
      )}
      <div className="form-actions">
        <Button look="primary" isDisabled={theirs === undefined} onPress={onMerge}>
          {t("editor.merge")}
        </Button>
        <Button onPress={onClose}>{t("editor.keepEditing")}</Button>
      </div>
    </>
  );
}
