// How many customers a definition finds while it is being written. Tests that are not complete do not count yet, and it says so.
import { useQuery } from "@tanstack/react-query";
import { use, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { sizeQuery } from "../../../api/segments";
import type { WorkspaceInfo } from "../../../api/types";
import { ExplainContext } from "../../../ui/explain";
import { useFormat } from "../../../ui/format";
import { useLocalized } from "../../../ui/language";
import { Failure, Progress } from "../../../ui/States";
import { Stopped } from "../../../ui/Working";
import { ExplainButtons } from "../../../ui/ExplainButtons";
import { AnswerProvider } from "../answer";
import { SizeFigure, useSizeInfo } from "./Size";
import { completed, countTests, isComplete, whoOf } from "./who";
import type { GroupNode } from "./who";

/** So long nothing has to change before it is asked. */
const PAUSE_MS = 350;

/** `value` once it has stood still. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

export function LiveSize({ workspace, name, tree }: { workspace: WorkspaceInfo; name: string; tree: GroupNode }) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const open = use(ExplainContext);
  const sizeInfo = useSizeInfo();
  const settled = useSettled(tree);
  const counted = completed(settled);
  const who = counted && whoOf(counted);
  const left = countTests(settled, (test) => !isComplete(test));
  const options = sizeQuery(workspace.id, who ? [{ id: "preview", name: t("segments.preview"), who }] : []);
  const asked = useQuery({ ...options, enabled: who !== null, retry: false });
  const answer = who && !asked.error ? asked.data : undefined;
  const [size] = answer?.segments ?? [];
  const stopped = who !== null && !asked.error && asked.fetchStatus === "idle" && (asked.isPending || asked.isPlaceholderData);
  const explain = (opensAt: "meaning" | "customers") => {
    if (!size || !answer) return;
    const info = sizeInfo(size);
    open({ ...info, title: name || info.title, value: format.whole(size.members.customers), question: answer.meta.question, meta: answer.meta, opensAt });
  };
  return (
    <section className="card live-size" aria-labelledby="live-size">
      <h2 id="live-size">{t("segments.live")}</h2>
      {asked.isFetching && <Progress key={JSON.stringify(options.queryKey)} queryKey={options.queryKey} />}
      {asked.error && who && <Failure error={asked.error} retry={() => void asked.refetch()} />}
      {!who && <p className="sub">{t("segments.nothingYet")}</p>}
      {stopped && <Stopped onAgain={() => void asked.refetch()} />}
      {answer && size && !stopped && (
        <AnswerProvider value={{ meta: answer.meta }}>
          <div className={asked.isPlaceholderData ? "stale" : ""} aria-busy={asked.isPlaceholderData}>
            <SizeFigure size={size} answer={answer} />
            <div className="form-actions">
              <ExplainButtons explain={explain} />
            </div>
            <p className="sub live-words">{localized(size.definition)}</p>
          </div>
        </AnswerProvider>
      )}
      <p role="status" className={left > 0 ? "sub" : "visually-hidden"}>
        {left > 0 ? t("segments.left", { count: left, n: format.whole(left) }) : size && !asked.isFetching ? t("segments.counted", { n: format.whole(size.members.customers) }) : ""}
      </p>
    </section>
  );
}
