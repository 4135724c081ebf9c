// Why a file cannot be read as it was said: the cause, and every fault of the mapping with its place.
import { useTranslation } from "react-i18next";

import { ApiError } from "../../api/client";
import type { Fault } from "../../api/types";
import { Failure } from "../../ui/States";

export function ImportFault({ error, retry, retryName }: { error: unknown; retry?: () => void; retryName?: string }) {
  const details = error instanceof ApiError ? error.details : [];
  return (
    <div className="import-fault">
      <Failure error={error} listed={details.length > 0} {...(retry ? { retry } : {})} {...(retryName ? { retryName } : {})} />
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
