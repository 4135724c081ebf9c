// What is said of a workspace whose data are not somebody's own, on everything that is handed on.
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { workspacesQuery } from "../api/queries";

/** 示例数据 or 模拟数据, of `workspace` or else of that of the page; null where the data are real. */
export function useSampleName(workspace?: string): string | null {
  const { t } = useTranslation();
  const { workspace: shown } = useParams({ strict: false });
  const sample = useQuery(workspacesQuery()).data?.workspaces.find(({ id }) => id === (workspace ?? shown))?.sample;
  return sample ? t(`sample.${sample.kind}`) : null;
}
