// A file on its way in: sent piece by piece, stopped by whoever sends it or leaves the page, and refused where it cannot be one.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { isSameFile, sendFile, uploadsQuery } from "../../../api/imports";
import type { UploadInfo } from "../../../api/types";
import { useSize } from "../../../ui/files/size";

export interface HandIn {
  /** The most a file may have, in words; null while it is not known. */
  most: string | null;
  /** What is there of it so far; null: nothing is being sent. */
  sent: UploadInfo | null;
  sending: boolean;
  /** Why a file was not even sent. */
  refused: string | null;
  error: Error | null;
  take: (files: readonly File[]) => void;
  again: (() => void) | null;
  stop: () => void;
}

/** `most`: bytes a file may have, where that is less than the server takes; `onFile`: it is here whole. */
export function useHandIn(workspace: string, onFile: (upload: UploadInfo, file: File) => void, mostBytes = Number.POSITIVE_INFINITY): HandIn {
  const { t } = useTranslation();
  const client = useQueryClient();
  const size = useSize();
  const waiting = useQuery(uploadsQuery(workspace));
  const [sent, setSent] = useState<UploadInfo | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const control = useRef(new AbortController());
  useEffect(() => () => control.current.abort(), []);
  const hand = useMutation({
    mutationFn: async (file: File) => {
      control.current = new AbortController();
      // What is there of the same file already is not sent again.
      const begun = waiting.data?.uploads.find((upload) => upload.received < upload.bytes && isSameFile(upload, file));
      return sendFile(workspace, file, { signal: control.current.signal, told: setSent, ...(begun ? { begun } : {}) });
    },
    onSuccess: (upload, file) => onFile(upload, file),
    onSettled: async () => {
      setSent(null);
      await client.invalidateQueries({ queryKey: ["uploads", workspace] });
    },
  });
  const most = waiting.data ? Math.min(mostBytes, waiting.data.bytes_max) : null;
  const take = (files: readonly File[]) => {
    const [file] = files;
    if (!file || hand.isPending) return;
    hand.reset();
    if (files.length > 1) return setRefused(t("place.data.oneAtATime"));
    if (file.size === 0) return setRefused(t("place.data.emptyFile", { name: file.name }));
    if (most !== null && file.size > most) return setRefused(t("place.data.tooLarge", { name: file.name, size: size(file.size), most: size(most) }));
    setRefused(null);
    hand.mutate(file);
  };
  const stopped = hand.error instanceof DOMException && hand.error.name === "AbortError";
  return {
    most: most === null ? null : size(most),
    sent,
    sending: hand.isPending,
    refused,
    error: stopped ? null : hand.error,
    take,
    again: hand.variables ? () => hand.variables && hand.mutate(hand.variables) : null,
    stop: () => control.current.abort(),
  };
}
