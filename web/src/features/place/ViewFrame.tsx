// The frame of a view: how far its question is, what went wrong, and the answer, which also goes to what exports it.
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useEffect } from "react";

import type { PlaceMeta } from "../../api/types";
import type { AnswerTable } from "../../ui/answer/table";
import { ExplainingProvider } from "../../ui/answer/figure";
import { Failure, Progress } from "../../ui/States";
import { usePlaceExplaining } from "./explaining";
import type { ViewProps } from "./viewProps";
import type { Show } from "./view";

interface Props<Data extends { meta: PlaceMeta }> {
  show: Show;
  queryKey: readonly unknown[];
  asked: UseQueryResult<Data>;
  tables: AnswerTable[];
  drawn: boolean;
  onAnswer: ViewProps["onAnswer"];
  children: (data: Data) => ReactNode;
}

export function ViewFrame<Data extends { meta: PlaceMeta }>({ show, queryKey, asked, tables, drawn, onAnswer, children }: Props<Data>) {
  const explaining = usePlaceExplaining();
  const { data, isPlaceholderData } = asked;
  useEffect(() => {
    if (data) onAnswer({ show, answer: data, tables, drawn });
  }, [show, data, tables, drawn, onAnswer]);
  return (
    <>
      {asked.isFetching && <Progress key={JSON.stringify(queryKey)} queryKey={queryKey} />}
      {asked.error && <Failure error={asked.error} retry={() => void asked.refetch()} />}
      {data && !asked.error && (
        <ExplainingProvider value={explaining(data.meta)}>
          <div className={isPlaceholderData ? "place-body stale" : "place-body"} aria-busy={isPlaceholderData}>
            {children(data)}
          </div>
        </ExplainingProvider>
      )}
      {asked.isPending && <div className="skeleton place-skeleton" aria-hidden />}
    </>
  );
}
