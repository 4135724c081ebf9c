// Maps above and below this one: a journey may be the inside of a stage of another.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CornerDownRight } from "lucide-react";
import { useTranslation } from "react-i18next";

import { hierarchyQuery } from "../../api/queries";
import { useLocalized } from "../../ui/language";
import { useFrame } from "./frame";

/** The way down to this map: the list, the map above it and the stage it is the inside of. */
export function Crumbs({ workspace, journey }: { workspace: string; journey: string }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const parent = useQuery(hierarchyQuery(workspace, journey)).data?.parent;
  return (
    <nav className="crumbs" aria-label={t("common.breadcrumb")}>
      <ol>
        <li>
          <Link to="/w/$workspace/journeys" params={{ workspace }}>
            {t("nav.journeys")}
          </Link>
        </li>
        {parent && (
          <>
            <li>
              <Link to="/w/$workspace/journeys/$journey" params={{ workspace, journey: parent.journey }} search={{}}>
                {localized(parent.name)}
              </Link>
            </li>
            <li>{localized(parent.stage_name) || parent.stage}</li>
          </>
        )}
      </ol>
    </nav>
  );
}

/** Links to the maps of a stage's inside. */
export function ChildMaps({ stage }: { stage: string }) {
  const { t } = useTranslation();
  const localized = useLocalized();
  const { map, workspace } = useFrame();
  const children = useQuery(hierarchyQuery(workspace, map.journey.id)).data?.children ?? [];
  return children
    .filter((child) => child.stage === stage)
    .map((child) => (
      <Link
        key={child.journey}
        className="child-map"
        to="/w/$workspace/journeys/$journey"
        params={{ workspace, journey: child.journey }}
        search={{}}
      >
        <CornerDownRight size={12} aria-hidden />
        <span className="visually-hidden">{t("hierarchy.child")}: </span>
        {localized(child.name)}
      </Link>
    ));
}
