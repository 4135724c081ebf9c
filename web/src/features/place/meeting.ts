// What a file for a meeting says of a floor's answer beside its tables.
import { useTranslation } from "react-i18next";

import type { PlaceMeta, WorkspaceInfo } from "../../api/types";
import type { Meeting } from "../../ui/answer/ExportMenu";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { useMetaFacts } from "./explaining";

export function usePlaceMeeting(workspace: WorkspaceInfo): (meta: PlaceMeta, title: string) => Meeting {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const facts = useMetaFacts();
  return (meta, title) => ({
    workspace: workspace.id,
    title,
    facts: [localized(meta.population), t("export.asOf", { when: format.dateTime(meta.as_of_us, meta.zone), zone: meta.zone })],
    as_of_us: meta.as_of_us ?? 0,
    notes: facts(meta).map(({ name, text }) => ({ title: name, text })),
  });
}
