// What a failure is called and what mends it, in the reader's language. The texts of most codes come when the first one is
// shown; those that stand where nothing can come any more (no server, no page) are the frame's.
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "../../api/client";
import { neededRole } from "../rights";

/** Texts that are not there by then are not waited for: the server's own words stand in. */
const PATIENCE_MS = 3000;
/** How browsers, and the app's own loader, say that a piece of the app did not come. */
const UNLOADED = /\bimport\w* (?:a )?module|^Unable to preload/i;
/** Of these the server's own words say more than the name of the code. */
const SAID = new Set([
  "conflict",
  "definition_invalid",
  "document_invalid",
  "file_damaged",
  "file_too_large",
  "file_unsupported",
  "identity_policy_invalid",
  "import_running",
  "mapping_unfit",
  "plan_unreadable",
  "question_invalid",
  "request_invalid",
  "sql_invalid",
  "traffic_rules_invalid",
  "upload_refused",
  "upload_too_large",
]);

export interface FailureWords {
  cause: string;
  remedy: string | null;
  /** What the server says beyond the cause, in its own language, and what leads up to it. */
  detail: { lead: string; text: string } | null;
}

let bring: () => Promise<unknown> = () => Promise.resolve();

/** `load` brings the texts, in every language that is shown. */
export function whenFailing(load: () => Promise<unknown>): void {
  bring = load;
}

/** The stable code; of a page that did not load, and of an answer that is none of the server's, one of the frame's own. */
export function codeOf(error: unknown): string {
  if (error instanceof ApiError) return error.code.startsWith("http_") ? "http" : error.code;
  return error instanceof Error && UNLOADED.test(error.message) ? "unloaded" : "unexpected";
}

/** Null while the texts are on their way. */
export function useFailureWords(error: unknown): FailureWords | null {
  const { t, i18n } = useTranslation();
  const failure = error instanceof ApiError ? error : null;
  const code = codeOf(error);
  const known = i18n.exists(`error.${code}`);
  const [waited, setWaited] = useState<{ code: string } | null>(null);
  useEffect(() => {
    if (known) return;
    let shown = true;
    const settle = () => shown && setWaited({ code });
    const timer = setTimeout(settle, PATIENCE_MS);
    void bring().then(settle, settle);
    return () => {
      shown = false;
      clearTimeout(timer);
    };
  }, [code, known]);
  if (known) {
    const values = { status: failure?.status ?? 0 };
    const detail = failure !== null && SAID.has(code) && !failure.message.includes("\n") ? { lead: t("failure.said"), text: failure.message } : null;
    return { cause: t(`error.${code}` as "error.http", values), remedy: remedyOf(), detail };
  }
  return waited?.code === code ? { cause: failure?.message || t("error.unexpected"), remedy: failure?.hint ?? null, detail: null } : null;

  function remedyOf(): string {
    const refused = failure?.code === "role_refused" ? failure.message : "";
    if (refused.includes("limited to")) return t("error.role_refused.limited");
    const role = neededRole(refused);
    return role === null ? t(`error.${code}.remedy` as "error.network.remedy") : t("error.role_refused.needs", { role: t(`role.${role}`) });
  }
}
