// What signing in came to when it failed. A refusal says no more than it must; too many tries say how long to wait.
import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "../../api/client";
import { Failure } from "../../ui/States";
import { clock } from "./checks";

const TICK_MS = 500;

function everyTick(told: () => void): () => void {
  const timer = setInterval(told, TICK_MS);
  return () => clearInterval(timer);
}

/** Whole seconds until the server takes another try; 0: now. */
export function useWait(error: Error | null): number {
  const until = error instanceof ApiError ? error.retryAtMs : null;
  return useSyncExternalStore(everyTick, () => (until === null ? 0 : Math.max(0, Math.ceil((until - Date.now()) / 1000))));
}

export function Refusal({ error, wait, refused }: { error: Error; wait: number; /** What a refusal means here, where no address was asked for. */ refused?: string }) {
  const { t } = useTranslation();
  const code = error instanceof ApiError ? error.code : "";
  if (code === "credentials_refused") {
    return (
      <p role="alert" className="form-fault">
        {refused ?? t("signIn.refused")}
      </p>
    );
  }
  if (code !== "sign_in_limited") return <Failure error={error} />;
  return (
    <div className="limited">
      <p role="alert" className="form-fault">
        {t("signIn.limited")}
      </p>
      {/* Not announced: it changes by the second. */}
      <p className="sub">{wait > 0 ? t("signIn.wait", { time: clock(wait) }) : t("signIn.again")}</p>
    </div>
  );
}
