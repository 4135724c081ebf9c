// Why a file cannot be read as it was said: the cause in the reader's language, the server's own words, and every fault of
// the mapping with its place.
import { useTranslation } from "react-i18next";

import { ApiError } from "../../api/client";
import type { Fault } from "../../api/types";
import { Failure } from "../../ui/States";

/** Of these the words of the server say more than their name does. */
const WORDED = new Set(["file_damaged", "file_unsupported", "file_too_large", "mapping_unfit", "upload_refused", "upload_too_large", "import_running"]);

export function ImportFault({ error, retry, retryName }: { error: unknown; retry?: () => void; retryName?: string }) {
  const { t } = useTranslation();
  const failure = error instanceof ApiError ? error : null;
  const details = failure?.details ?? [];
  return (
    <div className="import-fault">
      <Failure error={error} {...(retry ? { retry } : {})} {...(retryName ? { retryName } : {})} />
      {failure && WORDED.has(failure.code) && details.length === 0 && <p className="sub wrap">{t("importing.said", { text: failure.message })}</p>}
      {details.length > 0 && <Faults faults={details} />}
    </div>
  );
}

function Faults({ faults }: { faults: readonly Fault[] }) {
  const { t } = useTranslation();
  return (
    <ul className="import-faults">
      {faults.map((fault) => (
        <li key={`${fault.line} ${fault.column} ${fault.path} ${fault.message}`}>
          {fault.line != null && <span className="sub">{t("upload.line", { line: fault.line })}</span>} {fault.path && <code className="wrap">{fault.path}</code>} <span>{fault.message}</span>
        </li>
      ))}
    </ul>
  );
}
