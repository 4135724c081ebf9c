// What a file for a meeting says of an answer beside its tables.
import { useTranslation } from "react-i18next";

import type { Meta, WorkspaceInfo } from "../../api/types";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import type { Meeting } from "../../ui/answer/ExportMenu";

/** What a file for a meeting says of an answer: whom it is about, what its numbers mean, and what they rest on. */
export function useMeeting(workspace: WorkspaceInfo): (meta: Meta, title: string) => Meeting {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  return (meta, title) => {
    const asOf = t("export.asOf", { when: format.dateTime(meta.as_of_us, meta.zone), zone: meta.zone });
    const filters = meta.filters.map((filter) => localized(filter)).join("\n");
    const said = [
      [t("explain.definition"), localized(meta.definition)],
      [t("explain.population"), localized(meta.population)],
      [t("explain.filters"), filters],
      [t("explain.identity"), localized(meta.identity)],
    ] as const;
    return {
      workspace: workspace.id,
      title: `${title} · ${localized(workspace.name)}`,
      facts: [localized(meta.population), asOf],
      as_of_us: meta.as_of_us,
      notes: said.filter(([, text]) => text !== "").map(([name, text]) => ({ title: name, text })),
    };
  };
}
