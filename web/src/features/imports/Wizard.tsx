// The four steps of an import: the file, what its columns mean, a trial, the import. One import runs at a time in a
// workspace, so one that runs is shown to whoever comes.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { startImport } from "../../api/imports";
import type { ImportJob, ImportStart, UploadInfo, WorkspaceInfo } from "../../api/types";
import { Button } from "../../ui/Controls";
import { Steps } from "../../ui/files/Steps";
import { ColumnsStep } from "./ColumnsStep";
import type { Meaning } from "./ColumnsStep";
import { FileStep } from "./FileStep";
import { ImportFault } from "./ImportFault";
import { RunStep } from "./RunStep";
import { TrialStep } from "./TrialStep";

const STEPS = ["file", "columns", "trial", "import"] as const;
type Step = (typeof STEPS)[number];

export function Wizard({ workspace, newest }: { workspace: WorkspaceInfo; newest: ImportJob | null }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [upload, setUpload] = useState<UploadInfo | null>(null);
  const [meaning, setMeaning] = useState<Meaning | null>(null);
  const [trying, setTrying] = useState(false);
  const [followed, setFollowed] = useState<string | null>(null);
  const start = useMutation({
    mutationFn: (order: ImportStart) => startImport(workspace.id, order),
    onSuccess: async (job) => {
      setFollowed(job.id);
      await client.invalidateQueries({ queryKey: ["imports", workspace.id] });
    },
  });
  // Whoever sees it run sees how it ends.
  if (newest?.state === "running" && newest.id !== followed) setFollowed(newest.id);
  const job = newest !== null && newest.id === followed ? newest : null;
  const step: Step = followed !== null ? "import" : upload === null ? "file" : trying ? "trial" : "columns";
  const anew = () => {
    setUpload(null);
    setMeaning(null);
    setTrying(false);
    setFollowed(null);
    start.reset();
  };
  /** Goes on with a file that is here, with what was said of it before if it was. */
  const take = (file: UploadInfo) => {
    start.reset();
    setUpload(file);
    setMeaning(null);
    setTrying(false);
  };
  /** Goes on with an import that was cut off, by the mapping it was begun with. */
  const resume = (file: UploadInfo) => {
    const mapping = file.mapping ?? "";
    setUpload(file);
    setMeaning({ sheet: null, draft: null, text: mapping, mapping });
    start.mutate({ upload: file.id, mapping, replace: false });
  };
  const isOwn = job !== null && upload?.id === job.upload;
  return (
    <section className="card wizard" aria-label={t("importing.wizard")}>
      <Steps names={STEPS.map((each) => t(`importing.step.${each}`))} at={STEPS.indexOf(step)} />
      <div className="wizard-body">
        {step === "file" && newest !== null && newest.state !== "running" && (
          <p className="sub last-import">
            {t(`importing.is.${newest.state}`, { name: newest.file })}{" "}
            <Button look="quiet" onPress={() => setFollowed(newest.id)}>
              {t("importing.seeLast")}
            </Button>
          </p>
        )}
        {step === "file" && <FileStep workspace={workspace.id} zone={workspace.zone} onFile={take} onResume={resume} />}
        {step === "columns" && upload && <ColumnsStep workspace={workspace} upload={upload} said={meaning} onSay={setMeaning} onBack={anew} onNext={() => setTrying(true)} />}
        {step === "trial" && upload && meaning && (
          <TrialStep
            workspace={workspace}
            upload={upload}
            mapping={meaning.mapping}
            starting={start.isPending}
            onBack={() => setTrying(false)}
            onStart={() => start.mutate({ upload: upload.id, mapping: meaning.mapping, replace: false })}
          />
        )}
        {step === "import" && job && (
          <RunStep
            workspace={workspace}
            job={job}
            starting={start.isPending}
            {...(isOwn && upload && meaning
              ? {
                  again: (replace) => start.mutate({ upload: upload.id, mapping: meaning.mapping, replace }),
                  columns: () => {
                    setFollowed(null);
                    setTrying(false);
                  },
                }
              : {})}
            onAnew={isOwn || upload === null ? anew : () => setFollowed(null)}
          />
        )}
        {start.error && <ImportFault error={start.error} />}
      </div>
    </section>
  );
}
