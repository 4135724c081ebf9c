// Uploads a definition: as the next version of a journey, or as a new one. Faults are told with line and field.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Upload } from "lucide-react";
import { useState } from "react";
import { FileTrigger } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { ApiError } from "../../api/client";
import { saveDefinition } from "../../api/queries";
import type { Fault } from "../../api/types";
import { Button } from "../../ui/Controls";
import { Failure } from "../../ui/States";
import { readFile } from "./newJourney";

/** The largest definition anybody writes is far smaller; a video chosen by mistake is not read. */
const BYTES_MAX = 2_000_000;

interface Props {
  workspace: string;
  /** Null: whichever the file names. */
  journey: string | null;
  /** The newest version that was seen; 0 for a journey that is not there yet. */
  version: number;
  onSaved?: (journey: string) => void;
}

export function UploadDefinition({ workspace, journey, version, onSaved }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [file, setFile] = useState<{ name: string; text: string } | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const save = useMutation({
    mutationFn: async ({ name, text, over }: { name: string; text: string; over: boolean }) => {
      const read = readFile(name, text);
      const key = journey ?? read.journey;
      if (key === null) throw new Error(t("upload.noKey"));
      await saveDefinition(workspace, { journey: key, text, format: read.format, expected_version: over ? null : version, note: name });
      return key;
    },
    onSuccess: async (key) => {
      await Promise.all(
        ["journeys", "journey", "versions", "map", "personas", "hierarchy"].map((name) => client.invalidateQueries({ queryKey: [name] })),
      );
      onSaved?.(key);
    },
  });
  const choose = async (chosen: File | undefined) => {
    save.reset();
    setWrong(null);
    if (!chosen) return;
    if (chosen.size > BYTES_MAX) return setWrong(t("upload.tooLarge"));
    const read = { name: chosen.name, text: await chosen.text() };
    setFile(read);
    save.mutate({ ...read, over: false });
  };
  const error = save.error;
  const faults = error instanceof ApiError ? error.details : [];
  const conflict = error instanceof ApiError && error.status === 409;
  return (
    <div className="upload">
      <FileTrigger acceptedFileTypes={[".yaml", ".yml", ".json"]} onSelect={(files) => void choose(files?.[0])}>
        <Button isDisabled={save.isPending}>
          <Upload size={14} aria-hidden />
          {t("upload.choose")}
        </Button>
      </FileTrigger>
      <div role="status" className="sub">
        {save.isPending ? t("form.saving") : save.isSuccess ? t("upload.saved", { name: file?.name ?? "" }) : ""}
      </div>
      {wrong !== null && (
        <p className="form-fault" role="alert">
          {wrong}
        </p>
      )}
      {faults.length > 0 ? (
        <Faults name={file?.name ?? ""} faults={faults} />
      ) : error instanceof ApiError ? (
        <Failure error={error} {...(conflict && file ? { retry: () => save.mutate({ ...file, over: true }), retryName: t("upload.over") } : {})} />
      ) : (
        error && (
          <p className="form-fault" role="alert">
            {error.message}
          </p>
        )
      )}
    </div>
  );
}

function Faults({ name, faults }: { name: string; faults: readonly Fault[] }) {
  const { t } = useTranslation();
  return (
    <div className="failure" role="alert">
      <p className="failure-title">{t("upload.faults", { count: faults.length, n: faults.length, name })}</p>
      <ul className="faults">
        {faults.map((fault) => (
          <li key={`${fault.line} ${fault.column} ${fault.path} ${fault.message}`}>
            <span className="fault-place">
              {fault.line != null && <span>{t("upload.line", { line: fault.line })}</span>}
              {fault.path && <code className="wrap">{fault.path}</code>}
            </span>
            <span>{fault.message}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
