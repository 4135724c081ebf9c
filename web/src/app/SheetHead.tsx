// What printed pages say of themselves, since the sidebar stays on the screen: whose data they show, that those are samples,
// and when they were printed. It stands above the page, and at the foot of every sheet where the browser writes there.
import { useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { useTranslation } from "react-i18next";

import type { WorkspaceInfo } from "../api/types";
import { useFormat } from "../ui/format";
import { useLocalized } from "../ui/language";
import { footOf } from "./print";

export function SheetHead({ workspace }: { workspace: WorkspaceInfo }) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const head = useRef<HTMLParagraphElement>(null);
  const [atMs, setAtMs] = useState(Date.now);
  useEffect(() => {
    const print = () => {
      flushSync(() => setAtMs(Date.now()));
      footOf(head.current?.textContent ?? "");
    };
    addEventListener("beforeprint", print);
    return () => removeEventListener("beforeprint", print);
  }, []);
  return (
    <p ref={head} className="sheet-head">
      {localized(workspace.name)}
      {workspace.sample && (
        <>
          {" · "}
          <span className="badge badge-bad">{t(`sample.${workspace.sample.kind}`)}</span>
        </>
      )}
      {" · "}
      {t("print.at", { when: format.dateTime(atMs * 1000, workspace.zone), zone: workspace.zone })}
    </p>
  );
}
