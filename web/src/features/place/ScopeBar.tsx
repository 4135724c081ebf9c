// What a site's page is of: which days, which floor, and by which version of its plans.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { siteVersionsQuery } from "../../api/places";
import type { SiteVersion, WorkspaceInfo } from "../../api/types";
import { Picker } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { PeriodPicker } from "../../ui/scope/pickers";
import type { SiteView } from "./view";

interface Props {
  workspace: WorkspaceInfo;
  stored: SiteVersion;
  floors: readonly string[];
  view: SiteView;
  /** null: all of them. */
  floor: string | null;
  onChange: (change: Partial<SiteView>) => void;
}

const ALL = "";
const NEWEST = "newest";

export function ScopeBar({ workspace, stored, floors, view, floor, onChange }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const versions = useQuery(siteVersionsQuery(workspace.id, stored.site.id)).data?.versions ?? [];
  const nameOf = (id: string) => localized(stored.site.plans.flatMap((plan) => plan.floors).findLast((each) => each.id === id)?.name) || id;
  return (
    <div className="scope" role="group" aria-label={t("scope.label")}>
      <PeriodPicker workspace={workspace} period={view.period} label={t("place.period")} onChange={(period) => onChange({ period })} />
      {floors.length > 1 && (
        <Picker
          label={t("place.floor")}
          value={floor ?? ALL}
          choices={[{ id: ALL, label: t("place.allFloors") }, ...floors.map((id) => ({ id, label: nameOf(id) }))]}
          onChange={(id) => onChange({ floor: id === ALL ? null : id })}
        />
      )}
      {versions.length > 1 && (
        <Picker
          label={t("place.version")}
          value={view.version === null ? NEWEST : String(view.version)}
          choices={[
            { id: NEWEST, label: t("scope.newest") },
            ...versions.map(({ version, saved_at_us, note }) => ({ id: String(version), label: t("scope.versionN", { n: version }), note: note ?? format.date(saved_at_us, workspace.zone) })),
          ]}
          onChange={(id) => onChange({ version: id === NEWEST ? null : Number(id) })}
        />
      )}
    </div>
  );
}
