// What stands in a part of a page while its question has no answer: how far it is and a way to stop it, then that it was
// stopped and a way to ask again, or why it failed.
import type { QueryKey, UseQueryResult } from "@tanstack/react-query";
import { hashKey } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "./Controls";
import { Failure, Progress } from "./States";

interface Props {
  asked: Pick<UseQueryResult, "data" | "error" | "fetchStatus" | "isEnabled" | "isPlaceholderData" | "refetch">;
  queryKey: QueryKey;
  /** What is said while nothing is counted. */
  begun?: string;
  /** Stands there until there is an answer. */
  children?: ReactNode;
}

export function Working({ asked, queryKey, begun, children }: Props) {
  const again = () => void asked.refetch();
  if (asked.fetchStatus !== "idle") {
    return (
      <>
        <Progress key={hashKey(queryKey)} queryKey={queryKey} {...(begun === undefined ? {} : { begun })} />
        {asked.data === undefined && children}
      </>
    );
  }
  if (asked.error) return <Failure error={asked.error} retry={again} />;
  return asked.isEnabled && (asked.data === undefined || asked.isPlaceholderData) ? <Stopped onAgain={again} /> : null;
}

export function Stopped({ onAgain }: { onAgain: () => void }) {
  const { t } = useTranslation();
  return (
    <p className="stopped">
      {t("map.cancelled")} <Button onPress={onAgain}>{t("common.retry")}</Button>
    </p>
  );
}
