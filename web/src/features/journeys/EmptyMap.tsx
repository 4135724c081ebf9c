// A map without a journey on it: either the scope is too narrow, or the definition's rules match no event yet. The
// second is how a journey from a template begins, so it leads to where the two come together.
import { Link } from "@tanstack/react-router";
import { Pencil } from "lucide-react";
import { useTranslation } from "react-i18next";

import { requestFile } from "../../api/client";
import { PATHS } from "../../api/paths";
import type { WorkspaceInfo } from "../../api/types";
import { Allowed } from "../../ui/Allowed";
import { Button } from "../../ui/Controls";
import { ExportState, useExporting } from "../../ui/exporting";
import { Empty } from "../../ui/States";
import { useFrame } from "./frame";
import { UploadDefinition } from "./UploadDefinition";
import { defaultView } from "./view";
import type { MapView } from "./view";

interface Props {
  workspace: WorkspaceInfo;
  view: MapView;
  onChange: (change: Partial<MapView>) => void;
}

/** Names shown of what there is and of what is asked for; a definition and a lake may have hundreds. */
const NAMES_MAX = 40;

export function EmptyMap({ workspace, view, onChange }: Props) {
  const { t } = useTranslation();
  const { map } = useFrame();
  const exporting = useExporting();
  const isNarrow = view.channels.length > 0 || view.period.kind !== "all" || view.of.by !== "everyone";
  if (isNarrow) {
    return (
      <Empty title={t("map.empty")}>
        <p>{t("map.emptyScope")}</p>
        <Button onPress={() => onChange({ ...defaultView(view.journey), version: view.version })}>{t("map.reset")}</Button>
      </Empty>
    );
  }
  const asked = map.journey.definition.stages.flatMap((stage) =>
    stage.touchpoints.flatMap((touchpoint) => touchpoint.match.flatMap((condition) => condition.event ?? [])),
  );
  const own = workspace.event_names.filter((name) => !name.startsWith("$"));
  return (
    <Empty title={t("map.emptyRules")}>
      <p>{t("map.emptyRulesWhy")}</p>
      <Allowed to="change_journeys" said>
        <Link className="button button-primary" to="/w/$workspace/journeys/$journey/edit" params={{ workspace: workspace.id, journey: view.journey }}>
          <Pencil size={14} aria-hidden />
          {t("map.emptyEdit")}
        </Link>
      </Allowed>
      <div className="names-pair">
        <Names title={t("map.emptyAsked")} names={asked} known={own} />
        <Names title={t("map.emptyOwn")} names={own} known={asked} />
      </div>
      <Allowed to="change_journeys">
        <details>
          <summary>{t("map.emptyByFile")}</summary>
          <ol className="steps-list">
            <li>
              {t("map.emptyDownload")}{" "}
              <Button
                isPending={exporting.isPending}
                onPress={() => exporting.write(`${view.journey}.yaml`, (signal) => requestFile("GET", PATHS.definition, { path: { workspace: workspace.id, journey: view.journey }, signal }))}
              >
                {t("export.yaml")}
              </Button>
              <ExportState of={exporting} />
            </li>
            <li>{t("map.emptyMatch")}</li>
            <li>
              {t("map.emptyUpload")}
              <UploadDefinition workspace={workspace.id} journey={view.journey} version={map.journey.version} />
            </li>
          </ol>
        </details>
      </Allowed>
    </Empty>
  );
}

/** Event names of one side; those the other has too are marked. */
function Names({ title, names, known }: { title: string; names: readonly string[]; known: readonly string[] }) {
  const { t } = useTranslation();
  const unique = [...new Set(names)];
  const others = new Set(known);
  return (
    <section>
      <h3>{title}</h3>
      {unique.length === 0 && <p className="sub">{t("map.emptyNoNames")}</p>}
      <ul className="badges">
        {unique.slice(0, NAMES_MAX).map((name) => (
          <li key={name} className={others.has(name) ? "badge badge-accent" : "badge"}>
            <code>{name}</code>
            {others.has(name) && <span className="visually-hidden">{t("map.emptyBoth")}</span>}
          </li>
        ))}
      </ul>
      {unique.length > NAMES_MAX && <p className="sub">{t("map.emptyMore", { n: unique.length - NAMES_MAX })}</p>}
    </section>
  );
}
