// The first step: a file is dropped or picked, and handed in. Files that wait from before are here too.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { FileTrigger } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { isSameFile, sendFile, throwAway, uploadsQuery } from "../../api/imports";
import type { UploadInfo } from "../../api/types";
import { Button } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { Bar } from "../../ui/files/Bar";
import { DropFile } from "../../ui/files/DropFile";
import { useSize } from "../../ui/files/size";
import { Failure } from "../../ui/States";
import { ImportFault } from "./ImportFault";

interface Props {
  workspace: string;
  zone: string;
  /** A file is here whole. */
  onFile: (upload: UploadInfo) => void;
  /** An import of it that was cut off goes on. */
  onResume: (upload: UploadInfo) => void;
}

interface Handing {
  file: File;
  /** A part of it that is there already. */
  begun?: UploadInfo;
}

export function FileStep({ workspace, zone, onFile, onResume }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const size = useSize();
  const waiting = useQuery(uploadsQuery(workspace));
  const [sent, setSent] = useState<UploadInfo | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const stop = useRef(new AbortController());
  // Whoever leaves the page stops sending.
  useEffect(() => () => stop.current.abort(), []);
  const hand = useMutation({
    mutationFn: async ({ file, begun }: Handing) => {
      stop.current = new AbortController();
      return sendFile(workspace, file, { signal: stop.current.signal, told: setSent, ...(begun ? { begun } : {}) });
    },
    onSuccess: onFile,
    onSettled: async () => {
      setSent(null);
      await client.invalidateQueries({ queryKey: ["uploads", workspace] });
    },
  });
  const most = waiting.data?.bytes_max;
  const take = (files: readonly File[]) => {
    const [file] = files;
    if (!file || hand.isPending) return;
    hand.reset();
    if (files.length > 1) return setRefused(t("importing.oneAtATime"));
    if (file.size === 0) return setRefused(t("importing.emptyFile", { name: file.name }));
    if (most !== undefined && file.size > most) return setRefused(t("importing.tooLarge", { name: file.name, size: size(file.size), most: size(most) }));
    setRefused(null);
    // What is there of the same file already is not sent again.
    const begun = waiting.data?.uploads.find((upload) => upload.received < upload.bytes && isSameFile(upload, file));
    hand.mutate({ file, ...(begun ? { begun } : {}) });
  };
  /** Sends the rest of a file that was begun before. */
  const goOn = (begun: UploadInfo, [file]: readonly File[]) => {
    if (!file || hand.isPending) return;
    hand.reset();
    if (!isSameFile(begun, file)) return setRefused(t("importing.otherThanBegun", { name: begun.name, size: size(begun.bytes) }));
    setRefused(null);
    hand.mutate({ file, begun });
  };
  const stopped = hand.error instanceof DOMException && hand.error.name === "AbortError";
  return (
    <>
      {hand.isPending ? (
        <Bar
          label={t("importing.sending", { name: sent?.name ?? "" })}
          done={sent?.received ?? 0}
          total={sent?.bytes ?? 1}
          note={t("importing.sent", { done: size(sent?.received ?? 0), total: size(sent?.bytes ?? 0) })}
          onStop={() => stop.current.abort()}
        />
      ) : (
        <DropFile title={t("importing.drop")} pick={t("importing.pick")} note={t("importing.formats", { most: most === undefined ? "…" : size(most) })} onFiles={take} />
      )}
      {refused !== null && (
        <p className="form-fault" role="alert">
          {refused}
        </p>
      )}
      {hand.error && !stopped && <ImportFault error={hand.error} {...(hand.variables ? { retry: () => hand.mutate(hand.variables) } : {})} />}
      {waiting.error && <Failure error={waiting.error} retry={() => void waiting.refetch()} />}
      {waiting.data && !hand.isPending && waiting.data.uploads.length > 0 && <Waiting workspace={workspace} zone={zone} uploads={waiting.data.uploads} onFile={onFile} onResume={onResume} onRest={goOn} />}
    </>
  );
}

interface WaitingProps extends Props {
  uploads: readonly UploadInfo[];
  /** The file of which a part is here was picked again. */
  onRest: (begun: UploadInfo, files: readonly File[]) => void;
}

function Waiting({ workspace, zone, uploads, onFile, onResume, onRest }: WaitingProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const size = useSize();
  const client = useQueryClient();
  const drop = useMutation({
    mutationFn: (upload: UploadInfo) => throwAway(workspace, upload),
    onSettled: () => client.invalidateQueries({ queryKey: ["uploads", workspace] }),
  });
  return (
    <section className="waiting" aria-labelledby="waiting-title">
      <h2 id="waiting-title">{t("importing.waiting")}</h2>
      <p className="sub">{t("importing.waitingNote")}</p>
      {drop.error && <Failure error={drop.error} />}
      <ul>
        {uploads.map((upload) => {
          const whole = upload.received === upload.bytes;
          return (
            <li key={upload.id}>
              <span className="waiting-name">
                <strong className="wrap">{upload.name}</strong>
                <span className="sub">
                  {whole ? size(upload.bytes) : t("importing.sent", { done: size(upload.received), total: size(upload.bytes) })} · {format.dateTime(upload.created_us, zone)}
                </span>
              </span>
              {whole && upload.mapping != null && (
                <Button onPress={() => onResume(upload)} aria-label={t("action.of", { action: t("importing.resume"), of: upload.name })}>
                  {t("importing.resume")}
                </Button>
              )}
              {!whole && (
                <FileTrigger onSelect={(files) => onRest(upload, [...(files ?? [])])}>
                  <Button aria-label={t("action.of", { action: t("importing.sendRest"), of: upload.name })}>{t("importing.sendRest")}</Button>
                </FileTrigger>
              )}
              {whole && (
                <Button onPress={() => onFile(upload)} aria-label={t("action.of", { action: t("importing.goOn"), of: upload.name })}>
                  {t("importing.goOn")}
                </Button>
              )}
              <Button look="quiet" isDisabled={drop.isPending} onPress={() => drop.mutate(upload)} aria-label={t("action.of", { action: t("importing.throwAway"), of: upload.name })}>
                {t("importing.throwAway")}
              </Button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
