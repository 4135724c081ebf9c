// Files that the server makes: asked for, followed while it takes a while, given up when somebody says so, and handed to the
// person. A failure is told on the page.
import type { QueryKey } from "@tanstack/react-query";
import { useMutation } from "@tanstack/react-query";
import { useId, useRef } from "react";
import { useTranslation } from "react-i18next";

import type { FileAnswer } from "../api/client";
import { save } from "./download";
import { Failure, Progress } from "./States";

export interface Exporting {
  queryKey: QueryKey;
  isPending: boolean;
  error: Error | null;
  /** `name`: where the server gives none. `make` may be `tracked` by the key, so that its progress is told. */
  write: (name: string, make: (signal: AbortSignal, queryKey: QueryKey) => Promise<FileAnswer>) => void;
  cancel: () => void;
}

export function useExporting(): Exporting {
  const queryKey = ["export", useId()];
  const latest = useRef<AbortController>(null);
  const run = useMutation({
    mutationFn: async ({ name, make }: { name: string; make: Parameters<Exporting["write"]>[1] }) => {
      const giveUp = new AbortController();
      latest.current = giveUp;
      try {
        const file = await make(giveUp.signal, queryKey);
        if (!giveUp.signal.aborted) save(file.name ?? name, file.content);
      } catch (error) {
        if (!giveUp.signal.aborted) throw error;
      }
    },
  });
  return {
    queryKey,
    isPending: run.isPending,
    error: run.error,
    write: (name, make) => run.mutate({ name, make }),
    cancel: () => latest.current?.abort(),
  };
}

/** How a file is getting on, or why there is none. */
export function ExportState({ of }: { of: Exporting }) {
  const { t } = useTranslation();
  return (
    <>
      {of.error && <Failure error={of.error} />}
      {of.isPending && <Progress queryKey={of.queryKey} begun={t("export.writing")} onCancel={of.cancel} />}
    </>
  );
}
