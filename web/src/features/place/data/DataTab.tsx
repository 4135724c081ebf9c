// What there is of a site's positions: files are handed in, days are listed and taken away, and what receipts and scans add.
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";

import { importsQuery } from "../../../api/imports";
import type { ViewProps } from "../viewProps";
import { Allowed } from "../../../ui/Allowed";
import { ReadAnew } from "../editor/ReadAnew";
import "../editor/editor.css";
import { DaysHeld } from "./DaysHeld";
import { PositionsIn } from "./PositionsIn";
import { SaidBeside } from "./SaidBeside";
import "./data.css";

export function DataTab(props: ViewProps) {
  const { t } = useTranslation();
  const { view, onChange } = props;
  // Shown where nobody has been seen yet, it stays once somebody is: what an import came to is not taken from sight.
  useEffect(() => {
    if (view.show !== "data") onChange({ show: "data" });
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- said once, when it is shown
  }, []);
  const newest = useQuery(importsQuery(props.workspace)).data?.newest ?? null;
  return (
    <>
      <Allowed to="manage_sources">
        <section className="card wizard" aria-labelledby="positions-title">
          <header className="section-head">
            <h2 id="positions-title">{t("place.data.in")}</h2>
            <p className="section-note">{t("place.data.inNote")}</p>
          </header>
          <PositionsIn workspace={props.workspace} site={props.site} newest={newest} />
        </section>
      </Allowed>
      <DaysHeld {...props} />
      <SaidBeside {...props} />
      <Allowed to="manage_sources">
        <ReadAnew workspace={props.workspace} site={props.site.id} waits={false} />
      </Allowed>
    </>
  );
}
