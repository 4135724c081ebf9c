// A card of the overview: one step of the loop, its parts, and what each says while it is not there.
import type { QueryKey } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "../../api/client";
import { Button } from "../../ui/Controls";
import { Failure, Progress } from "../../ui/States";

export const STEPS = ["collect", "identify", "journey", "find", "improve", "prove"] as const;

export function Step({ step, shape, children }: { step: (typeof STEPS)[number]; shape?: "wide" | "tall"; children: ReactNode }) {
  const { t } = useTranslation();
  const id = `step-${step}`;
  return (
    <section className={shape ? `card overview-step overview-${shape}` : "card overview-step"} aria-labelledby={id}>
      <h2 id={id} className="overview-title">
        <span className="step-number" aria-hidden>
          {STEPS.indexOf(step) + 1}
        </span>
        {t(`step.${step}`)}
      </h2>
      {children}
    </section>
  );
}

/** A number of a card: what it is of, how much, and what there is to say about it. */
export function Stat({ name, note, bad = false, children }: { name: string; note?: ReactNode; /** Whether somebody should look at it. */ bad?: boolean; children: ReactNode }) {
  return (
    <div className={bad ? "overview-stat overview-bad" : "overview-stat"}>
      <dt>{name}</dt>
      <dd>
        <span className="overview-number">
          {bad && (
            <span className="mark" aria-hidden>
              !
            </span>
          )}
          {children}
        </span>
        {note && <span className="sub">{note}</span>}
      </dd>
    </div>
  );
}

/** A question and how it stands. */
export interface Asked<T> {
  data: T | undefined;
  error: Error | null;
  fetchStatus: "fetching" | "paused" | "idle";
  isEnabled: boolean;
  refetch: () => unknown;
}

/** What one question answers; the rest of the page stands without it. */
export function Part<T>({
  asked,
  slow,
  empty,
  children,
}: {
  asked: Asked<T>;
  /** Key of a question that may take long: its progress is shown, and it can be stopped. */
  slow?: QueryKey;
  /** What stands there where the workspace has no events. */
  empty?: ReactNode;
  children: (data: T) => ReactNode;
}) {
  const { t } = useTranslation();
  if (asked.data !== undefined) return children(asked.data);
  if (asked.error instanceof ApiError && asked.error.code === "workspace_empty") return empty ?? null;
  if (asked.error) return <Failure error={asked.error} retry={() => void asked.refetch()} />;
  if (asked.fetchStatus === "idle" && asked.isEnabled) {
    return (
      <p>
        <Button onPress={() => void asked.refetch()}>{t("overview.ask")}</Button>
      </p>
    );
  }
  return (
    <>
      <div className="skeleton overview-skeleton" aria-hidden />
      {slow && asked.fetchStatus === "fetching" && <Progress queryKey={slow} />}
    </>
  );
}
